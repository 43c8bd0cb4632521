//! The part of the course that ends at a checkpoint, as one entry ran it
//! (additions, "Expected arrivals").

use tasuki_race::{CheckpointKind, Instant};

use super::competitor::Competitor;
use super::course::Course;

/// Where and when an entry went onto the stretch to a checkpoint.
#[derive(Clone, Copy)]
pub(super) struct Beginning {
    pub(super) instant: Instant,
    /// The checkpoint there.
    pub(super) checkpoint: usize,
    /// The unrounded elapsed time up to there, penalties included.
    pub(super) upto_ms: Option<i64>,
}

/// From the gun or the handover where the checkpoint is the first of a leg,
/// else from the passage at the checkpoint before.
pub(super) fn beginning(course: &Course, who: &Competitor, end: usize) -> Option<Beginning> {
    let before = end.checked_sub(1)?;
    let upto_ms = who.elapsed[before].map(|time| time.raw_ms);
    let at = |instant, upto_ms| Beginning {
        instant,
        checkpoint: before,
        upto_ms,
    };
    match course.checkpoints()[before].kind {
        CheckpointKind::Start => who.counted.starts[0].map(|start| at(start.instant, None)),
        CheckpointKind::Exchange => {
            who.counted.starts[course.leg_of(end)].map(|start| at(start.instant, upto_ms))
        }
        CheckpointKind::Split | CheckpointKind::Finish => {
            who.counted.passages[before].map(|passage| at(passage, upto_ms))
        }
    }
}
