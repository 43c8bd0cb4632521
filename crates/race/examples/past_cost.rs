//! What a look into the past costs in a log of a million facts, and what
//! keeping the past costs in memory.
//!
//! `cargo run --release -p tasuki-race --example past_cost`

use std::collections::BTreeSet;
use std::time::Instant;

use rand::RngExt;
use tasuki_race::{Bib, FactKind, Projector, Selection};
use tasuki_testkit::generate::{Marathon, marathon, seeded};
use tasuki_testkit::naive::log_of;

/// Moments looked at, of each kind.
const LOOKS: usize = 40;

fn main() {
    let size = Marathon {
        entries: 50_000,
        checkpoints: 21,
        waves: 5,
    };
    let log = log_of(&marathon(&mut seeded(1), &size));
    let FactKind::RaceDefined(definition) = &log[0].fact.kind else {
        panic!("a race begins with its definition");
    };
    let mut projector = Projector::new(definition.id.clone());
    let before_kb = resident_kb();
    let begun = Instant::now();
    for logged in &log {
        projector.apply(logged.seq, logged.at, "admin", &logged.fact);
    }
    projector.settle();
    println!(
        "{} facts replayed in {:.2} s; {} MB more in memory",
        log.len(),
        begun.elapsed().as_secs_f64(),
        (resident_kb() - before_kb) / 1_024
    );
    let rng = &mut seeded(2);
    let bibs: Vec<Bib> = definition.entries.iter().map(|e| e.bib.clone()).collect();
    println!("selection         median ms   worst ms");
    for name in ["top=100", "three bibs"] {
        let mut taken: Vec<f64> = Vec::new();
        for _ in 0..LOOKS {
            let seq = rng.random_range(1..=log.len()) as u64;
            let three = (0..3).map(|_| bibs[rng.random_range(0..bibs.len())].clone());
            let three = three.collect::<BTreeSet<_>>();
            let selection = match name {
                "top=100" => Selection {
                    top: Some(100),
                    ..Selection::all()
                },
                _ => Selection {
                    bibs: Some(three),
                    ..Selection::all()
                },
            };
            let begun = Instant::now();
            let seen = projector.snapshot_at(seq, &selection);
            taken.push(begun.elapsed().as_secs_f64() * 1e3);
            assert_eq!(seen.map(|it| it.seq), Some(seq));
        }
        taken.sort_by(f64::total_cmp);
        let (median, worst) = (taken[LOOKS / 2], taken[LOOKS - 1]);
        println!("{name:16} {median:10.1} {worst:10.1}");
    }
}

/// What the process holds now, as the kernel counts it; 0 where it does not.
fn resident_kb() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS"));
    let figure = line.and_then(|line| line.split_whitespace().nth(1));
    figure.and_then(|kb| kb.parse().ok()).unwrap_or_default()
}
