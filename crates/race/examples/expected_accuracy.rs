//! How well arrivals are foretold: the mean absolute error of the estimate
//! against what then happened, beside that of the entry's own average pace.
//!
//! Every passage of a real race is foretold from the facts before it, in order
//! of time, where both methods say something.
//!
//! `cargo run --release -p tasuki-race --example expected_accuracy`

use std::collections::HashMap;

use tasuki_race::{Bib, Fact, FactKind, Instant, Projector, Row, Slug};
use tasuki_testkit::datasets::dataset;
use tasuki_testkit::naive::log_of;

fn main() {
    println!("race                  passages  estimate  own pace   (mean absolute error, seconds)");
    for name in ["devils-burdens-2024", "boston-2014"] {
        match dataset(name) {
            Some(data) => measure(name, data.facts()),
            None => println!("{name}: not at hand; TASUKI_DATA names its folder"),
        }
    }
}

#[derive(Default)]
struct Errors {
    count: u32,
    estimate_ms: i64,
    own_pace_ms: i64,
}

fn measure(name: &str, mut facts: Vec<Fact>) {
    // Decisions are known from the beginning, as starts are on the day.
    facts.sort_by_key(|fact| passage(fact).map(|_| fact.time));
    let log = log_of(&facts);
    let FactKind::RaceDefined(definition) = &facts[0].kind else {
        panic!("a race begins with its definition");
    };
    let checkpoints = definition.checkpoints.iter();
    let metres: HashMap<Slug, i64> = checkpoints.map(|c| (c.id.clone(), c.distance_m)).collect();
    let mut projector = Projector::new(definition.id.clone());
    let mut errors = Errors::default();
    for logged in &log {
        if let (Some((bib, checkpoint)), Some(time)) = (passage(&logged.fact), logged.fact.time) {
            projector.settle();
            let estimate = projector.due(bib, checkpoint);
            let row = projector.row(bib);
            let own_pace = row.and_then(|row| at_own_pace(&row, checkpoint, &metres));
            if let (Some(estimate), Some(own_pace)) = (estimate, own_pace) {
                errors.count += 1;
                errors.estimate_ms += (estimate.ms() - time.ms()).abs();
                errors.own_pace_ms += (own_pace.ms() - time.ms()).abs();
            }
        }
        projector.apply(logged.seq, logged.at, "mat", &logged.fact);
    }
    let mean = |ms: i64| ms as f64 / 1_000.0 / f64::from(errors.count.max(1));
    println!(
        "{name:20} {:9} {:9.1} {:9.1}",
        errors.count,
        mean(errors.estimate_ms),
        mean(errors.own_pace_ms)
    );
}

fn passage(fact: &Fact) -> Option<(&Bib, &Slug)> {
    match &fact.kind {
        FactKind::PassageRecorded { bib, checkpoint } => Some((bib, checkpoint)),
        _ => None,
    }
}

/// The last passage, and the way from there at the average speed so far.
fn at_own_pace(row: &Row, checkpoint: &Slug, metres: &HashMap<Slug, i64>) -> Option<Instant> {
    let last = row.last.as_ref()?;
    let split = row.splits.get(last)?;
    let (from_m, to_m) = (metres[last], metres[checkpoint]);
    let elapsed_ms = split.elapsed_ms.filter(|_| from_m > 0)?;
    let ahead_ms = elapsed_ms * (to_m - from_m) / from_m;
    Some(Instant::from_ms(split.time.ms() + ahead_ms))
}
