//! The same race as another log: observations sent earlier or later.

use std::collections::HashMap;

use rand::RngExt;
use rand::rngs::StdRng;
use tasuki_race::{EventId, Fact, FactKind, PairedTo};

/// The facts with all observations moved to any place between the definition
/// and the first decision that names them. Decisions stay in their order, so
/// that the standings have to be the same (rules, section 1).
pub fn reordered(rng: &mut StdRng, facts: &[Fact]) -> Vec<Fact> {
    let mut decisions = 0;
    let mut named_by = HashMap::new();
    let mut keyed: Vec<(Option<usize>, &Fact)> = Vec::with_capacity(facts.len());
    for fact in facts {
        if is_observation(&fact.kind) {
            keyed.push((None, fact));
            continue;
        }
        for event in named(&fact.kind) {
            named_by.entry(event).or_insert(decisions);
        }
        keyed.push((Some(decisions), fact));
        decisions += 1;
    }
    let mut placed: Vec<_> = keyed
        .into_iter()
        .map(|(decision, fact)| match decision {
            Some(decision) => (decision, 0, fact),
            None => {
                // After some decision that stands before the one naming it.
                let end = named_by.get(&fact.id).copied().unwrap_or(decisions);
                let after = rng.random_range(0..end.max(1));
                (after, rng.random_range(1..=u64::MAX), fact)
            }
        })
        .collect();
    placed.sort_by_key(|(decision, among, _)| (*decision, *among));
    placed
        .into_iter()
        .map(|(_, _, fact)| fact.clone())
        .collect()
}

/// Whether a fact says what was seen, and not what was decided.
#[must_use]
pub fn is_observation(kind: &FactKind) -> bool {
    matches!(
        kind,
        FactKind::PassageRecorded { .. }
            | FactKind::TimeRecorded { .. }
            | FactKind::BibRecorded { .. }
    )
}

/// The facts that a decision names.
#[must_use]
pub fn named(kind: &FactKind) -> Vec<EventId> {
    match kind {
        FactKind::EventVoided { event, .. }
        | FactKind::PassageReassigned { event, .. }
        | FactKind::ReviewAccepted { event, .. } => vec![*event],
        FactKind::PassagePaired { event, to } => match to {
            PairedTo::Bib(_) => vec![*event],
            PairedTo::Event(with) => vec![*event, *with],
        },
        _ => Vec::new(),
    }
}
