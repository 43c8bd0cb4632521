//! Since when facts wait to be shown.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tasuki_feed::Part;

/// When the oldest fact was committed that no tick has shown yet, for each part of
/// a race's views. A fact that a tick saw just before it was noted is taken for one
/// that waits for the next: late rather than early.
#[derive(Default)]
pub(crate) struct Unshown {
    shared: Mutex<Option<Instant>>,
    followed: Mutex<Option<Instant>>,
}

impl Unshown {
    fn since(&self, part: Part) -> MutexGuard<'_, Option<Instant>> {
        let since = match part {
            Part::Shared => &self.shared,
            Part::Followed => &self.followed,
        };
        since.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Facts were committed.
    pub(crate) fn note(&self, committed: Instant) {
        for part in [Part::Shared, Part::Followed] {
            self.since(part).get_or_insert(committed);
        }
    }

    /// A tick begins that shows them.
    pub(crate) fn take(&self, part: Part) -> Option<Instant> {
        self.since(part).take()
    }
}
