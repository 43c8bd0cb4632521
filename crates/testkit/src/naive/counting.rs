//! When each leg began for an entry, and which of its passages count (rules,
//! sections 1, 2 and 4). Both are decided together in course order: a leg may
//! begin with the arrival at the exchange before, and a passage may not
//! precede the start of its leg.

use std::collections::BTreeMap;

use tasuki_race::{EventId, Instant, Oddity};

use super::course::Course;
use super::passages::Passage;
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
    /// By checkpoint: which observations these are.
    pub(super) seen: Vec<Option<Passage>>,
    /// Why each of the others does not count, at the last checkpoint that it
    /// could have been.
    pub(super) passed_over: BTreeMap<EventId, Oddity>,
}

/// Decides, checkpoint by checkpoint, what counts of an entry's passages.
/// `guns` gives the start in force for each leg.
pub(super) fn count(course: &Course, guns: &[Option<Gun>], own: &[&Passage]) -> Counted {
    let mut counted = Counted {
        starts: Vec::new(),
        passages: vec![None; course.checkpoints().len()],
        seen: vec![None; course.checkpoints().len()],
        passed_over: BTreeMap::new(),
    };
    for (leg, &gun) in guns.iter().enumerate() {
        let start = leg_start(course, gun, &counted.passages, leg);
        counted.starts.push(start);
        for checkpoint in course.checkpoints_of(leg) {
            choose(course, &mut counted, checkpoint, own);
        }
    }
    counted
}

/// Counts the earliest passage that fits a checkpoint (of equal times, the
/// one with the smaller event id), and notes why the others do not count.
fn choose(course: &Course, counted: &mut Counted, checkpoint: usize, own: &[&Passage]) {
    let mut candidates = candidates(course, counted, checkpoint, own);
    candidates.sort_by_key(|passage| in_time(passage));
    for passage in candidates {
        match objection(course, counted, checkpoint, passage) {
            Some(oddity) => {
                counted.passed_over.insert(passage.event, oddity);
            }
            None => {
                counted.passed_over.remove(&passage.event);
                counted.passages[checkpoint] = Some(passage.time);
                counted.seen[checkpoint] = Some(passage.clone());
            }
        }
    }
}

fn in_time(passage: &Passage) -> (Instant, EventId) {
    (passage.time, passage.event)
}

/// The passages that could be this checkpoint's: those that name it, and those
/// that name its place and come after the last such that an earlier visit took.
fn candidates<'p>(
    course: &Course,
    counted: &Counted,
    checkpoint: usize,
    own: &[&'p Passage],
) -> Vec<&'p Passage> {
    let here = &course.checkpoints()[checkpoint];
    let at_place = |passage: &Passage| here.place.as_ref() == Some(&passage.checkpoint);
    let visits = course.visits_before(checkpoint).into_iter().rev();
    let taken = visits
        .filter_map(|visit| counted.seen[visit].as_ref())
        .find(|passage| at_place(passage))
        .map(in_time);
    own.iter()
        .copied()
        .filter(|passage| course.may_be_at(checkpoint, &passage.checkpoint))
        .filter(|passage| !at_place(passage) || Some(in_time(passage)) > taken)
        .collect()
}

/// What speaks against a passage at a checkpoint where it could be.
fn objection(
    course: &Course,
    counted: &Counted,
    checkpoint: usize,
    passage: &Passage,
) -> Option<Oddity> {
    let time = Some(passage.time);
    let leg = course.leg_of(checkpoint);
    if time < counted.starts[leg].map(|start| start.instant) {
        return Some(Oddity::BeforeStart);
    }
    let mut visits = course.visits_before(checkpoint).into_iter().rev();
    let visit_before = visits.find_map(|visit| counted.passages[visit]);
    if time < visit_before.max(floor(course, counted, checkpoint)) {
        return Some(Oddity::OutOfOrder);
    }
    let min_lap_ms = course.checkpoints()[checkpoint].min_lap_ms;
    let too_soon = visit_before
        .is_some_and(|before| passage.time.ms() < before.ms().saturating_add(min_lap_ms));
    let another_counts = counted.passages[checkpoint].is_some();
    (too_soon || another_counts).then_some(Oddity::DuplicatePassage)
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
