//! What the generators share: ids, facts, and definitions read from JSON.

use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::Value;
use tasuki_race::{Bib, Definition, EventId, Fact, FactKind, Instant, Slug};
use uuid::Builder;

/// 2026-01-02T08:00:00+09:00, when a generated race begins.
const GUN_MS: i64 = 1_767_308_400_000;

/// A definition that went through the reader of the wire contract.
///
/// # Panics
/// When a generator made an invalid one.
pub(super) fn read(json: &Value) -> Definition {
    match Definition::from_json(&json.to_string()) {
        Ok(definition) => definition,
        Err(error) => panic!("a generated definition is valid: {error}: {json}"),
    }
}

pub(super) fn slug(text: &str) -> Slug {
    text.parse().expect("generated ids are slugs")
}

pub(super) fn bib(text: &str) -> Bib {
    text.parse().expect("generated bibs are bibs")
}

/// A random UUID.
pub(super) fn event_id(rng: &mut StdRng) -> EventId {
    EventId(Builder::from_random_bytes(rng.random()).into_uuid())
}

/// `ms` after the race begins.
pub(super) fn after_gun(ms: i64) -> Instant {
    Instant::from_ms(GUN_MS.saturating_add(ms))
}

/// A fact of the large races, which have no notes.
pub(super) fn fact(rng: &mut StdRng, time: Option<Instant>, kind: FactKind) -> Fact {
    Fact {
        id: event_id(rng),
        time,
        note: None,
        kind,
    }
}
