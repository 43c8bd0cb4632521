//! The race that tasuki is given: a relay whose every passage changes one team
//! only, so that one passage is one diff of some 300 bytes.
//!
//! Teams come in the order of their bibs, at one pace, a second apart:
//! nobody is overtaken.

use serde_json::{Value, json};

/// Its id.
pub const RACE: &str = "fanout";
/// The number of the last fact before the first passage: the definition, the gun.
pub const BASE: u32 = 2;

/// How many take part.
pub const TEAMS: u32 = 20;
const DAY_S: u32 = 24 * 60 * 60;
const GAP_S: u32 = 1;
/// Half past a minute, so that expected arrivals, which are given to the minute,
/// do not move as paces become known.
const GUN_S: u32 = 30;
const STRETCH_S: u32 = 300;
const STRETCH_M: u32 = 1_500;
/// Sashes are handed on at every one of so many timing points.
const EXCHANGE_EVERY: u32 = 10;
/// Of a race; the finish is never reached.
const POINTS_MAX: u32 = 498;

/// Most passages that there can be.
pub const PASSAGES_MAX: u32 = TEAMS * POINTS_MAX;

/// The definition, with timing points for so many passages.
#[must_use]
pub fn definition(passages: u32) -> Value {
    let points = passages.div_ceil(TEAMS).min(POINTS_MAX);
    let mut checkpoints = vec![point("start", "start", 0)];
    checkpoints.extend((1..=points).map(|at| {
        let is_exchange = at.is_multiple_of(EXCHANGE_EVERY);
        let kind = if is_exchange { "exchange" } else { "split" };
        point(&format!("c{at}"), kind, at * STRETCH_M)
    }));
    checkpoints.push(point("finish", "finish", (points + 1) * STRETCH_M));
    let entries =
        (1..=TEAMS).map(|team| json!({"bib": team.to_string(), "name": format!("Team {team}")}));
    json!({
        "id": RACE, "name": "Fan-out", "timezone": "Asia/Tokyo", "resolution_ms": 1_000,
        "rounding": "up", "checkpoints": checkpoints, "entries": entries.collect::<Vec<_>>(),
    })
}

fn point(id: &str, kind: &str, distance_m: u32) -> Value {
    json!({"id": id, "name": id, "kind": kind, "distance_m": distance_m})
}

/// The gun.
#[must_use]
pub fn gun() -> Value {
    json!({"id": id(0), "type": "started", "time": time(0)})
}

/// The passage of that number, from 1.
#[must_use]
pub fn passage(number: u32) -> Value {
    let (stretch, team) = ((number - 1) / TEAMS + 1, (number - 1) % TEAMS + 1);
    json!({
        "id": id(number), "type": "passage_recorded", "bib": team.to_string(),
        "checkpoint": format!("c{stretch}"), "time": time(stretch * STRETCH_S + team * GAP_S),
    })
}

fn id(number: u32) -> String {
    format!("0198c0de-0000-7000-8000-{number:012x}")
}

fn time(after_s: u32) -> String {
    let (day, second) = ((GUN_S + after_s) / DAY_S + 2, (GUN_S + after_s) % DAY_S);
    let (hour, minute) = (second / 3_600, second / 60 % 60);
    format!(
        "2026-01-{day:02}T{hour:02}:{minute:02}:{:02}.000+09:00",
        second % 60
    )
}
