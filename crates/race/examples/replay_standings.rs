//! What it takes to replay a real marathon through the projector alone.
//!
//! After every passage everything is settled, so that any rank could be asked
//! for; in the second pass three are: overall, by gender and by age division
//! at the checkpoint just passed. Prints seconds, one line a pass, for
//! `bench/standings.py`, which sets them beside DuckDB's.
//!
//! `cargo run --release -p tasuki-race --example replay_standings [PASSES]`

use std::time::Instant;

use tasuki_race::{Bib, Fact, FactKind, Projector, Selection, Slug};
use tasuki_testkit::datasets::dataset;
use tasuki_testkit::naive::{Logged, log_of};

fn main() {
    let passes = std::env::args().nth(1);
    let passes: usize = passes.and_then(|text| text.parse().ok()).unwrap_or(3);
    let Some(data) = dataset("boston-2014") else {
        eprintln!("the data set boston-2014 is not at hand; TASUKI_DATA names its folder");
        std::process::exit(1);
    };
    let log = log_of(&data.facts());
    let race = data.definition.id.clone();
    for _ in 0..passes {
        for asks in [false, true] {
            let mut projector = Projector::new(race.clone());
            let begun = Instant::now();
            let ranks = replay(&mut projector, &log, asks);
            let seconds = begun.elapsed().as_secs_f64();
            let what = if asks { "asked" } else { "settled" };
            println!("{what} {seconds:.4} {ranks}");
        }
    }
    let mut projector = Projector::new(race);
    replay(&mut projector, &log, false);
    let wrong = data.check(&projector.snapshot(&Selection::all()));
    assert!(wrong.is_empty(), "{} figures are wrong", wrong.len());
}

/// Enters and settles fact by fact; the sum of the ranks that were asked for.
fn replay(projector: &mut Projector, log: &[Logged], asks: bool) -> u64 {
    let mut sum = 0;
    for Logged { seq, at, fact } in log {
        projector.apply(*seq, *at, "mat", fact);
        projector.settle();
        if asks && let Some((bib, checkpoint)) = passage(fact) {
            sum += ranks(projector, bib, checkpoint);
        }
    }
    sum
}

fn passage(fact: &Fact) -> Option<(&Bib, &Slug)> {
    match &fact.kind {
        FactKind::PassageRecorded { bib, checkpoint } => Some((bib, checkpoint)),
        _ => None,
    }
}

fn ranks(projector: &Projector, bib: &Bib, checkpoint: &Slug) -> u64 {
    let categories = projector.entry(bib).map(|entry| &entry.categories[..]);
    let mut sum = projector.rank_at(bib, checkpoint, None).unwrap_or_default();
    for category in categories.unwrap_or_default() {
        let rank = projector.rank_at(bib, checkpoint, Some(category));
        sum += rank.unwrap_or_default();
    }
    u64::from(sum)
}
