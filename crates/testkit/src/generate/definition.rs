//! Small random races with all the settings that there are.

use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IteratorRandom;
use serde_json::{Value, json};
use tasuki_race::Definition;

use super::course::read;

/// Most legs of a random race.
const LEGS_MAX: usize = 5;
/// Most split points on one of its legs.
const SPLITS_MAX: usize = 2;
/// How far apart its checkpoints may be.
const STRETCHES_M: [i64; 5] = [0, 400, 1_000, 1_000, 2_500];
/// The timing points that it may pass several times.
const PLACES: [&str; 2] = ["line", "bridge"];
/// Around a beat and its multiples, and the default.
const MIN_LAPS_MS: [i64; 7] = [0, 1, 500, 500, 1_000, 1_501, 10_000];
/// Most cutlines.
const CUTLINES_MAX: usize = 3;
/// The categories that it may have; an entry may be in all.
const CATEGORIES: [&str; 3] = ["club", "school", "women"];
/// Fine and coarse clocks.
pub(super) const RESOLUTIONS_MS: [i64; 4] = [1, 10, 100, 1000];
/// All ways to round.
pub(super) const ROUNDINGS: [&str; 3] = ["up", "down", "nearest"];
/// Half a coarse grain: the unit in which small random times differ.
pub(super) const BEAT_MS: i64 = 500;

/// A random course with `size` entries and random settings.
pub fn race(rng: &mut StdRng, size: usize) -> Definition {
    let legs = rng.random_range(1..=LEGS_MAX);
    let categories: Vec<&str> = CATEGORIES
        .into_iter()
        .filter(|_| rng.random_bool(0.6))
        .collect();
    let mut json = json!({
        "id": "random-race",
        "name": "Random race",
        "timezone": "Asia/Tokyo",
        "resolution_ms": one_of(rng, &RESOLUTIONS_MS),
        "rounding": one_of(rng, &ROUNDINGS),
        "checkpoints": checkpoints(rng, legs),
        "categories": categories.iter().map(|id| json!({"id": id, "name": id})).collect::<Vec<_>>(),
        "ranking": ranking(rng),
        "cutlines": cutlines(rng, size),
        "fastest_pace_s_per_km": one_of(rng, &[1, 1, 2, 120]),
        "entries": entries(rng, size, legs, &categories),
    });
    // Left out, legs are numbered: the same ids, without records.
    if rng.random_bool(0.7) {
        json["legs"] = (1..=legs).map(|leg| named_leg(rng, leg)).collect();
    }
    json["sections"] = sections(rng, legs);
    read(&json)
}

fn checkpoints(rng: &mut StdRng, legs: usize) -> Value {
    let mut list = vec![json!({"id": "start", "kind": "start"})];
    for leg in 1..=legs {
        for split in 1..=rng.random_range(0..=SPLITS_MAX) {
            list.push(json!({"id": format!("s{leg}-{split}"), "kind": "split"}));
        }
        if leg < legs {
            let is_break = rng.random_bool(0.2);
            list.push(json!({"id": format!("x{leg}"), "kind": "exchange", "break": is_break}));
        }
    }
    list.push(json!({"id": "finish", "kind": "finish"}));
    let mut distance_m = 0;
    for checkpoint in &mut list {
        checkpoint["name"] = checkpoint["id"].clone();
        checkpoint["distance_m"] = json!(distance_m);
        distance_m += one_of(rng, &STRETCHES_M);
    }
    if rng.random_bool(0.5) {
        make_laps(rng, &mut list);
    }
    Value::Array(list)
}

/// Makes some checkpoints visits of the same few places; now and then the
/// start as well.
fn make_laps(rng: &mut StdRng, list: &mut [Value]) {
    let places = rng.random_range(1..=PLACES.len());
    for checkpoint in list {
        let is_start = checkpoint["kind"] == json!("start");
        if rng.random_bool(if is_start { 0.2 } else { 0.7 }) {
            checkpoint["place"] = json!(one_of(rng, &PLACES[..places]));
            checkpoint["min_lap_ms"] = json!(min_lap_ms(rng));
        }
    }
}

/// A random `min_lap_ms`.
pub(super) fn min_lap_ms(rng: &mut StdRng) -> i64 {
    one_of(rng, &MIN_LAPS_MS)
}

/// Lines under any rank, in any order; some lie below the last entry.
pub(super) fn cutlines(rng: &mut StdRng, size: usize) -> Value {
    let count = rng.random_range(0..=CUTLINES_MAX);
    (0..count)
        .map(|n| json!({"rank": rng.random_range(1..=size + 1), "name": format!("Line {n}")}))
        .collect()
}

fn named_leg(rng: &mut StdRng, leg: usize) -> Value {
    let mut json = json!({"id": leg.to_string(), "name": format!("{leg}区")});
    if rng.random_bool(0.6) {
        json["record_ms"] = json!(2 * BEAT_MS * rng.random_range(1..=8_i64));
    }
    json
}

/// Random settings, of which each may be left at its default.
pub(super) fn ranking(rng: &mut StdRng) -> Value {
    let ties = ["shared", "arrival", "countback"];
    let all = [
        ("ties", json!(one_of(rng, &ties))),
        ("leg_ties", json!(one_of(rng, &ties))),
        ("first_leg_ties", json!(one_of(rng, &ties))),
        ("unranked_take_places", json!(rng.random_bool(0.5))),
        (
            "unranked_legs",
            json!(one_of(rng, &["excluded", "counted", "skip"])),
        ),
        ("after_dnf", json!(one_of(rng, &["reference", "counted"]))),
    ];
    let chosen = all.into_iter().filter(|_| rng.random_bool(0.8));
    Value::Object(
        chosen
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    )
}

/// Up to two runs of consecutive legs, which may overlap.
fn sections(rng: &mut StdRng, legs: usize) -> Value {
    let section = |id: &str, rng: &mut StdRng| {
        let from = rng.random_range(1..=legs);
        let ids = (from..=rng.random_range(from..=legs)).map(|leg| leg.to_string());
        json!({"id": id, "name": id, "legs": ids.collect::<Vec<_>>()})
    };
    let mut list = Vec::new();
    for id in ["outbound", "inbound"] {
        if rng.random_bool(0.5) {
            list.push(section(id, rng));
        }
    }
    Value::Array(list)
}

fn entries(rng: &mut StdRng, size: usize, legs: usize, categories: &[&str]) -> Value {
    (1..=size)
        .map(|n| entry(rng, &n.to_string(), legs, categories))
        .collect()
}

/// A random entry under a bib; one in six is outside the ranking.
pub(super) fn entry(rng: &mut StdRng, bib: &str, legs: usize, categories: &[&str]) -> Value {
    let count = rng.random_range(0..=categories.len());
    let chosen = categories.iter().sample(rng, count);
    let members: Vec<Value> = (1..=legs)
        .filter(|_| rng.random_bool(0.3))
        .map(|leg| json!({"leg": leg.to_string(), "name": format!("Runner {bib}-{leg}")}))
        .collect();
    json!({
        "bib": bib,
        "name": format!("Team {bib}"),
        "categories": chosen,
        "ranked": !rng.random_ratio(1, 6),
        "members": members,
    })
}

/// Any of a few.
pub(super) fn one_of<T: Copy>(rng: &mut StdRng, all: &[T]) -> T {
    all[rng.random_range(0..all.len())]
}
