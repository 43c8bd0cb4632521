//! A race told line by line.
//!
//! Clock times are of 2 January 2026, `+1 08:00:00` is on the day after. The
//! id of a fact is its place in the log.

use serde_json::{Value, json};
use tasuki_race::{Definition, Fact, Projector, Selection};
use tasuki_testkit::naive;

use super::board::Board;

/// A relay with exchanges `x1`, `x2` … 10 km apart, in whole seconds rounded
/// up, and an entry for each of the bibs.
pub(super) fn relay(legs: usize, bibs: &str) -> Value {
    let mut checkpoints = vec![json!({"id": "start", "kind": "start"})];
    checkpoints.extend((1..legs).map(|leg| json!({"id": format!("x{leg}"), "kind": "exchange"})));
    checkpoints.push(json!({"id": "finish", "kind": "finish"}));
    for (checkpoint, n) in checkpoints.iter_mut().zip(0..) {
        checkpoint["name"] = checkpoint["id"].clone();
        checkpoint["distance_m"] = json!(10_000 * n);
    }
    let entry = |bib| json!({"bib": bib, "name": format!("Team {bib}")});
    json!({
        "id": "by-hand", "name": "By hand", "timezone": "Asia/Tokyo",
        "checkpoints": checkpoints,
        "entries": bibs.split(' ').map(entry).collect::<Vec<_>>(),
    })
}

/// A race being told.
#[derive(Clone)]
pub(super) struct Story(Vec<Fact>);

impl Story {
    pub(super) fn of(race: &Value) -> Self {
        let race = Definition::from_json(&race.to_string()).expect("a valid race");
        Self(Vec::new()).fact(json!({"type": "race_defined", "race": race}))
    }

    pub(super) fn fact(mut self, mut json: Value) -> Self {
        json["id"] = json!(event(self.0.len() + 1));
        let fact = Fact::from_json(&json.to_string()).expect("a valid fact");
        self.0.push(fact);
        self
    }

    /// Everyone's gun for a leg.
    pub(super) fn gun(self, leg: &str, time: &str) -> Self {
        self.fact(json!({"type": "started", "leg": leg, "time": at(time)}))
    }

    /// The gun for some bibs.
    pub(super) fn gun_for(self, bibs: &str, leg: &str, time: &str) -> Self {
        let bibs: Vec<_> = bibs.split(' ').collect();
        self.fact(json!({"type": "started", "leg": leg, "bibs": bibs, "time": at(time)}))
    }

    pub(super) fn pass(self, bib: &str, checkpoint: &str, time: &str) -> Self {
        let kind = "passage_recorded";
        self.fact(json!({"type": kind, "bib": bib, "checkpoint": checkpoint, "time": at(time)}))
    }

    /// One bib at several checkpoints: `"x1 09:00:00, finish 10:00:00"`.
    pub(super) fn run(self, bib: &str, passages: &str) -> Self {
        passages.split(", ").fold(self, |story, passage| {
            let (checkpoint, time) = passage.split_once(' ').expect("a checkpoint and a time");
            story.pass(bib, checkpoint, time)
        })
    }

    pub(super) fn status(self, bib: &str, status: &str) -> Self {
        self.fact(json!({"type": "status_changed", "bib": bib, "status": status}))
    }

    pub(super) fn dnf_from(self, bib: &str, checkpoint: &str) -> Self {
        let kind = "status_changed";
        self.fact(json!({"type": kind, "bib": bib, "status": "dnf", "checkpoint": checkpoint}))
    }

    /// Withdraws the fact at a place in the log.
    pub(super) fn void(self, place: usize) -> Self {
        self.fact(json!({"type": "event_voided", "event": event(place), "reason": "wrong"}))
    }

    /// The place of the fact told last.
    pub(super) fn place(&self) -> usize {
        self.0.len()
    }

    /// Holds the naive model and then the projector to what was worked out.
    pub(super) fn check(&self, look: impl Fn(&Board)) {
        let log = naive::log_of(&self.0);
        let review = naive::review(&log);
        let lines = review.into_iter().map(|l| (l.event, l.code, l.checkpoint));
        println!("by the naive model");
        look(&Board::new(naive::standings(&log), lines));

        let race = "by-hand".parse().expect("a slug");
        let mut projector = Projector::new(race);
        for logged in &log {
            projector.apply(logged.seq, logged.at, "admin", &logged.fact);
            projector.settle();
        }
        let review = projector.review().into_iter();
        let lines = review.map(|item| (item.event, item.code, item.checkpoint));
        println!("by the projector");
        look(&Board::new(projector.snapshot(&Selection::all()), lines));
    }
}

/// The id of the fact at a place in the log.
pub(super) fn event(place: usize) -> String {
    format!("00000000-0000-4000-8000-{place:012}")
}

/// A clock time as it stands in a fact.
pub(super) fn at(time: &str) -> String {
    match time.strip_prefix("+1 ") {
        Some(time) => format!("2026-01-03T{time}Z"),
        None => format!("2026-01-02T{time}Z"),
    }
}
