//! The ranking at a checkpoint and over the whole race (rules, section 3).

use std::collections::BTreeMap;

use tasuki_race::{EntryStatus, Slug, Ties};

use super::competitor::Competitor;
use super::field::Field;

/// The place among all and in each category; empty where none is shown.
#[derive(Default)]
pub(super) struct Ranks {
    pub(super) rank: Option<u32>,
    pub(super) by_category: BTreeMap<Slug, u32>,
}

/// The ranks by elapsed time at a checkpoint.
pub(super) fn at_checkpoint(field: &Field<'_>, who: &Competitor, checkpoint: usize) -> Ranks {
    ranks(
        field,
        who,
        &participants(field, checkpoint),
        |a, b, among| is_ahead_at(field, checkpoint, a, b, among),
    )
}

/// The ranks in the race: whoever passed the later checkpoint is ahead, at
/// the same one the elapsed time there decides.
pub(super) fn overall(field: &Field<'_>, who: &Competitor) -> Ranks {
    let placed = |who: &&Competitor| {
        let admitted = who.entry.ranked || field.settings().unranked_take_places;
        admitted && has_place(who)
    };
    let participants: Vec<_> = field.competitors.iter().filter(placed).collect();
    ranks(field, who, &participants, |a, b, among| {
        is_ahead(field, a, b, among)
    })
}

/// The place of an entry among the ranked ones and itself: one more than are
/// ahead. Of a ranked entry its place as if the others were not there, of
/// another the one that it would take (16位相当).
pub(super) fn place_among_ranked(field: &Field<'_>, who: &Competitor) -> Option<u32> {
    let itself = |other: &Competitor| other.entry.bib == who.entry.bib;
    let among: Vec<_> = field
        .competitors
        .iter()
        .filter(|other| has_place(other) && (other.entry.ranked || itself(other)))
        .collect();
    let ahead = |other: &&Competitor| u32::from(is_ahead(field, other, who, &among));
    has_place(who).then(|| 1 + among.iter().map(ahead).sum::<u32>())
}

/// Whether an entry, ranked or not, has a time that places it in the race.
fn has_place(who: &Competitor) -> bool {
    let timed = who.last().is_some_and(|last| who.elapsed[last].is_some());
    timed && !who.is_out() && who.status() != EntryStatus::Dnf
}

/// Whether `a` is ahead of `b` in the race.
fn is_ahead(field: &Field<'_>, a: &Competitor, b: &Competitor, among: &[&Competitor]) -> bool {
    match (a.last(), b.last()) {
        (Some(last), Some(other)) if last == other => {
            let level: Vec<_> = among
                .iter()
                .copied()
                .filter(|c| c.last() == Some(last))
                .collect();
            is_ahead_at(field, last, a, b, &level)
        }
        (last, other) => last > other,
    }
}

/// To the best ranked time at a checkpoint, for all who may have a gap.
pub(super) fn gap_ms(field: &Field<'_>, who: &Competitor, checkpoint: usize) -> Option<i64> {
    let own = who.elapsed[checkpoint].filter(|_| !who.is_out())?;
    let ranked = participants(field, checkpoint)
        .into_iter()
        .filter(|other| other.entry.ranked);
    let best_ms = ranked
        .filter_map(|other| other.elapsed[checkpoint])
        .map(|t| t.official_ms)
        .min();
    best_ms.map(|best_ms| own.official_ms.saturating_sub(best_ms))
}

/// The place by the instant of passage, everybody included.
pub(super) fn order(field: &Field<'_>, who: &Competitor, checkpoint: usize) -> u32 {
    let key = |who: &Competitor| {
        who.counted.passages[checkpoint].map(|passage| (passage, who.entry.bib.clone()))
    };
    let earlier = |other: &Competitor| key(other).is_some() && key(other) < key(who);
    1 + field
        .competitors
        .iter()
        .map(|other| u32::from(earlier(other)))
        .sum::<u32>()
}

fn participants<'f>(field: &'f Field<'_>, checkpoint: usize) -> Vec<&'f Competitor> {
    field
        .competitors
        .iter()
        .filter(|who| takes_part(field, who, checkpoint))
        .collect()
}

/// Whether an entry takes a place at a checkpoint. From an abandonment on it
/// has no elapsed time there.
fn takes_part(field: &Field<'_>, who: &Competitor, checkpoint: usize) -> bool {
    let admitted = who.entry.ranked || field.settings().unranked_take_places;
    admitted && !who.is_out() && who.elapsed[checkpoint].is_some()
}

/// Places among `participants`: one more than are ahead, in all and in each
/// category. `is_ahead(a, b, among)` compares two of those `among` whom the
/// place is wanted.
fn ranks(
    field: &Field<'_>,
    who: &Competitor,
    participants: &[&Competitor],
    is_ahead: impl Fn(&Competitor, &Competitor, &[&Competitor]) -> bool,
) -> Ranks {
    let takes_part = participants
        .iter()
        .any(|other| other.entry.bib == who.entry.bib);
    if !who.entry.ranked || !takes_part {
        return Ranks::default();
    }
    let place = |among: &[&Competitor]| {
        1 + among
            .iter()
            .map(|other| u32::from(is_ahead(other, who, among)))
            .sum::<u32>()
    };
    let place_in = |category: &Slug| {
        let in_category = |other: &&Competitor| other.entry.categories.contains(category);
        place(
            &participants
                .iter()
                .copied()
                .filter(in_category)
                .collect::<Vec<_>>(),
        )
    };
    let known = who
        .entry
        .categories
        .iter()
        .filter(|category| field.course.has_category(category));
    Ranks {
        rank: Some(place(participants)),
        by_category: known
            .map(|category| (category.clone(), place_in(category)))
            .collect(),
    }
}

/// Whether `a` is ahead of `b` at a checkpoint where both have elapsed times.
fn is_ahead_at(
    field: &Field<'_>,
    checkpoint: usize,
    a: &Competitor,
    b: &Competitor,
    among: &[&Competitor],
) -> bool {
    let official = |who: &Competitor| who.elapsed[checkpoint].map(|time| time.official_ms);
    if official(a) != official(b) {
        return official(a) < official(b);
    }
    let exact = |who: &Competitor| {
        let raw = who.elapsed[checkpoint].map(|time| time.raw_ms);
        (raw, who.counted.passages[checkpoint], who.entry.bib.clone())
    };
    match field.settings().ties {
        Ties::Shared => false,
        Ties::Countback if field.course.is_finish(checkpoint) => {
            let mut tied = among.iter().filter(|other| official(other) == official(a));
            if tied.all(|other| ran_on_the_road(other)) {
                a.counted.passages[checkpoint] < b.counted.passages[checkpoint]
            } else {
                leg_places(field, a) > leg_places(field, b)
            }
        }
        Ties::Arrival | Ties::Countback => exact(a) < exact(b),
    }
}

/// Whether no leg after the first began by a gun, so that the order of
/// arrival is the order of the race.
fn ran_on_the_road(who: &Competitor) -> bool {
    !who.counted
        .starts
        .iter()
        .skip(1)
        .flatten()
        .any(|start| start.by_gun)
}

/// How many first, second, third … places an entry has in the legs.
fn leg_places(field: &Field<'_>, who: &Competitor) -> Vec<usize> {
    let ranks = field.leg_ranks(who);
    let times = |place: u32| ranks.iter().filter(|&&rank| rank == Some(place)).count();
    (1..).take(field.competitors.len()).map(times).collect()
}
