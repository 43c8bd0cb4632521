//! A look into the past shows what was shown then.

use std::collections::BTreeSet;

use rand::RngExt;
use tasuki_race::{FactKind, Instant, Selection};
use tasuki_testkit::generate::Marathon;
use tasuki_testkit::generate::{for_each_seed, marathon, seeded, small_race};
use tasuki_testkit::naive::log_of;

use crate::support::{project, standings};

/// Races looked back on in one run of the tests, at every one of their facts.
const RACES: u64 = 60;

#[test]
fn every_moment_of_a_race_is_shown_later_as_it_was() {
    for_each_seed(RACES, |rng| {
        let facts = small_race(rng);
        let projector = project(&facts, false);
        for seq in 1..=facts.len() {
            let then = standings(&facts[..seq]);
            let seen = projector.snapshot_at(seq as u64, &Selection::all());
            assert_eq!(seen.as_ref(), Some(&then), "fact {seq} of {}", facts.len());
        }
    });
}

#[test]
fn a_part_of_the_past_is_that_part_of_it() {
    for_each_seed(RACES, |rng| {
        let facts = small_race(rng);
        let projector = project(&facts, false);
        let seq = rng.random_range(1..=facts.len());
        let then = project(&facts[..seq], false);
        let categories = then.settings().map(|d| d.categories.clone());
        let some_bibs = then.entries().step_by(2).map(|entry| entry.bib.clone());
        for selection in [
            Selection {
                top: Some(3),
                ..Selection::all()
            },
            Selection {
                bibs: Some(some_bibs.collect::<BTreeSet<_>>()),
                ..Selection::all()
            },
            Selection {
                category: categories.and_then(|c| Some(c.first()?.id.clone())),
                top: Some(2),
                ..Selection::all()
            },
        ] {
            let seen = projector.snapshot_at(seq as u64, &selection);
            assert_eq!(seen, Some(then.snapshot(&selection)));
        }
    });
}

#[test]
fn the_past_of_a_marathon_is_seen_from_its_end() {
    let size = Marathon {
        entries: 600,
        checkpoints: 6,
        waves: 3,
    };
    let facts = marathon(&mut seeded(7), &size);
    let projector = project(&facts, false);
    for part in 1..=12 {
        let seq = facts.len() * part / 12;
        let then = standings(&facts[..seq]);
        assert_eq!(
            projector.snapshot_at(seq as u64, &Selection::all()),
            Some(then)
        );
    }
}

#[test]
fn there_is_no_past_before_the_first_fact_nor_after_the_last() {
    let facts = small_race(&mut seeded(3));
    let projector = project(&facts, false);
    let all = Selection::all();
    assert_eq!(projector.snapshot_at(0, &all), None);
    assert_eq!(projector.snapshot_at(facts.len() as u64 + 1, &all), None);
    assert!(matches!(facts[0].kind, FactKind::RaceDefined(_)));
}

#[test]
fn an_instant_names_the_newest_fact_received_by_then() {
    let facts = small_race(&mut seeded(4));
    let log = log_of(&facts);
    let projector = project(&facts, false);
    let before = Instant::from_ms(log[0].at.ms() - 1);
    assert_eq!(projector.seq_at(before), 0);
    for logged in &log {
        assert_eq!(projector.seq_at(logged.at), logged.seq);
        let a_moment_later = Instant::from_ms(logged.at.ms() + 1);
        assert_eq!(projector.seq_at(a_moment_later), logged.seq);
    }
}
