//! How groups and those who waited for them differed, one from the other.

use std::time::Duration;

use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};

/// Upper ends, seconds: from a commit without a disk to the recorder's patience.
const BUCKETS_S: [f64; 14] = [
    0.000_5, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0,
];
/// Upper ends of counts: powers of two, up to a full queue and a full group.
const SUBMISSIONS_BUCKETS: u16 = 13;
const FACTS_BUCKETS: u16 = 16;

/// Distributions since the appender was started.
#[derive(Debug)]
pub struct Spreads {
    /// Seconds from handing a submission in to its answer.
    pub append: Histogram,
    /// Seconds that a transaction took.
    pub commit: Histogram,
    /// Submissions that shared a transaction.
    pub submissions: Histogram,
    /// Facts that a transaction added.
    pub facts: Histogram,
}

impl Default for Spreads {
    fn default() -> Self {
        let powers_of_two = |count| Histogram::new(exponential_buckets(1.0, 2.0, count));
        Self {
            append: Histogram::new(BUCKETS_S),
            commit: Histogram::new(BUCKETS_S),
            submissions: powers_of_two(SUBMISSIONS_BUCKETS),
            facts: powers_of_two(FACTS_BUCKETS),
        }
    }
}

impl Spreads {
    pub(super) fn committed(&self, submissions: usize, facts: usize, took: Duration) {
        self.commit.observe(took.as_secs_f64());
        self.submissions.observe(submissions as f64);
        self.facts.observe(facts as f64);
    }
}
