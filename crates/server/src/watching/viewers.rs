//! How many are watching, all races together, and how many may: in all, and of
//! one caller.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::limits::Caller;
use crate::limits::shares::{Share, Shares};

/// Counts viewers against a bound.
pub(crate) struct Viewers {
    max: AtomicUsize,
    count: AtomicUsize,
    shares: Arc<Shares>,
}

/// A viewer's place; given back when it is dropped.
pub(crate) struct Seat {
    /// None for one that does not count.
    viewers: Option<Arc<Viewers>>,
    /// The caller's.
    share: Option<Share>,
}

/// Why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoSeat {
    /// All are taken.
    InAll,
    /// The caller has as many as it may have.
    ForCaller,
}

impl Viewers {
    pub(crate) fn new(max: usize, of_caller: Option<usize>) -> Self {
        Self {
            max: AtomicUsize::new(max),
            count: AtomicUsize::new(0),
            shares: Shares::new(of_caller),
        }
    }

    /// From now on so many may watch. Who watches already stays.
    pub(crate) fn set_max(&self, max: usize) {
        self.max.store(max, Ordering::Relaxed);
    }

    /// A place, if there is one left, and the caller may have it.
    pub(crate) fn take(self: &Arc<Self>, caller: Caller) -> Result<Seat, NoSeat> {
        let max = self.max();
        let room = |count: usize| (count < max).then_some(count + 1);
        let taken = self
            .count
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, room);
        taken.map_err(|_| NoSeat::InAll)?;
        let mut seat = Seat {
            viewers: Some(Arc::clone(self)),
            share: None,
        };
        // Where there is none, the seat is given back here.
        let share = self.shares.take(caller).ok_or(NoSeat::ForCaller)?;
        seat.share = Some(share);
        Ok(seat)
    }

    /// A place beside all others, which does not count.
    pub(crate) fn aside(&self) -> Seat {
        Seat {
            viewers: None,
            share: None,
        }
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
        self.share = None;
        if let Some(viewers) = &self.viewers {
            viewers.count.fetch_sub(1, Ordering::Relaxed);
        }
    }
}
