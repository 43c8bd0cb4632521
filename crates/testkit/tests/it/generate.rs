//! The generators: same seed, same race.

use std::collections::{BTreeMap, BTreeSet};

use tasuki_race::{EntryStatus, Fact, FactKind, PairedTo, Snapshot};
use tasuki_testkit::generate::{self, Ekiden, Marathon};
use tasuki_testkit::naive;

pub(crate) fn random_race(seed: u64) -> Vec<Fact> {
    let rng = &mut generate::seeded(seed);
    generate::small_race(rng)
}

pub(crate) fn standings(facts: &[Fact]) -> Snapshot {
    naive::standings(&naive::log_of(facts))
}

#[test]
fn a_seed_gives_one_race() {
    assert_eq!(random_race(7), random_race(7));
    assert_ne!(random_race(7), random_race(8));
}

#[test]
fn random_facts_pass_the_reader_of_the_contract_and_have_ids_of_their_own() {
    for seed in 0..100 {
        let facts = random_race(seed);
        let ids: BTreeSet<_> = facts.iter().map(|fact| fact.id).collect();
        assert_eq!(ids.len(), facts.len(), "seed {seed}");
        for fact in facts {
            assert_eq!(
                Fact::from_json(&fact.canonical()).as_ref(),
                Ok(&fact),
                "seed {seed}"
            );
        }
    }
}

#[test]
fn the_order_of_observations_does_not_matter() {
    generate::for_each_seed(50, |rng| {
        let facts = generate::small_race(rng);
        let other = generate::reordered(rng, &facts);
        let decisions = |facts: &[Fact]| {
            let decided = facts
                .iter()
                .filter(|fact| !generate::is_observation(&fact.kind));
            decided.map(|fact| fact.id).collect::<Vec<_>>()
        };
        assert_eq!(decisions(&facts), decisions(&other));
        let (before, after) = (standings(&facts), standings(&other));
        assert_eq!(before.entries, after.entries);
        assert_eq!(before.cutlines, after.cutlines);
    });
}

#[test]
fn every_event_that_a_random_fact_names_was_told_before() {
    for seed in 0..200 {
        let mut told = BTreeMap::new();
        for fact in random_race(seed) {
            for event in generate::named(&fact.kind) {
                let kind = told.get(&event);
                assert!(kind.is_some(), "seed {seed}: {}", fact.canonical());
            }
            let kind_of = |event| told.get(event).copied().unwrap_or("nothing");
            match &fact.kind {
                FactKind::PassagePaired { event, to } => {
                    assert_eq!(kind_of(event), "time_recorded", "seed {seed}");
                    if let PairedTo::Event(with) = to {
                        assert_eq!(kind_of(with), "bib_recorded", "seed {seed}");
                    }
                }
                FactKind::PassageReassigned { event, .. } => {
                    let passages = ["time_recorded", "passage_recorded"];
                    assert!(passages.contains(&kind_of(event)), "seed {seed}");
                }
                _ => {}
            }
            told.insert(fact.id, fact.kind.type_name());
        }
    }
}

#[test]
fn a_generated_ekiden_has_rolled_starts_and_all_teams_finish() {
    let size = Ekiden {
        teams: 21,
        legs: 5,
        splits_per_leg: 2,
        rolled_after_ms: 5 * 60_000,
    };
    let facts = generate::ekiden(&mut generate::seeded(1), &size);
    let guns = facts
        .iter()
        .filter(|fact| matches!(fact.kind, FactKind::Started { .. }))
        .count();
    assert!(guns > 1, "{guns} starts");
    assert!(facts[1..].is_sorted_by_key(|fact| fact.time));
    let standings = standings(&facts);
    let rows = || standings.entries.values();
    assert_eq!(
        rows()
            .filter(|row| row.status == EntryStatus::Finished)
            .count(),
        21
    );
    let ranks: BTreeSet<_> = rows().filter_map(|row| row.rank).collect();
    // Bib 20 is open.
    assert_eq!(ranks, (1..=20).collect());
    assert!(rows().all(|row| row.splits.len() == 5 * 3 && row.elapsed_ms.is_some()));
}

#[test]
fn a_generated_marathon_has_waves_and_most_finish() {
    let size = Marathon {
        entries: 300,
        checkpoints: 5,
        waves: 3,
    };
    let facts = generate::marathon(&mut generate::seeded(1), &size);
    assert!(facts[1..].is_sorted_by_key(|fact| fact.time));
    let standings = standings(&facts);
    let finished = |status| {
        standings
            .entries
            .values()
            .filter(|row| row.status == status)
            .count()
    };
    assert!(
        finished(EntryStatus::Finished) > 270,
        "{}",
        finished(EntryStatus::Finished)
    );
    assert_eq!(standings.entries.len(), 300);
}
