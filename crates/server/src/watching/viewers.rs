//! How many are watching, all races together, and how many may.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts viewers against a bound.
pub(crate) struct Viewers {
    max: AtomicUsize,
    count: AtomicUsize,
}

/// A viewer's place; given back when it is dropped.
pub(crate) struct Seat(Arc<Viewers>);

impl Viewers {
    pub(crate) fn new(max: usize) -> Self {
        Self {
            max: AtomicUsize::new(max),
            count: AtomicUsize::new(0),
        }
    }

    /// From now on so many may watch. Who watches already stays.
    pub(crate) fn set_max(&self, max: usize) {
        self.max.store(max, Ordering::Relaxed);
    }

    /// A place, if there is one left.
    pub(crate) fn take(self: &Arc<Self>) -> Option<Seat> {
        let max = self.max();
        let room = |count: usize| (count < max).then_some(count + 1);
        let taken = self
            .count
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, room);
        taken.ok().map(|_| Seat(Arc::clone(self)))
    }

    pub(crate) fn max(&self) -> usize {
        self.max.load(Ordering::Relaxed)
    }

    pub(crate) fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.count.fetch_sub(1, Ordering::Relaxed);
    }
}
