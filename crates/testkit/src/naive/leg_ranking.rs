//! The ranking of a leg (rules, section 3).

use tasuki_race::{Ties, UnrankedLegs};

use super::competitor::Competitor;
use super::course::Course;

/// The place in a leg, if one is shown.
pub(super) fn rank(
    course: &Course,
    all: &[Competitor],
    who: &Competitor,
    leg: usize,
) -> Option<u32> {
    let shown =
        who.entry.ranked || course.definition.ranking.unranked_legs == UnrankedLegs::Counted;
    if !shown || !takes_part(course, who, leg) {
        return None;
    }
    let others = all.iter().filter(|other| takes_part(course, other, leg));
    Some(
        1 + others
            .map(|other| u32::from(is_ahead(course, other, who, leg)))
            .sum::<u32>(),
    )
}

/// Whether an entry takes a place in a leg.
fn takes_part(course: &Course, who: &Competitor, leg: usize) -> bool {
    let admitted =
        who.entry.ranked || course.definition.ranking.unranked_legs != UnrankedLegs::Excluded;
    admitted && !who.is_out() && who.leg_stands(leg) && who.leg_times[leg].is_some()
}

fn is_ahead(course: &Course, a: &Competitor, b: &Competitor, leg: usize) -> bool {
    let settings = &course.definition.ranking;
    let ties = if leg == 0 {
        settings.first_leg_ties
    } else {
        settings.leg_ties
    };
    let official = |who: &Competitor| who.leg_times[leg].map(|time| time.official_ms);
    let exact = |who: &Competitor| {
        let raw = who.leg_times[leg].map(|time| time.raw_ms);
        (
            official(who),
            raw,
            who.counted.passages[course.end_of(leg)],
            who.entry.bib.clone(),
        )
    };
    match ties {
        Ties::Shared => official(a) < official(b),
        Ties::Arrival | Ties::Countback => exact(a) < exact(b),
    }
}
