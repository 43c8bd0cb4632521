//! Sections (往路 / 復路): sums of legs, ranked like a total (rules, section 3).

use std::collections::BTreeMap;

use tasuki_race::{Section, SectionTime, Slug, Ties};

use super::competitor::Competitor;
use super::course::Course;
use super::field::Field;
use super::times::Time;

/// The sections that an entry has finished.
pub(super) fn sections(field: &Field<'_>, who: &Competitor) -> BTreeMap<Slug, SectionTime> {
    let finished = |section: &Section| {
        let elapsed_ms = time(field.course, who, section)?.official_ms;
        Some((
            section.id.clone(),
            SectionTime {
                elapsed_ms,
                rank: rank(field, who, section),
            },
        ))
    };
    field
        .course
        .definition
        .sections
        .iter()
        .filter_map(finished)
        .collect()
}

fn legs(course: &Course, section: &Section) -> Vec<usize> {
    section
        .legs
        .iter()
        .filter_map(|id| course.leg_named(id))
        .collect()
}

/// The sum of the legs and of the penalties on them, once all are there and
/// none was abandoned.
fn time(course: &Course, who: &Competitor, section: &Section) -> Option<Time> {
    let mut sum = Time::default();
    for leg in legs(course, section) {
        if who
            .abandonment
            .as_ref()
            .is_some_and(|abandonment| abandonment.reaches(leg))
        {
            return None;
        }
        sum = sum + who.leg_times[leg]?.adjusted(who.leg_adjustments_ms[leg]);
    }
    Some(sum)
}

fn rank(field: &Field<'_>, who: &Competitor, section: &Section) -> Option<u32> {
    if !who.entry.ranked || !takes_part(field, who, section) {
        return None;
    }
    let others = field
        .competitors
        .iter()
        .filter(|other| takes_part(field, other, section));
    Some(
        1 + others
            .map(|other| u32::from(is_ahead(field, other, who, section)))
            .sum::<u32>(),
    )
}

fn takes_part(field: &Field<'_>, who: &Competitor, section: &Section) -> bool {
    let admitted = who.entry.ranked || field.settings().unranked_take_places;
    admitted && !who.is_out() && time(field.course, who, section).is_some()
}

fn is_ahead(field: &Field<'_>, a: &Competitor, b: &Competitor, section: &Section) -> bool {
    let course = field.course;
    let official = |who: &Competitor| time(course, who, section).map(|time| time.official_ms);
    let exact = |who: &Competitor| {
        let raw = time(course, who, section).map(|time| time.raw_ms);
        let last_leg = legs(course, section).into_iter().max();
        let end = last_leg.and_then(|leg| who.counted.passages[course.end_of(leg)]);
        (official(who), raw, end, who.entry.bib.clone())
    };
    match field.settings().ties {
        Ties::Shared => official(a) < official(b),
        Ties::Arrival | Ties::Countback => exact(a) < exact(b),
    }
}
