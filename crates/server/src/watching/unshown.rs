//! Since when facts wait to be shown.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tasuki_feed::Part;
use tracing::Span;

/// Spans that are followed to the tick that shows them; more have to do without.
const SPANS_MAX: usize = 16;

/// When the oldest fact was committed that no tick has shown yet, for each part of
/// a race's views. A fact that a tick saw just before it was noted is taken for one
/// that waits for the next: late rather than early.
#[derive(Default)]
pub(crate) struct Unshown {
    shared: Mutex<Option<Waiting>>,
    followed: Mutex<Option<Waiting>>,
}

/// Facts that wait for a tick.
pub(crate) struct Waiting {
    /// When the oldest was committed.
    pub(crate) since: Instant,
    /// Of the groups that they came in, where traces are collected: kept, and so not
    /// over, until they are shown.
    pub(crate) spans: Vec<Span>,
}

impl Unshown {
    fn since(&self, part: Part) -> MutexGuard<'_, Option<Waiting>> {
        let since = match part {
            Part::Shared => &self.shared,
            Part::Followed => &self.followed,
        };
        since.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Facts were committed, in the present span.
    pub(crate) fn note(&self, committed: Instant) {
        for part in [Part::Shared, Part::Followed] {
            let mut waiting = self.since(part);
            let waiting = waiting.get_or_insert(Waiting {
                since: committed,
                spans: Vec::new(),
            });
            let span = Span::current();
            if !span.is_disabled() && waiting.spans.len() < SPANS_MAX {
                waiting.spans.push(span);
            }
        }
    }

    /// A tick begins that shows them.
    pub(crate) fn take(&self, part: Part) -> Option<Waiting> {
        self.since(part).take()
    }
}
