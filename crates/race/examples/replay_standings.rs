//! What it takes to replay a real marathon through the projector alone.
//!
//! Rankings are brought up to date when somebody looks: that may be after any
//! passage. `replayed` looks at the end, as a server does that starts;
//! `settled` after every passage; `asked` too, and asks for three ranks each
//! time: overall, by gender and by age division at the checkpoint just passed.
//! A pass before the first, `cold`, fetches the memory from the system. Prints
//! seconds, one line a pass, for `bench/standings.py`, which sets them beside
//! DuckDB's.
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
    let timed = |name: &str, look| {
        let mut projector = Projector::new(race.clone());
        let begun = Instant::now();
        let ranks = replay(&mut projector, &log, look);
        let seconds = begun.elapsed().as_secs_f64();
        println!("{name} {seconds:.4} {ranks}");
    };
    timed("cold", Look::AtTheEnd);
    for _ in 0..passes {
        for look in [Look::AtTheEnd, Look::Settled, Look::Asked] {
            timed(look.name(), look);
        }
    }
    let mut projector = Projector::new(race);
    replay(&mut projector, &log, Look::AtTheEnd);
    let wrong = data.check(&projector.snapshot(&Selection::all()));
    assert!(wrong.is_empty(), "{} figures are wrong", wrong.len());
}

/// When the rankings are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    AtTheEnd,
    Settled,
    Asked,
}

impl Look {
    fn name(self) -> &'static str {
        match self {
            Self::AtTheEnd => "replayed",
            Self::Settled => "settled",
            Self::Asked => "asked",
        }
    }
}

/// Enters fact by fact; the sum of the ranks that were asked for.
fn replay(projector: &mut Projector, log: &[Logged], look: Look) -> u64 {
    let mut sum = 0;
    for Logged { seq, at, fact } in log {
        projector.apply(*seq, *at, "mat", fact);
        if look != Look::AtTheEnd {
            projector.settle();
        }
        if look == Look::Asked
            && let Some((bib, checkpoint)) = passage(fact)
        {
            sum += ranks(projector, bib, checkpoint);
        }
    }
    projector.settle();
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
