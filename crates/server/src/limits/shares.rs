//! How many of something each caller holds at the same time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::limits::Caller;

/// Counts what each caller holds, against a bound. Bounded itself by what there is
/// to hold: who holds nothing is not kept.
pub(crate) struct Shares {
    /// For each; none: as many as there are.
    max: Option<usize>,
    held: Mutex<HashMap<Caller, usize>>,
}

/// One that is held; given back when it is dropped.
pub(crate) struct Share {
    of: Caller,
    shares: Arc<Shares>,
}

impl Shares {
    pub(crate) fn new(max: Option<usize>) -> Arc<Self> {
        let held = Mutex::default();
        Arc::new(Self { max, held })
    }

    /// One more, if the caller may hold it.
    pub(crate) fn take(self: &Arc<Self>, of: Caller) -> Option<Share> {
        let mut held = self.held();
        let count = held.entry(of).or_default();
        if self.max.is_some_and(|max| *count >= max) {
            if *count == 0 {
                held.remove(&of);
            }
            return None;
        }
        *count += 1;
        let shares = Arc::clone(self);
        Some(Share { of, shares })
    }

    // A plain lock: nothing awaits inside.
    fn held(&self) -> MutexGuard<'_, HashMap<Caller, usize>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut held = self.shares.held();
        if let Some(count) = held.get_mut(&self.of) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.of);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(address: &str) -> Caller {
        Caller::at(address.parse().expect("an address"))
    }

    #[test]
    fn each_holds_so_many_and_gives_them_back() {
        let shares = Shares::new(Some(2));
        let first = shares.take(at("192.0.2.1"));
        let second = shares.take(at("192.0.2.1"));
        assert!(first.is_some() && second.is_some());
        assert!(shares.take(at("192.0.2.1")).is_none());
        let other = shares.take(at("192.0.2.2"));
        assert!(other.is_some());
        drop(first);
        let third = shares.take(at("192.0.2.1"));
        assert!(third.is_some());
        drop((second, other, third));
        assert!(shares.held().is_empty());
    }

    #[test]
    fn without_a_bound_all_are_counted_and_none_refused() {
        let shares = Shares::new(None);
        let many: Vec<_> = (0..1_000).map(|_| shares.take(Caller::Admin)).collect();
        assert!(many.iter().all(Option::is_some));
    }
}
