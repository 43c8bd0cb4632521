//! The incremental projector gives what recomputing everything gives.

use tasuki_race::{Fact, FactKind, Selection, Snapshot};
use tasuki_testkit::agreement::{Disagreement, disagreements};
use tasuki_testkit::generate::{for_each_seed, reordered, small_race};
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
        let facts = small_race(rng);
        let other = reordered(rng, &facts);
        let (before, mut after) = (standings(&facts), standings(&other));
        // Announcements are keyed by their place in the log, and decisions
        // have moved with the observations around them.
        let texts = |of: &Snapshot| {
            let shown = of.announcements.values();
            shown.map(|line| line.text.clone()).collect::<Vec<_>>()
        };
        assert_eq!(texts(&after), texts(&before));
        after.announcements.clone_from(&before.announcements);
        pretty_assertions(&after, &before);
        if !is_out_from_somewhere_unknown(&facts) {
            assert_eq!(review(&other), review(&facts));
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

/// Fails with the first lines that differ.
fn pretty_assertions(ours: &Snapshot, theirs: &Snapshot) {
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
