// Scenario 1, normal: 1,000 viewers, 4 people who enter 10 teams a minute each; every request
// under a second.
//
// This is the recorders' side; `cargo xtask bench scenarios normal` lets viewers watch beside it.

import { enterTeams, people, trendStats } from './recorder.js';

export const options = {
  scenarios: { recorders: people(4, 120) },
  summaryTrendStats: trendStats,
  thresholds: {
    http_req_duration: ['max<1000'],
    http_req_failed: ['rate==0'],
    passages_lost: ['count==0'],
  },
};

export default function () {
  enterTeams(10);
}
