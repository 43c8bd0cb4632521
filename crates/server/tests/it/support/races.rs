//! Races that are easy to follow.

use serde_json::{Value, json};

/// Two legs of 10 km, three ranked teams in two categories and an open one.
pub(crate) fn relay() -> Value {
    json!({
        "id": "relay", "name": {"ja": "駅伝", "en": "Relay"}, "timezone": "Asia/Tokyo",
        "checkpoints": [
            {"id": "start", "name": "Otemachi", "kind": "start", "distance_m": 0},
            {"id": "km5", "name": "5 km", "kind": "split", "distance_m": 5000},
            {"id": "x1", "name": "Tsurumi", "kind": "exchange", "distance_m": 10000},
            {"id": "finish", "name": "Finish", "kind": "finish", "distance_m": 20000},
        ],
        "legs": [{"id": "1", "name": "1区"}, {"id": "2", "name": "2区"}],
        "categories": [{"id": "univ", "name": "University"}, {"id": "club", "name": "Club"}],
        "entries": [
            {"bib": "1", "name": "Alpha", "categories": ["univ"]},
            {"bib": "2", "name": "Beta", "categories": ["univ"]},
            {"bib": "3", "name": "Gamma", "categories": ["club"]},
            {"bib": "4", "name": "Open", "ranked": false},
        ],
    })
}

/// The relay under another id.
pub(crate) fn relay_named(id: &str) -> Value {
    with(relay(), "id", json!(id))
}

/// A race of so many runners from a start to a finish.
pub(crate) fn crowd(entries: usize) -> Value {
    let entry = |n: usize| json!({"bib": n.to_string(), "name": format!("Runner {n}")});
    json!({
        "id": "crowd", "name": "Crowd", "timezone": "Asia/Tokyo",
        "checkpoints": [
            {"id": "start", "name": "Start", "kind": "start", "distance_m": 0},
            {"id": "km5", "name": "5 km", "kind": "split", "distance_m": 5000},
            {"id": "finish", "name": "Finish", "kind": "finish", "distance_m": 10000},
        ],
        "entries": (1..=entries).map(entry).collect::<Vec<_>>(),
    })
}

/// The same with one member replaced.
pub(crate) fn with(mut json: Value, member: &str, value: Value) -> Value {
    json[member] = value;
    json
}
