//! The incremental projector gives what recomputing everything gives.

use rand::RngExt;
use rand::seq::SliceRandom;
use tasuki_race::{Fact, FactKind, Selection};
use tasuki_testkit::generate::{facts, for_each_seed, race};
use tasuki_testkit::naive;

use crate::support::{project, standings, text};

/// Races compared in one run of the tests, about 150 facts each.
const RACES: u64 = 1_500;

fn made_up(rng: &mut rand::rngs::StdRng) -> Vec<Fact> {
    let entries = rng.random_range(1..=12);
    let definition = race(rng, entries);
    let count = rng.random_range(1..=150);
    facts(rng, &definition, count)
}

#[test]
fn random_races_give_what_the_naive_model_gives() {
    for_each_seed(RACES, |rng| {
        let facts = made_up(rng);
        let naive = naive::standings(&naive::log_of(&facts));
        pretty_assertions(&standings(&facts), &naive);
    });
}

#[test]
fn every_prefix_of_a_log_gives_what_the_naive_model_gives() {
    for_each_seed(RACES / 50, |rng| {
        let facts = made_up(rng);
        for end in 1..=facts.len() {
            let naive = naive::standings(&naive::log_of(&facts[..end]));
            pretty_assertions(&standings(&facts[..end]), &naive);
        }
    });
}

#[test]
fn settling_after_each_fact_or_at_the_end_is_the_same() {
    for_each_seed(RACES / 5, |rng| {
        let facts = made_up(rng);
        let each = project(&facts, true).snapshot(&Selection::all());
        pretty_assertions(&each, &standings(&facts));
    });
}

#[test]
fn observations_commute() {
    for_each_seed(RACES / 5, |rng| {
        let mut facts = made_up(rng);
        let before = standings(&facts);
        shuffle_observations(&mut facts, rng);
        let mut after = standings(&facts);
        // Announcements are keyed by their place in the log, which moves with
        // no observation: only observations change places with each other.
        after.as_of = before.as_of;
        pretty_assertions(&after, &before);
    });
}

/// Lets observations that nothing names change places among themselves; what
/// a void or a reassignment names must stay before it.
fn shuffle_observations(facts: &mut [Fact], rng: &mut rand::rngs::StdRng) {
    let named: std::collections::HashSet<_> = facts
        .iter()
        .filter_map(|fact| match &fact.kind {
            FactKind::EventVoided { event, .. } | FactKind::PassageReassigned { event, .. } => {
                Some(*event)
            }
            _ => None,
        })
        .collect();
    let free = |fact: &Fact| {
        matches!(fact.kind, FactKind::PassageRecorded { .. }) && !named.contains(&fact.id)
    };
    let places: Vec<usize> = (0..facts.len()).filter(|&at| free(&facts[at])).collect();
    let mut observations: Vec<Fact> = places.iter().map(|&at| facts[at].clone()).collect();
    observations.shuffle(rng);
    for (at, fact) in places.into_iter().zip(observations) {
        facts[at] = fact;
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
