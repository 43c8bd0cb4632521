//! Judges the facts of a plan as the gate would, and records nothing.

use tasuki_race::{Admission, Instant, Pending, Projector};
use tasuki_sheets::Plan;

use crate::identity::Authority;
use crate::recording::forbids;

/// Marks the rows whose facts would be refused.
pub(crate) fn rehearse(
    plan: &mut Plan,
    projector: &Projector,
    authority: &Authority,
    now: Instant,
) {
    let mut pending = Pending::default();
    for planned in &plan.facts {
        // Nothing that a file holds acts on another fact.
        let forbidden = forbids(authority, &planned.fact, |_| false);
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
