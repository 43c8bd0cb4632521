//! The rows of the snapshot (contract, section 5).

use std::collections::BTreeMap;

use tasuki_race::{Bib, CheckpointKind, EntryStatus, Next, RecordMark, Row, Slug, Split};

use super::competitor::Competitor;
use super::course::Course;
use super::expected;
use super::field::Field;
use super::ranking::{self, Ranks};
use super::sections;

/// Every registered entry's row.
pub(super) fn rows(field: &Field<'_>) -> BTreeMap<Bib, Row> {
    field
        .competitors
        .iter()
        .map(|who| (who.entry.bib.clone(), row(field, who)))
        .collect()
}

fn row(field: &Field<'_>, who: &Competitor) -> Row {
    let course = field.course;
    let Ranks { rank, by_category } = ranking::overall(field, who);
    // An abandonment leaves no total, wherever it was.
    let totals_at = who.last().filter(|_| who.status() != EntryStatus::Dnf);
    Row {
        name: who.entry.name.clone(),
        categories: who.entry.categories.clone(),
        ranked: who.entry.ranked,
        status: who.status(),
        leg: current_leg(course, who),
        last: who.last().map(|last| course.checkpoints()[last].id.clone()),
        elapsed_ms: totals_at
            .and_then(|last| who.elapsed[last])
            .map(|time| time.official_ms),
        rank,
        ranks: by_category,
        would_be: ranking::place_among_ranked(field, who).filter(|_| !who.entry.ranked),
        gap_ms: totals_at.and_then(|last| ranking::gap_ms(field, who, last)),
        next: next(field, who),
        splits: splits(field, who),
        sections: sections::sections(field, who),
    }
}

/// The leg of the checkpoint after the last one passed.
fn current_leg(course: &Course, who: &Competitor) -> Option<Slug> {
    let on_course = matches!(who.status(), EntryStatus::Running | EntryStatus::Dnf);
    let ahead = who.last().map_or(0, |last| last + 1);
    let there = on_course && ahead < course.checkpoints().len();
    there.then(|| course.legs()[course.leg_of(ahead)].id.clone())
}

/// The checkpoint after the last one passed; nobody is awaited at the start.
fn next(field: &Field<'_>, who: &Competitor) -> Option<Next> {
    let checkpoints = field.course.checkpoints();
    let ahead = who.last().map_or(0, |last| last + 1);
    let awaited = (ahead..checkpoints.len())
        .find(|&checkpoint| checkpoints[checkpoint].kind != CheckpointKind::Start)
        .filter(|_| who.status() == EntryStatus::Running)?;
    Some(Next {
        checkpoint: checkpoints[awaited].id.clone(),
        expected: expected::expected(field, who, awaited),
    })
}

fn splits(field: &Field<'_>, who: &Competitor) -> BTreeMap<Slug, Split> {
    let checkpoints = field.course.checkpoints().iter().enumerate();
    checkpoints
        .filter_map(|(c, it)| Some((it.id.clone(), split(field, who, c)?)))
        .collect()
}

fn split(field: &Field<'_>, who: &Competitor, checkpoint: usize) -> Option<Split> {
    let course = field.course;
    let time = who.counted.passages[checkpoint]?;
    let Ranks { rank, by_category } = ranking::at_checkpoint(field, who, checkpoint);
    let leg = course.leg_of(checkpoint);
    let ends_leg = course.end_of(leg) == checkpoint;
    let leg_ms = who.leg_times[leg]
        .filter(|_| ends_leg)
        .map(|time| time.official_ms);
    let after_abandonment = who
        .abandonment
        .as_ref()
        .is_some_and(|a| a.is_reference(leg));
    Some(Split {
        time,
        elapsed_ms: who.elapsed[checkpoint].map(|time| time.official_ms),
        rank,
        ranks: by_category,
        order: ranking::order(field, who, checkpoint),
        gap_ms: ranking::gap_ms(field, who, checkpoint),
        leg_ms,
        leg_rank: field.leg_ranks(who)[leg].filter(|_| ends_leg),
        record: leg_ms
            .filter(|_| who.leg_stands(leg))
            .and_then(|ms| record(course, leg, ms)),
        reference: leg_ms.is_some() && after_abandonment,
    })
}

fn record(course: &Course, leg: usize, leg_ms: i64) -> Option<RecordMark> {
    match course.legs()[leg].record_ms? {
        record_ms if leg_ms < record_ms => Some(RecordMark::New),
        record_ms if leg_ms == record_ms => Some(RecordMark::Equal),
        _ => None,
    }
}
