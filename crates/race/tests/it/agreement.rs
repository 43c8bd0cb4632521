//! The incremental projector gives what recomputing everything gives.

use std::collections::HashSet;

use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use tasuki_race::{Fact, FactKind, PairedTo, Selection};
use tasuki_testkit::agreement::{Disagreement, disagreements};
use tasuki_testkit::generate::{for_each_seed, small_race};
use tasuki_testkit::naive;

use crate::support::{project, review, standings, text};

/// Races compared in one run of the tests, about 90 facts each. A million
/// facts are compared by the example `million` of the testkit.
const RACES: u64 = 1_500;

#[test]
fn random_races_give_what_the_naive_model_gives() {
    for_each_seed(RACES, |rng| {
        let facts = small_race(rng);
        for disagreement in disagreements(rng, &facts) {
            match disagreement {
                Disagreement::Standings { projector, naive } => {
                    pretty_assertions(&projector, &naive);
                }
                // The next test is about these.
                Disagreement::Review { .. } => {}
            }
        }
    });
}

#[test]
fn random_races_give_the_review_list_that_the_naive_model_gives() {
    for_each_seed(RACES, |rng| {
        let facts = small_race(rng);
        for disagreement in disagreements(rng, &facts) {
            if let Disagreement::Review { .. } = disagreement {
                panic!("{disagreement:#?}");
            }
        }
    });
}

#[test]
fn every_prefix_of_a_log_gives_what_the_naive_model_gives() {
    for_each_seed(RACES / 50, |rng| {
        let facts = small_race(rng);
        for end in 1..=facts.len() {
            let naive = naive::standings(&naive::log_of(&facts[..end]));
            pretty_assertions(&standings(&facts[..end]), &naive);
        }
    });
}

#[test]
fn settling_after_each_fact_or_at_the_end_is_the_same() {
    for_each_seed(RACES / 5, |rng| {
        let facts = small_race(rng);
        let each = project(&facts, true).snapshot(&Selection::all());
        pretty_assertions(&each, &standings(&facts));
    });
}

#[test]
fn observations_commute() {
    for_each_seed(RACES / 5, |rng| {
        let mut facts = small_race(rng);
        let (before, odd) = (standings(&facts), review(&facts));
        shuffle_observations(&mut facts, rng);
        pretty_assertions(&standings(&facts), &before);
        if !is_out_from_somewhere_unknown(&facts) {
            assert_eq!(review(&facts), odd);
        }
    });
}

/// Of an entry that went out nobody knows where, those passages are doubtful
/// that were recorded later: only there the order of the log matters.
fn is_out_from_somewhere_unknown(facts: &[Fact]) -> bool {
    facts.iter().any(|fact| {
        let whence = |kind: &FactKind| match kind {
            FactKind::StatusChanged { checkpoint, .. } => Some(checkpoint.is_some()),
            _ => None,
        };
        whence(&fact.kind).is_some_and(|known| !known && fact.time.is_none())
    })
}

/// Lets observations change places among themselves. What a decision names
/// must stay before it, and stays where it is.
fn shuffle_observations(facts: &mut [Fact], rng: &mut StdRng) {
    let named: HashSet<_> = facts.iter().flat_map(named).collect();
    let free = |fact: &Fact| is_observation(fact) && !named.contains(&fact.id);
    let places: Vec<usize> = (0..facts.len()).filter(|&at| free(&facts[at])).collect();
    let mut observations: Vec<Fact> = places.iter().map(|&at| facts[at].clone()).collect();
    observations.shuffle(rng);
    for (at, fact) in places.into_iter().zip(observations) {
        facts[at] = fact;
    }
}

fn is_observation(fact: &Fact) -> bool {
    matches!(
        fact.kind,
        FactKind::PassageRecorded { .. }
            | FactKind::TimeRecorded { .. }
            | FactKind::BibRecorded { .. }
    )
}

/// The facts that one names.
fn named(fact: &Fact) -> Vec<tasuki_race::EventId> {
    match &fact.kind {
        FactKind::EventVoided { event, .. }
        | FactKind::PassageReassigned { event, .. }
        | FactKind::ReviewAccepted { event, .. } => vec![*event],
        FactKind::PassagePaired { event, to } => match to {
            PairedTo::Event(with) => vec![*event, *with],
            PairedTo::Bib(_) => vec![*event],
        },
        _ => Vec::new(),
    }
}

/// Fails with the first lines that differ.
fn pretty_assertions(ours: &tasuki_race::Snapshot, theirs: &tasuki_race::Snapshot) {
    if ours == theirs {
        return;
    }
    let (ours, theirs) = (text(ours), text(theirs));
    let differing = ours
        .lines()
        .zip(theirs.lines())
        .enumerate()
        .filter(|(_, (a, b))| a != b);
    for (line, (ours, theirs)) in differing.take(12) {
        eprintln!("line {line}: projector {ours}   naive {theirs}");
    }
    panic!("the standings differ; projector:\n{ours}\nnaive:\n{theirs}");
}
