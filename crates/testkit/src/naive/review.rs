//! The review list (rules, section 4; additions): what is odd about each
//! observation, until facts resolve it.

use std::collections::BTreeSet;

use tasuki_race::{CheckpointKind, EventId, FactKind, Instant, MarkedStatus, Oddity, Slug};

use super::Logged;
use super::competitor::Competitor;
use super::course::Course;
use super::field::Field;
use super::passages::{self, Passage};

/// A line of the review list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReviewLine {
    /// The observation; of a missed checkpoint, the next passage that counts.
    pub event: EventId,
    /// What is odd.
    pub code: Oddity,
    /// The checkpoint that was missed or that the passage counts for, else
    /// the one (or the place) that was recorded.
    pub checkpoint: Slug,
}

/// All lines but those that an official accepted.
pub(super) fn lines(facts: &[&Logged], field: &Field<'_>) -> BTreeSet<ReviewLine> {
    let mut lines = halves(facts);
    for passage in passages::passages(facts) {
        let mut entries = field.competitors.iter();
        match entries.find(|who| who.entry.bib == passage.bib) {
            None => lines.push(as_recorded(&passage, Oddity::UnknownBib)),
            Some(who) => {
                let oddity = who.counted.passed_over.get(&passage.event);
                lines.extend(oddity.map(|&code| as_recorded(&passage, code)));
            }
        }
    }
    for who in &field.competitors {
        for checkpoint in 0..field.course.checkpoints().len() {
            match &who.counted.seen[checkpoint] {
                Some(passage) => lines.extend(of_counted(field.course, who, checkpoint, passage)),
                None => lines.extend(missed(field.course, who, checkpoint)),
            }
        }
    }
    let not_accepted = |line: &ReviewLine| !facts.iter().any(|logged| accepts(logged, line));
    lines.into_iter().filter(not_accepted).collect()
}

fn accepts(logged: &Logged, line: &ReviewLine) -> bool {
    match &logged.fact.kind {
        FactKind::ReviewAccepted {
            event,
            code,
            checkpoint,
            ..
        } => {
            let here = checkpoint.as_ref().is_none_or(|id| *id == line.checkpoint);
            *event == line.event && *code == line.code && here
        }
        _ => false,
    }
}

/// Times without a bib, and bibs without a time.
fn halves(facts: &[&Logged]) -> Vec<ReviewLine> {
    let times = passages::times_without_bib(facts)
        .into_iter()
        .map(|half| (half, Oddity::UnidentifiedPassage));
    let bibs = passages::bibs_without_time(facts)
        .into_iter()
        .map(|half| (half, Oddity::UntimedBib));
    let line = |(half, code): (passages::Half, Oddity)| ReviewLine {
        event: half.event,
        code,
        checkpoint: half.checkpoint,
    };
    times.chain(bibs).map(line).collect()
}

fn as_recorded(passage: &Passage, code: Oddity) -> ReviewLine {
    ReviewLine {
        event: passage.event,
        code,
        checkpoint: passage.checkpoint.clone(),
    }
}

fn of_counted(
    course: &Course,
    who: &Competitor,
    checkpoint: usize,
    passage: &Passage,
) -> Vec<ReviewLine> {
    let odd = [
        (
            Oddity::AfterStatus,
            is_after_status(course, who, checkpoint, passage),
        ),
        (
            Oddity::ImplausiblePace,
            is_too_fast(course, who, checkpoint),
        ),
    ];
    odd.into_iter()
        .filter(|(_, holds)| *holds)
        .map(|(code, _)| ReviewLine {
            event: passage.event,
            code,
            checkpoint: course.checkpoints()[checkpoint].id.clone(),
        })
        .collect()
}

/// Nobody need be seen at the start.
fn missed(course: &Course, who: &Competitor, checkpoint: usize) -> Option<ReviewLine> {
    let here = &course.checkpoints()[checkpoint];
    let next = who.counted.seen[checkpoint..].iter().flatten().next()?;
    (here.kind != CheckpointKind::Start).then(|| ReviewLine {
        event: next.event,
        code: Oddity::MissedCheckpoint,
        checkpoint: here.id.clone(),
    })
}

/// Whether an entry was out of the race when it passed: from the checkpoint
/// where it went out, else after the moment that was given; where neither is
/// known, whatever was recorded later than that it is out.
fn is_after_status(
    course: &Course,
    who: &Competitor,
    checkpoint: usize,
    passage: &Passage,
) -> bool {
    let Some(mark) = &who.mark else {
        return false;
    };
    if mark.status == MarkedStatus::Dns {
        return true;
    }
    let named = mark
        .checkpoint
        .as_ref()
        .and_then(|id| course.checkpoint_named(id));
    // After an abandonment nothing is ranked any more, in order of the course.
    let cut = who.abandonment.as_ref().and_then(|abandoned| abandoned.cut);
    match (named.or(cut), mark.time) {
        (Some(cut), _) => checkpoint >= cut,
        (None, Some(time)) => passage.time > time,
        (None, None) => passage.seq > mark.seq,
    }
}

/// Whether an entry came faster than anyone can run since it was last known
/// to be anywhere: at the checkpoint that it passed before (a mat at the start
/// included), or at the gun.
fn is_too_fast(course: &Course, who: &Competitor, checkpoint: usize) -> bool {
    let metres = |c: usize| course.checkpoints()[c].distance_m;
    let Some((since, from)) = last_known(course, who, checkpoint) else {
        return false;
    };
    let stretch_m = metres(checkpoint) - metres(from);
    let Some(passage) = who.counted.passages[checkpoint] else {
        return false;
    };
    // Seconds per kilometre times metres are milliseconds.
    let fastest_ms = course.definition.fastest_pace_s_per_km * stretch_m;
    stretch_m > 0 && passage.ms() - since.ms() < fastest_ms
}

/// When and at which checkpoint an entry was before it came to another: of
/// the same leg the last one that it passed, else where the leg began, else
/// (an exchange was missed) the same of the leg before.
fn last_known(course: &Course, who: &Competitor, checkpoint: usize) -> Option<(Instant, usize)> {
    let leg = course.leg_of(checkpoint);
    let legs = (0..=leg).rev();
    for leg in legs {
        let on_it = course.checkpoints_of(leg).rev();
        let mut passed = on_it.filter(|&before| before < checkpoint);
        let seen = passed.find_map(|before| Some((who.counted.passages[before]?, before)));
        if seen.is_some() {
            return seen;
        }
        if let Some(start) = who.counted.starts[leg] {
            return Some((start.instant, course.exchange_before(leg).unwrap_or(0)));
        }
        if course.begins_after_break(leg) {
            return None;
        }
    }
    None
}
