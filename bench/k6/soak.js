// Scenario 3, soak: scenario 1 for two hours, and nothing grows.
//
// This is the recorders' side; `cargo xtask bench scenarios soak` lets viewers watch beside it.

import { enterTeams, people, trendStats } from './recorder.js';

export const options = {
  scenarios: { recorders: people(4, 7200) },
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
