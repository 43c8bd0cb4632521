// Scenario 2, peak: 2,000 viewers, 4 people who enter 20 teams a minute each; 95 % of requests
// under two seconds.
//
// This is the recorders' side; `cargo xtask bench scenarios peak` lets viewers watch beside it.

import { enterTeams, people, trendStats } from './recorder.js';

export const options = {
  scenarios: { recorders: people(4, 120) },
  summaryTrendStats: trendStats,
  thresholds: {
    http_req_duration: ['p(95)<2000'],
    http_req_failed: ['rate==0'],
    passages_lost: ['count==0'],
  },
};

export default function () {
  enterTeams(20);
}
