//! Lines of the review list that officials have accepted as they are.

use rustc_hash::FxHashMap;

use crate::ids::{EventId, Slug};
use crate::ledger::{Ledger, Place};
use crate::review::Oddity;

/// What was accepted, by observation.
#[derive(Debug, Default)]
pub(crate) struct Accepted(FxHashMap<EventId, Vec<Acceptance>>);

#[derive(Debug)]
struct Acceptance {
    place: Place,
    code: Oddity,
    /// Where; everywhere if absent.
    checkpoint: Option<Slug>,
}

impl Accepted {
    pub(crate) fn note(
        &mut self,
        place: Place,
        event: EventId,
        code: Oddity,
        checkpoint: Option<Slug>,
    ) {
        let acceptance = Acceptance {
            place,
            code,
            checkpoint,
        };
        self.0.entry(event).or_default().push(acceptance);
    }

    /// Whether a line of the list is right as it is.
    pub(crate) fn holds(
        &self,
        event: &EventId,
        code: Oddity,
        checkpoint: &Slug,
        ledger: &Ledger,
    ) -> bool {
        let Some(accepted) = self.0.get(event) else {
            return false;
        };
        accepted.iter().any(|it| {
            let there = it.checkpoint.as_ref().is_none_or(|at| at == checkpoint);
            it.code == code && there && ledger.in_force(it.place)
        })
    }
}
