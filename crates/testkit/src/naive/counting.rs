//! When each leg began for an entry, and which of its passages count (rules,
//! sections 1, 2 and 4). Both are decided together in course order: a leg may
//! begin with the arrival at the exchange before, and a passage may not
//! precede the start of its leg.

use tasuki_race::Instant;

use super::course::Course;
use super::starts::Gun;

/// When a leg began for an entry.
#[derive(Clone, Copy)]
pub(super) struct LegStart {
    pub(super) instant: Instant,
    /// By a `started` fact, not by the arrival at the exchange.
    pub(super) by_gun: bool,
}

/// What counts of an entry's observations.
pub(super) struct Counted {
    /// By leg.
    pub(super) starts: Vec<Option<LegStart>>,
    /// By checkpoint.
    pub(super) passages: Vec<Option<Instant>>,
}

/// Decides, checkpoint by checkpoint, what counts. `seen_at` gives all
/// observations at a checkpoint, `guns` the start in force for
/// each leg.
///
/// Of two observations at the same time it makes no difference to the
/// standings which one counts, so they are instants only.
pub(super) fn count(
    course: &Course,
    guns: &[Option<Gun>],
    seen_at: impl Fn(usize) -> Vec<Instant>,
) -> Counted {
    let mut counted = Counted {
        starts: Vec::new(),
        passages: vec![None; course.checkpoints().len()],
    };
    for (leg, &gun) in guns.iter().enumerate() {
        let start = leg_start(course, gun, &counted.passages, leg);
        counted.starts.push(start);
        for checkpoint in course.checkpoints_of(leg) {
            let earliest = start
                .map(|start| start.instant)
                .max(floor(course, &counted, checkpoint));
            counted.passages[checkpoint] = seen_at(checkpoint)
                .into_iter()
                .filter(|&time| Some(time) >= earliest)
                .min();
        }
    }
    counted
}

/// Section 2, `leg_start(bib, k)`.
fn leg_start(
    course: &Course,
    gun: Option<Gun>,
    passages: &[Option<Instant>],
    leg: usize,
) -> Option<LegStart> {
    let arrival = course
        .exchange_before(leg)
        .and_then(|exchange| passages[exchange]);
    let after_break = course.begins_after_break(leg);
    if let Some(gun) = gun {
        let already_gone_on = arrival.is_some_and(|arrival| arrival <= gun.time);
        if gun.by_name || leg == 0 || after_break || !already_gone_on {
            return Some(LegStart {
                instant: gun.time,
                by_gun: true,
            });
        }
    }
    let handover = if after_break { None } else { arrival };
    handover.map(|instant| LegStart {
        instant,
        by_gun: false,
    })
}

/// The latest passage that one at `checkpoint` must not precede: of those at
/// earlier checkpoints since the last gun, for a runner sent off by a gun is
/// not bound by when the runner of the leg before arrives.
fn floor(course: &Course, counted: &Counted, checkpoint: usize) -> Option<Instant> {
    let by_gun = |start: &Option<LegStart>| start.is_some_and(|start| start.by_gun);
    let first_leg = counted.starts.iter().rposition(by_gun).unwrap_or(0);
    let first = *course.checkpoints_of(first_leg).start();
    counted.passages[first..checkpoint]
        .iter()
        .copied()
        .flatten()
        .max()
}
