//! Facts as a client writes them.

use serde_json::{Value, json};
use tasuki_race::{Fact, Instant};
use uuid::Uuid;

/// 2024-01-02T08:00:00+09:00: the gun of the races in these stories.
const GUN_MS: i64 = 1_704_150_000_000;

/// So many seconds after the gun.
pub(crate) fn at(seconds: i64) -> String {
    Instant::from_ms(GUN_MS + seconds * 1_000).to_string()
}

/// A fact of that type with an id of its own.
fn fact(kind: &str, mut members: Value) -> Value {
    members["type"] = json!(kind);
    members["id"] = json!(Uuid::new_v4());
    members
}

pub(crate) fn gun(leg: &str, seconds: i64) -> Value {
    fact("started", json!({"leg": leg, "time": at(seconds)}))
}

pub(crate) fn passage(bib: &str, checkpoint: &str, seconds: i64) -> Value {
    let members = json!({"bib": bib, "checkpoint": checkpoint, "time": at(seconds)});
    fact("passage_recorded", members)
}

pub(crate) fn void(event: &Value) -> Value {
    fact(
        "event_voided",
        json!({"event": event["id"], "reason": "mistyped"}),
    )
}

pub(crate) fn reassign(event: &Value, bib: &str) -> Value {
    let members = json!({"event": event["id"], "bib": bib, "reason": "misread"});
    fact("passage_reassigned", members)
}

/// Somebody passed; whose bib it was is not known.
pub(crate) fn time(checkpoint: &str, seconds: i64) -> Value {
    let members = json!({"checkpoint": checkpoint, "time": at(seconds)});
    fact("time_recorded", members)
}

/// A bib passed; when is not known.
pub(crate) fn bib(bib: &str, checkpoint: &str) -> Value {
    fact(
        "bib_recorded",
        json!({"bib": bib, "checkpoint": checkpoint}),
    )
}

/// Puts a time and a recorded bib together.
pub(crate) fn pair(time: &Value, with: &Value) -> Value {
    let members = json!({"event": time["id"], "with": with["id"]});
    fact("passage_paired", members)
}

/// Says whose a time is.
pub(crate) fn pair_bib(time: &Value, bib: &str) -> Value {
    fact("passage_paired", json!({"event": time["id"], "bib": bib}))
}

/// A line of the review list is right as it is.
pub(crate) fn accept(event: &Value, code: &str) -> Value {
    let members = json!({"event": event["id"], "code": code, "reason": "looked into"});
    fact("review_accepted", members)
}

pub(crate) fn status(bib: &str, status: &str) -> Value {
    fact("status_changed", json!({"bib": bib, "status": status}))
}

pub(crate) fn announcement(text: &str) -> Value {
    fact("announced", json!({"text": text}))
}

pub(crate) fn entry(bib: &str, name: &str) -> Value {
    fact(
        "entry_registered",
        json!({"entry": {"bib": bib, "name": name}}),
    )
}

pub(crate) fn definition(race: &Value) -> Value {
    fact("race_defined", json!({"race": race}))
}

/// A generated fact as it goes over the wire.
pub(crate) fn on_the_wire(fact: &Fact) -> Value {
    serde_json::from_str(&fact.canonical()).expect("facts are JSON")
}

/// `n` passages at the first checkpoint after the start, one per second, of
/// bibs that nobody wears.
pub(crate) fn strangers(n: usize) -> Vec<Value> {
    let bib = |number: usize| format!("s{number}");
    (0..n)
        .zip(1_000..)
        .map(|(number, seconds)| passage(&bib(number), "km5", seconds))
        .collect()
}
