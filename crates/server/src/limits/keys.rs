//! What callers have used of a budget: bounded in memory, whoever calls.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use governor::nanos::Nanos;
use governor::state::keyed::ShrinkableKeyedStateStore;
use governor::state::{InMemoryState, NotKeyed, StateStore};

use crate::limits::Caller;

/// Addresses kept apart in a class: several times the viewers of a full server,
/// in about 4 MiB.
pub(super) const ADDRESSES_MAX: usize = 65_536;

/// What each caller has used.
pub(super) struct Keys {
    addresses_max: usize,
    known: Mutex<HashMap<Caller, InMemoryState>>,
    /// What those have used together who came when all places were taken. Whoever
    /// fills them with made-up addresses meets few but its own kind here: who was
    /// there before keeps its place, and so does every token.
    crowd: InMemoryState,
}

impl Keys {
    pub(super) fn new(addresses_max: usize) -> Self {
        Self {
            addresses_max,
            known: Mutex::default(),
            crowd: InMemoryState::default(),
        }
    }

    // A plain lock: nothing awaits inside.
    fn known(&self) -> MutexGuard<'_, HashMap<Caller, InMemoryState>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StateStore for Keys {
    type Key = Caller;

    fn measure_and_replace<T, F, E>(&self, caller: &Caller, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut known = self.known();
        let full = caller.is_stranger() && known.len() >= self.addresses_max;
        if full && !known.contains_key(caller) {
            return self.crowd.measure_and_replace(&NotKeyed::NonKey, measure);
        }
        let used = known.entry(*caller).or_default();
        used.measure_and_replace(&NotKeyed::NonKey, measure)
    }
}

impl ShrinkableKeyedStateStore<Caller> for Keys {
    fn retain_recent(&self, drop_below: Nanos) {
        // An outcome that is refused is read and not replaced.
        let used_up_to = |used: &InMemoryState| {
            let read = |at| Err::<((), Nanos), _>(at);
            used.measure_and_replace(&NotKeyed::NonKey, read)
                .err()
                .flatten()
        };
        self.known()
            .retain(|_, used| used_up_to(used).is_some_and(|at| at > drop_below));
    }

    fn shrink_to_fit(&self) {
        self.known().shrink_to_fit();
    }

    fn len(&self) -> usize {
        self.known().len()
    }

    fn is_empty(&self) -> bool {
        self.known().is_empty()
    }
}
