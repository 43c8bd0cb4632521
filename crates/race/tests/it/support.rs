//! A race projected fact by fact.

use std::collections::BTreeSet;

use tasuki_race::{EventId, Fact, Oddity, Projector, RaceId, Selection, Slug, Snapshot};
use tasuki_testkit::naive::{Logged, log_of};

/// The state after all of `facts`, settled after every fact or only at the
/// end.
pub(crate) fn project(facts: &[Fact], settle_each: bool) -> Projector {
    let race: RaceId = "test".parse().expect("a slug");
    let mut projector = Projector::new(race_of(facts).unwrap_or(race));
    for Logged { seq, at, fact } in &log_of(facts) {
        projector.apply(*seq, *at, "admin", fact);
        if settle_each {
            projector.settle();
        }
    }
    projector.settle();
    projector
}

fn race_of(facts: &[Fact]) -> Option<RaceId> {
    facts.iter().find_map(|fact| match &fact.kind {
        tasuki_race::FactKind::RaceDefined(definition) => Some(definition.id.clone()),
        _ => None,
    })
}

/// The whole standings.
pub(crate) fn standings(facts: &[Fact]) -> Snapshot {
    project(facts, false).snapshot(&Selection::all())
}

/// The review list without its words, in no order.
pub(crate) fn review(facts: &[Fact]) -> BTreeSet<(EventId, Oddity, Slug)> {
    let items = project(facts, false).review().into_iter();
    items
        .map(|item| (item.event, item.code, item.checkpoint))
        .collect()
}

/// As text, one line per member, so that a difference can be read.
pub(crate) fn text(snapshot: &Snapshot) -> String {
    serde_json::to_string_pretty(snapshot).expect("JSON")
}
