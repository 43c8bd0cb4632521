//! What the appender has done so far, for the metrics.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use super::spreads::Spreads;

/// Counters that only go up, since the appender was started.
#[derive(Debug, Default)]
pub struct AppenderStats {
    groups: AtomicU64,
    submissions: AtomicU64,
    facts: AtomicU64,
    failures: AtomicU64,
    largest_group: AtomicU64,
    spreads: Spreads,
}

impl AppenderStats {
    /// Transactions committed. Groups that had nothing to write are not among
    /// them.
    #[must_use]
    pub fn groups(&self) -> u64 {
        self.groups.load(Relaxed)
    }

    /// Submissions in those groups.
    #[must_use]
    pub fn submissions(&self) -> u64 {
        self.submissions.load(Relaxed)
    }

    /// Facts that were new in the log.
    #[must_use]
    pub fn facts(&self) -> u64 {
        self.facts.load(Relaxed)
    }

    /// Groups that were abandoned.
    #[must_use]
    pub fn failures(&self) -> u64 {
        self.failures.load(Relaxed)
    }

    /// Most submissions that shared one transaction.
    #[must_use]
    pub fn largest_group(&self) -> u64 {
        self.largest_group.load(Relaxed)
    }

    /// How they differed.
    #[must_use]
    pub fn spreads(&self) -> &Spreads {
        &self.spreads
    }

    pub(super) fn committed(&self, submissions: usize, facts: usize, took: Duration) {
        self.groups.fetch_add(1, Relaxed);
        self.submissions.fetch_add(submissions as u64, Relaxed);
        self.facts.fetch_add(facts as u64, Relaxed);
        self.largest_group.fetch_max(submissions as u64, Relaxed);
        self.spreads.committed(submissions, facts, took);
    }

    /// A submission was answered.
    pub(super) fn answered(&self, took: Duration) {
        self.spreads.append.observe(took.as_secs_f64());
    }

    pub(super) fn failed(&self) {
        self.failures.fetch_add(1, Relaxed);
    }
}
