//! Judges the facts of a plan as the gate would, and records nothing.

use tasuki_race::{Admission, EventId, Instant, Pending, Projector, Slug};
use tasuki_sheets::Plan;

use crate::identity::Authority;
use crate::recording::{Named, forbids};

/// Nothing that a file holds acts on another fact.
struct NothingNamed;

impl Named for NothingNamed {
    fn is_own(&self, _: &EventId) -> bool {
        false
    }

    fn observed_at(&self, _: &EventId) -> Option<Slug> {
        None
    }
}

/// Marks the rows whose facts would be refused.
pub(crate) fn rehearse(
    plan: &mut Plan,
    projector: &Projector,
    authority: &Authority,
    now: Instant,
) {
    let mut pending = Pending::default();
    for planned in &plan.facts {
        let forbidden = forbids(authority, &planned.fact, &NothingNamed);
        let mut admission = Admission::new(projector, &mut pending);
        let refused = match forbidden {
            Some(detail) => Some(("forbidden", detail)),
            // The log knows it: it is a repetition.
            None if admission.knows(&planned.fact.id) => None,
            None => admission
                .consider(&planned.fact, now)
                .err()
                .map(|refused| (refused.code, refused.detail)),
        };
        if let Some((code, detail)) = refused {
            for row in &planned.rows {
                plan.rows[*row].reject(code, detail.clone());
            }
        }
    }
}
