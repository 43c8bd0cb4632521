//! The naive model against published results.

use std::collections::BTreeMap;

use tasuki_race::{Instant, RaceState, Snapshot};
use tasuki_testkit::{datasets, naive};

#[test]
fn the_naive_model_reproduces_a_published_relay() {
    let Some(relay) = datasets::dataset("devils-burdens-2024") else {
        println!("data set not present");
        return;
    };
    let mismatches = relay.check(&naive::standings(&naive::log_of(&relay.facts())));
    println!(
        "{} figures, {} mismatches",
        relay.expected.len(),
        mismatches.len()
    );
    assert!(mismatches.is_empty(), "{mismatches:#?}");
}

#[test]
fn a_gzipped_data_set_is_read_and_its_missing_figures_are_named() {
    let Some(marathon) = datasets::dataset("boston-2014") else {
        println!("data set not present");
        return;
    };
    println!(
        "{} passages, {} figures",
        marathon.passages.len(),
        marathon.expected.len()
    );
    let empty = Snapshot {
        race: marathon.definition.id.clone(),
        seq: 1,
        as_of: Instant::from_ms(0),
        state: RaceState::Unofficial,
        entries: BTreeMap::new(),
        announcements: BTreeMap::new(),
        cutlines: Vec::new(),
    };
    assert_eq!(marathon.check(&empty).len(), marathon.expected.len());
}
