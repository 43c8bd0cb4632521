//! What one passage costs as the field grows: where the rankings are looked at
//! in the end, as a server does that starts; where they are brought up to date
//! after each; and where the runner's whole line is asked for, every rank on it
//! included.
//!
//! `cargo run --release -p tasuki-race --example passage_cost [ENTRIES …]`
//!
//! Passages that are looked at one by one meet another runner, and another
//! place in every ranking, each time: that also grows with what no longer fits
//! the caches.

use std::collections::BTreeSet;
use std::time::Instant;

use tasuki_race::{FactKind, Projector, RaceId, Selection};
use tasuki_testkit::generate::{Marathon, marathon, seeded};
use tasuki_testkit::naive::{Logged, log_of};

const REPLAYS: usize = 5;

fn main() {
    println!("us per passage: replayed, looked at after each, and the runner's line asked for");
    println!("entries  passages  replayed  settled   line");
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
    let replayed = replay(&definition.id, &log);
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
    println!(
        "{:7}  {passages:8}  {:8.2}  {:7.2}  {:5.2}",
        size.entries,
        us(replayed),
        us(entering),
        us(looking)
    );
}

/// Seconds for a whole log; the median of some.
fn replay(race: &RaceId, log: &[Logged]) -> f64 {
    let mut seconds: Vec<f64> = std::iter::repeat_with(|| {
        let mut projector = Projector::new(race.clone());
        let begun = Instant::now();
        for logged in log {
            projector.apply(logged.seq, logged.at, "admin", &logged.fact);
        }
        projector.settle();
        begun.elapsed().as_secs_f64()
    })
    .take(REPLAYS)
    .collect();
    seconds.sort_by(f64::total_cmp);
    seconds[REPLAYS / 2]
}
