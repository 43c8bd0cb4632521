//! What the times of an entry count for: abandonments, rankings, sections.

use std::ops::Range;

use crate::definition::{AfterDnf, UnrankedLegs};
use crate::fact::MarkedStatus;
use crate::instant::Instant;
use crate::times::{Duration, Known, Times};

/// From where on an abandonment holds.
pub(crate) fn abandon(known: &Known<'_>, times: &mut Times) {
    times.cut = None;
    let Some(marked) = known.marked.filter(|m| m.status == MarkedStatus::Dnf) else {
        return;
    };
    times.cut = marked.station.or_else(|| {
        let time = marked.time?;
        times
            .marks
            .iter()
            .position(|m| m.is_some_and(|m| m.time > time))
    });
    if let Some(cut) = times.cut {
        for mark in times.marks[cut..].iter_mut().flatten() {
            mark.elapsed = None;
        }
    }
}

/// The leg on which an entry gave up.
fn abandoned_leg(known: &Known<'_>, times: &Times) -> Option<usize> {
    if !known.is(MarkedStatus::Dnf) {
        return None;
    }
    let station = times
        .cut
        .unwrap_or_else(|| times.last.map_or(0, |last| last + 1));
    known.course.stations.get(station).map(|s| s.leg)
}

/// Says of the marks at some stations in which rankings they stand.
pub(crate) fn place_in_rankings(known: &Known<'_>, times: &mut Times, at: Range<usize>) {
    let out = known.is(MarkedStatus::Dns) || known.is(MarkedStatus::Dsq);
    let settings = &known.course.ranking;
    let in_totals = !out && (known.ranked || settings.unranked_take_places);
    times.in_sections = in_totals;
    let in_legs = !out && (known.ranked || settings.unranked_legs != UnrankedLegs::Excluded);
    let gave_up = abandoned_leg(known, times);
    let stations = &known.course.stations[at.clone()];
    for (mark, station) in times.marks[at].iter_mut().zip(stations) {
        let Some(mark) = mark else { continue };
        mark.in_total = in_totals && mark.elapsed.is_some();
        let after = gave_up.is_some_and(|leg| station.leg > leg);
        let during = gave_up == Some(station.leg);
        mark.reference = mark.leg.is_some() && after && settings.after_dnf == AfterDnf::Reference;
        mark.in_leg = in_legs && mark.leg.is_some() && !during && !mark.reference;
        mark.may_be_record = mark.leg.is_some() && !during && !mark.reference;
    }
}

pub(crate) fn sum_sections(known: &Known<'_>, times: &mut Times) {
    let gave_up = abandoned_leg(known, times);
    let sections = known.course.sections.iter().map(|(_, legs)| {
        let given_up = |leg: &usize| gave_up.is_some_and(|g| *leg >= g);
        let whole = !legs.iter().any(given_up);
        whole.then(|| section_sum(known, times, legs)).flatten()
    });
    let sections = sections.collect();
    times.sections = sections;
}

fn section_sum(known: &Known<'_>, times: &Times, legs: &[usize]) -> Option<(Duration, Instant)> {
    let mut sum = Duration::default();
    let mut ended = None;
    for &leg in legs {
        let mark = times.marks[known.course.legs[leg].end]?;
        sum = sum.plus(mark.leg?);
        // Ties are split at its end on the course, whatever came in later.
        if ended.is_none_or(|(last, _)| leg > last) {
            ended = Some((leg, mark.time));
        }
    }
    let named = known
        .adjustments
        .iter()
        .filter(|(of, _)| of.is_some_and(|leg| legs.contains(&leg)));
    let sum = named.fold(sum, |sum, (_, ms)| sum.plus_ms(*ms));
    Some((sum, ended?.1))
}
