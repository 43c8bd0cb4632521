//! Small races told line by line: a clock time is enough for an instant, ids
//! are counted.

use serde_json::{Value, json};
use tasuki_race::{Definition, Fact, Row, Snapshot, Split};
use tasuki_testkit::naive;

/// A relay with one exchange `x1`, `x2` … between its legs, in whole seconds
/// rounded up, and a bib for each of `bibs`.
pub(crate) fn relay(legs: usize, bibs: &[&str]) -> Value {
    let mut checkpoints = vec![json!({"id": "start", "kind": "start"})];
    checkpoints.extend((1..legs).map(|leg| json!({"id": format!("x{leg}"), "kind": "exchange"})));
    checkpoints.push(json!({"id": "finish", "kind": "finish"}));
    for (checkpoint, n) in checkpoints.iter_mut().zip(0..) {
        checkpoint["name"] = checkpoint["id"].clone();
        checkpoint["distance_m"] = json!(10_000 * n);
    }
    let entry = |bib: &&str| json!({"bib": bib, "name": format!("Team {bib}")});
    json!({
        "id": "story", "name": "Story", "timezone": "Asia/Tokyo",
        "checkpoints": checkpoints,
        "entries": bibs.iter().map(entry).collect::<Vec<_>>(),
    })
}

/// Milliseconds of `h:mm:ss`.
pub(crate) fn ms(text: &str) -> Option<i64> {
    let seconds = text
        .split(':')
        .map(|part| part.parse::<i64>().expect("a whole number"));
    Some(seconds.fold(0, |sum, part| sum * 60 + part) * 1000)
}

/// A race being told.
#[derive(Clone)]
pub(crate) struct Story(Vec<Fact>);

impl Story {
    pub(crate) fn of(race: &Value) -> Self {
        let race = Definition::from_json(&race.to_string()).expect("a valid race");
        Self(Vec::new()).fact(json!({"type": "race_defined", "race": race}))
    }

    /// Any fact; its id is its place in the log.
    pub(crate) fn fact(mut self, mut json: Value) -> Self {
        json["id"] = json!(event(self.0.len() + 1));
        self.0
            .push(Fact::from_json(&json.to_string()).expect("a valid fact"));
        self
    }

    /// Everyone's gun for a leg.
    pub(crate) fn gun(self, leg: &str, time: &str) -> Self {
        self.fact(json!({"type": "started", "leg": leg, "time": on_the_day(time)}))
    }

    /// The gun for some bibs.
    pub(crate) fn gun_for(self, bibs: &[&str], leg: &str, time: &str) -> Self {
        let time = on_the_day(time);
        self.fact(json!({"type": "started", "leg": leg, "bibs": bibs, "time": time}))
    }

    pub(crate) fn pass(self, bib: &str, checkpoint: &str, time: &str) -> Self {
        let time = on_the_day(time);
        let kind = "passage_recorded";
        self.fact(json!({"type": kind, "bib": bib, "checkpoint": checkpoint, "time": time}))
    }

    pub(crate) fn dnf(self, bib: &str, checkpoint: &str) -> Self {
        let kind = "status_changed";
        self.fact(json!({"type": kind, "bib": bib, "status": "dnf", "checkpoint": checkpoint}))
    }

    /// Withdraws the fact at a place in the log.
    pub(crate) fn void(self, place: usize) -> Self {
        self.fact(json!({"type": "event_voided", "event": event(place), "reason": "wrong"}))
    }

    /// The place of the fact told last.
    pub(crate) fn place(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn standings(&self) -> Standings {
        Standings(naive::standings(&naive::log_of(&self.0)))
    }
}

/// The id of the fact at a place in the log.
pub(crate) fn event(place: usize) -> String {
    format!("00000000-0000-4000-8000-{place:012}")
}

fn on_the_day(time: &str) -> String {
    format!("2026-01-02T{time}Z")
}

/// Standings with short ways to their figures.
pub(crate) struct Standings(pub(crate) Snapshot);

impl Standings {
    pub(crate) fn row(&self, bib: &str) -> &Row {
        self.0
            .entries
            .get(bib)
            .unwrap_or_else(|| panic!("there is no bib {bib}"))
    }

    pub(crate) fn split(&self, bib: &str, checkpoint: &str) -> &Split {
        let split = self.row(bib).splits.get(checkpoint);
        split.unwrap_or_else(|| panic!("bib {bib} has no passage at {checkpoint}"))
    }

    /// The ranks in the race of some bibs.
    pub(crate) fn ranks(&self, bibs: &[&str]) -> Vec<Option<u32>> {
        bibs.iter().map(|bib| self.row(bib).rank).collect()
    }

    /// The ranks of some bibs in the leg that ends at a checkpoint.
    pub(crate) fn leg_ranks(&self, checkpoint: &str, bibs: &[&str]) -> Vec<Option<u32>> {
        bibs.iter()
            .map(|bib| self.split(bib, checkpoint).leg_rank)
            .collect()
    }
}
