//! What one passage costs as the field grows: entered, settled, and the
//! runner's whole line asked for, every rank on it included.
//!
//! `cargo run --release -p tasuki-race --example passage_cost [ENTRIES …]`
//!
//! Time grows with the field also because less of it fits the caches; what is
//! done for a passage is told by counting instructions:
//!
//! `valgrind --tool=callgrind --collect-atstart=no --callgrind-out-file=/dev/null
//! --toggle-collect='*Projector*apply*' target/release/examples/passage_cost 10000`

use std::collections::BTreeSet;
use std::time::Instant;

use tasuki_race::{FactKind, Projector, Selection};
use tasuki_testkit::generate::{Marathon, marathon, seeded};
use tasuki_testkit::naive::log_of;

fn main() {
    println!("entries  passages  us per passage  us per line");
    let asked: Vec<usize> = std::env::args()
        .skip(1)
        .filter_map(|text| text.parse().ok())
        .collect();
    let sizes = if asked.is_empty() {
        vec![1_000, 10_000, 50_000]
    } else {
        asked
    };
    for entries in sizes {
        let size = Marathon {
            entries,
            checkpoints: 12,
            waves: 5,
        };
        measure(&size);
    }
}

fn measure(size: &Marathon) {
    let log = log_of(&marathon(&mut seeded(1), size));
    let FactKind::RaceDefined(definition) = &log[0].fact.kind else {
        panic!("a race begins with its definition");
    };
    let mut projector = Projector::new(definition.id.clone());
    let (mut entering, mut looking, mut passages) = (0.0, 0.0, 0_u32);
    for logged in &log {
        let begun = Instant::now();
        projector.apply(logged.seq, logged.at, "admin", &logged.fact);
        projector.settle();
        let entered = begun.elapsed();
        let FactKind::PassageRecorded { bib, .. } = &logged.fact.kind else {
            continue;
        };
        let selection = Selection {
            bibs: Some(BTreeSet::from([bib.clone()])),
            ..Selection::all()
        };
        let begun = Instant::now();
        let snapshot = projector.snapshot(&selection);
        looking += begun.elapsed().as_secs_f64();
        assert!(snapshot.entries.len() <= 1);
        entering += entered.as_secs_f64();
        passages += 1;
    }
    let us = |seconds: f64| seconds * 1e6 / f64::from(passages);
    let (entering, looking) = (us(entering), us(looking));
    println!(
        "{:7}  {passages:8}  {entering:14.2}  {looking:11.2}",
        size.entries
    );
}
