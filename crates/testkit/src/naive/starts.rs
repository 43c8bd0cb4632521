//! Which gun was for whom, and the zero of the race (rules, section 2).

use std::collections::BTreeMap;

use tasuki_race::{Entry, FactKind, Instant, StartTarget};

use super::Logged;
use super::course::Course;

/// The `started` fact in force for an entry on a leg.
#[derive(Clone, Copy)]
pub(super) struct Gun {
    pub(super) time: Instant,
    /// It names the bib or a category of it.
    pub(super) by_name: bool,
}

/// All starts of a leg, in log order.
fn starts_of<'a>(
    facts: &'a [&Logged],
    course: &'a Course,
    leg: usize,
) -> impl DoubleEndedIterator<Item = (&'a StartTarget, Instant)> {
    facts.iter().filter_map(move |logged| {
        let FactKind::Started { leg: named, target } = &logged.fact.kind else {
            return None;
        };
        let which = named.as_ref().map_or(Some(0), |id| course.leg_named(id));
        (which == Some(leg)).then_some((target, logged.fact.time?))
    })
}

/// The last start for the bib, else for a category of it, else for everyone.
pub(super) fn gun(facts: &[&Logged], course: &Course, leg: usize, entry: &Entry) -> Option<Gun> {
    let last = |is_for: &dyn Fn(&StartTarget) -> bool| {
        starts_of(facts, course, leg)
            .rev()
            .find(|(target, _)| is_for(target))
            .map(|(_, time)| time)
    };
    let bib = |target: &StartTarget| matches!(target, StartTarget::Bibs(bibs) if bibs.contains(&entry.bib));
    let category = |target: &StartTarget| {
        matches!(target, StartTarget::Category(category)
            if entry.categories.contains(category) && course.has_category(category))
    };
    let everyone = |target: &StartTarget| *target == StartTarget::Everyone;
    let by_name = last(&bib).or_else(|| last(&category));
    match by_name {
        Some(time) => Some(Gun {
            time,
            by_name: true,
        }),
        None => last(&everyone).map(|time| Gun {
            time,
            by_name: false,
        }),
    }
}

/// The zero: the earliest start of the first leg that is in force for anyone.
pub(super) fn zero(facts: &[&Logged], course: &Course) -> Option<Instant> {
    let mut everyone = None;
    let mut categories = BTreeMap::new();
    let mut bibs = BTreeMap::new();
    for (target, time) in starts_of(facts, course, 0) {
        match target {
            StartTarget::Everyone => everyone = Some(time),
            StartTarget::Category(category) => {
                categories.insert(category, time);
            }
            StartTarget::Bibs(named) => bibs.extend(named.iter().map(|bib| (bib, time))),
        }
    }
    everyone
        .into_iter()
        .chain(categories.into_values())
        .chain(bibs.into_values())
        .min()
}
