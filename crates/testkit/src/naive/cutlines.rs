//! Where the cutlines (シード権) are drawn (rules, section 3; additions).

use tasuki_race::{Bib, Cutline, Line};

use super::competitor::Competitor;
use super::field::Field;
use super::ranking;

/// Each cutline of the race, in the order of its definition.
pub(super) fn lines(field: &Field<'_>) -> Vec<Line> {
    let line = |cutline: &Cutline| Line {
        rank: cutline.rank,
        name: cutline.name.clone(),
        last: last_above(field, cutline.rank),
    };
    field.course.definition.cutlines.iter().map(line).collect()
}

/// The last ranked entry whose place among the ranked is `rank` or better,
/// once as many have one.
fn last_above(field: &Field<'_>, rank: u32) -> Option<Bib> {
    let placed: Vec<(u32, &Competitor)> = field
        .competitors
        .iter()
        .filter_map(|who| Some((ranking::place_among_ranked(field, who)?, who)))
        .filter(|(_, who)| who.entry.ranked)
        .collect();
    if placed.len() < usize::try_from(rank).unwrap_or(usize::MAX) {
        return None;
    }
    let key = |(place, who): &(u32, &Competitor)| {
        let last = who.last().expect("who has a place has passed a checkpoint");
        (
            *place,
            who.elapsed[last].map(|time| time.raw_ms),
            who.counted.passages[last],
            who.entry.bib.clone(),
        )
    };
    placed
        .iter()
        .filter(|(place, _)| *place <= rank)
        .max_by_key(|placed| key(placed))
        .map(|(_, who)| who.entry.bib.clone())
}
