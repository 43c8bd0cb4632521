//! What the appender has done so far, for the metrics.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// Counters that only go up, since the appender was started.
#[derive(Debug, Default)]
pub struct AppenderStats {
    groups: AtomicU64,
    submissions: AtomicU64,
    facts: AtomicU64,
    failures: AtomicU64,
    largest_group: AtomicU64,
    commit_us: AtomicU64,
    last_commit_us: AtomicU64,
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

    /// Time spent in transactions, in all.
    #[must_use]
    pub fn commit_time(&self) -> Duration {
        Duration::from_micros(self.commit_us.load(Relaxed))
    }

    /// Time that the last transaction took.
    #[must_use]
    pub fn last_commit_time(&self) -> Duration {
        Duration::from_micros(self.last_commit_us.load(Relaxed))
    }

    pub(super) fn committed(&self, submissions: usize, facts: usize, took: Duration) {
        let took_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.groups.fetch_add(1, Relaxed);
        self.submissions.fetch_add(submissions as u64, Relaxed);
        self.facts.fetch_add(facts as u64, Relaxed);
        self.largest_group.fetch_max(submissions as u64, Relaxed);
        self.commit_us.fetch_add(took_us, Relaxed);
        self.last_commit_us.store(took_us, Relaxed);
    }

    pub(super) fn failed(&self) {
        self.failures.fetch_add(1, Relaxed);
    }
}
