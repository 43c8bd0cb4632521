//! What was sent, what was acknowledged, and when: the other side of the log.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tasuki_bench::relay;

/// Kept by all who record.
#[derive(Debug)]
pub(crate) struct Ledger(Mutex<Pages>);

#[derive(Debug)]
struct Pages {
    /// The next passage that nobody has seen yet.
    next: u32,
    /// Numbers of passages, and the places in the log that they were given.
    acknowledged: BTreeMap<u32, u64>,
    /// Passages that went onto paper.
    on_paper: Vec<u32>,
    /// Attempts that failed.
    refused: u64,
    last: Instant,
    longest: Duration,
}

/// What stands in it.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) acknowledged: BTreeMap<u32, u64>,
    pub(crate) refused: u64,
    /// Longest time without an acknowledgement, from anybody.
    pub(crate) longest: Duration,
}

impl Ledger {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Pages {
            next: 1,
            acknowledged: BTreeMap::new(),
            on_paper: Vec::new(),
            refused: 0,
            last: Instant::now(),
            longest: Duration::ZERO,
        }))
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the next passages; none when the race has no more.
    pub(crate) fn take(&self, count: u32) -> Vec<u32> {
        let mut pages = self.pages();
        let first = pages.next;
        let end = (first + count).min(relay::PASSAGES_MAX + 1);
        pages.next = end;
        (first..end).collect()
    }

    /// The same, written on paper.
    pub(crate) fn take_on_paper(&self, count: u32) -> Vec<u32> {
        let taken = self.take(count);
        self.pages().on_paper.extend(&taken);
        taken
    }

    /// These are in the log, from that place on.
    pub(crate) fn acknowledge(&self, places: impl IntoIterator<Item = (u32, u64)>) {
        let mut pages = self.pages();
        pages.acknowledged.extend(places);
        let since = pages.last.elapsed();
        pages.longest = pages.longest.max(since);
        pages.last = Instant::now();
    }

    /// An attempt failed.
    pub(crate) fn refuse(&self) {
        self.pages().refused += 1;
    }

    /// When something was acknowledged last.
    pub(crate) fn last(&self) -> Instant {
        self.pages().last
    }

    /// Passages that were taken by anybody: all that the log will have.
    pub(crate) fn taken(&self) -> u32 {
        self.pages().next - 1
    }

    /// Those that stand on paper.
    pub(crate) fn on_paper(&self) -> Vec<u32> {
        self.pages().on_paper.clone()
    }

    pub(crate) fn account(&self) -> Account {
        let pages = self.pages();
        Account {
            acknowledged: pages.acknowledged.clone(),
            refused: pages.refused,
            longest: pages.longest.max(pages.last.elapsed()),
        }
    }
}
