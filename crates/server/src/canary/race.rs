//! The race that nobody sees.

use std::sync::Arc;

use serde_json::json;
use tasuki_log::Role;
use tasuki_race::{Definition, EventId, Fact, FactKind, RaceId};
use uuid::Uuid;

use crate::clock::now;
use crate::identity::{Authority, Who};
use crate::recording::{Purpose, Submission};

/// Its ids begin so; nobody else's may.
const PREFIX: &str = "tasuki-canary-";

/// Whether a race is one of the canary's.
#[must_use]
pub fn is_hidden(race: &RaceId) -> bool {
    race.as_str().starts_with(PREFIX)
}

/// A race that begins now, to be created.
pub(super) fn begin() -> Option<Submission> {
    let id = format!("{PREFIX}{:x}", now().ms());
    let definition = json!({
        "id": id, "name": "Canary", "timezone": "UTC", "listed": false,
        "resolution_ms": 1_000, "rounding": "up",
        "checkpoints": [
            {"id": "start", "name": "Start", "kind": "start", "distance_m": 0},
            {"id": "finish", "name": "Finish", "kind": "finish", "distance_m": 1_000},
        ],
        "entries": [{"bib": "1", "name": "Canary"}],
    });
    let definition = Definition::from_json(&definition.to_string()).ok()?;
    let fact = Fact {
        id: EventId(Uuid::now_v7()),
        time: None,
        note: None,
        kind: FactKind::RaceDefined(Box::new(definition.clone())),
    };
    Some(Submission {
        race: definition.id,
        authority: Arc::new(Authority {
            who: Who::Token,
            role: Role::Admin,
        }),
        purpose: Purpose::Create,
        items: vec![Ok(Box::new(fact.into()))],
    })
}

/// What it sings: a line for the ticker, the smallest fact that changes what is shown.
pub(super) fn song() -> serde_json::Value {
    json!({"events": [{"id": Uuid::now_v7(), "type": "announced", "text": "cheep"}]})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_race_can_be_told_from_all_others() {
        let submission = begin().expect("a race");
        assert!(is_hidden(&submission.race));
        let other: RaceId = "tasuki-canar".parse().expect("an id");
        assert!(!is_hidden(&other));
    }
}
