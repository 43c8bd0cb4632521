//! What recording says of itself.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};
use tasuki_race::Definition;

use crate::api::examples::{RACE, event, race, race_shown};
use crate::api::{Access, Example, Operation, Tag, problems};
use crate::recording::answer::Recorded;
use crate::recording::submission::Envelope;

const COMMITTING: &[&str] = &["log_unavailable", "overloaded", "stopping"];

pub(super) fn create(operation: Operation) -> Operation {
    operation
        .id("createRace", Tag::Recording)
        .does(
            "Create a race",
            "Begins the log of a race with a fact `race_defined`. Legs that are left out are \
             numbered, settings that are left out get their defaults; the answer shows both. \
             Later changes of a definition are facts (`race_defined`, `entry_registered`).",
        )
        .by(Access::Admin)
        .takes::<Definition>()
        .gives::<Definition>(201, "The race is there, as defined in the answer.")
        .sends("Location", "The address of the definition.")
        .leads_to(
            "getRace",
            &[("race", "$response.body#/id")],
            "Its definition.",
        )
        .leads_to(
            "recordFacts",
            &[("race", "$response.body#/id")],
            "Record its facts.",
        )
        .leads_to(
            "getStandings",
            &[("race", "$response.body#/id")],
            "Watch it.",
        )
        .leads_to(
            "admitDevice",
            &[("race", "$response.body#/id")],
            "Let a tablet record.",
        )
        .fails(&["race_exists", "invalid_definition"])
        .fails(COMMITTING)
        .fails(&["reserved_id"])
        .example(
            Example::new("relay", "A relay of two legs", 201)
                .body(race())
                .answer(race_shown()),
        )
        .example(
            Example::new("already_there", "The same again", 409)
                .body(race())
                .problem(
                    "Conflict",
                    "race_exists",
                    "there is a race `river-relay`; change it by the fact `race_defined`",
                ),
        )
        .example(
            Example::new("mistyped", "A member that nobody knows", 422)
                .body(json!({
                    "id": "hill-run", "name": "Hill Run", "timezone": "Asia/Tokyo", "roundng": "up",
                    "checkpoints": [
                        {"id": "start", "name": "Start", "kind": "start", "distance_m": 0},
                        {"id": "finish", "name": "Finish", "kind": "finish", "distance_m": 5000},
                    ],
                }))
                .problem(
                    "Unprocessable Entity",
                    "unknown_field",
                    "roundng: unknown field `roundng`, expected one of `id`, `name`, `timezone`, \
                     `resolution_ms`, `rounding`, `checkpoints`, `legs`, `categories`, `ranking`, \
                     `sections`, `cutlines`, `fastest_pace_s_per_km`, `overdue_after_ms`, \
                     `listed`, `public_log`, `entries`",
                ),
        )
}

pub(super) fn record(operation: Operation) -> Operation {
    operation
        .id("recordFacts", Tag::Recording)
        .does(
            "Record facts",
            "Appends 1 to 10,000 facts (8 MiB at most) to the log of a race: all that are taken, \
             in the order given, without a gap, in one transaction. The answer comes when they \
             are durable, and tells for each what became of it.\n\n\
             Safe to repeat: a fact whose `id` is in the log with the same content is a \
             `duplicate`. After a lost answer, a timeout or a `503`, send the same request again.\n\n\
             An observation is not refused for being odd; what is odd about it stands in \
             `warnings`. Recorders may record passages and times (at their checkpoint, if they \
             have one), starts, pairings, `dns` and `dnf`, announcements, and withdraw what they \
             recorded themselves; the rest is for administrators.",
        )
        .by(Access::Recorder)
        .takes::<Envelope>()
        .gives::<Recorded>(200, "Every fact is in the log: now, or already.")
        .gives::<Recorded>(207, "Some facts are in the log, some were refused.")
        .gives::<Recorded>(422, "Every fact was refused.")
        .fails(&["no_events", "too_many_events", "entry_closed"])
        .fails(COMMITTING)
        .example(start_and_passages())
        .example(
            Example::new("some_refused", "A passage, and one where there is no checkpoint", 207)
                .with("race", RACE)
                .body(json!({"events": [
                    passage(5, "2", "bridge", "2026-01-02T08:16:52+09:00"),
                    passage(6, "1", "tunnel", "2026-01-02T08:20:00+09:00"),
                ]}))
                .answer(json!({
                    "results": [
                        {"outcome": "accepted", "id": event(5), "seq": 5},
                        {"outcome": "rejected", "id": event(6), "status": 422,
                         "code": "unknown_checkpoint",
                         "detail": "checkpoint: there is no `tunnel`; the race has start, bridge, finish"},
                    ],
                    "head": {"seq": 5, "hash": HASH},
                })),
        )
        .example(
            Example::new("all_refused", "An id that belongs to another fact", 422)
                .with("race", RACE)
                .body(json!({"events": [passage(5, "1", "bridge", "2026-01-02T08:16:52+09:00")]}))
                .answer(json!({
                    "results": [
                        {"outcome": "rejected", "id": event(5), "status": 409, "code": "id_conflict",
                         "detail": "id: it belongs to another fact, number 5; give each fact its own"},
                    ],
                    "head": {"seq": 5, "hash": HASH},
                })),
        )
        .example(
            Example::new("nothing", "No fact at all", 422)
                .with("race", RACE)
                .body(json!({"events": []}))
                .problem("Unprocessable Entity", "no_events", "events: name at least one fact"),
        )
}

const HASH: &str = "4d9f5b0f7c2a1e8d3b6c9a0f1e2d3c4b5a69788796a5b4c3d2e1f00112233445";

fn start_and_passages() -> Example {
    Example::new(
        "start_and_passages",
        "The gun, and two passages: nobody wears 7",
        200,
    )
    .with("race", RACE)
    .body(json!({"events": [
        {"id": event(2), "type": "started", "time": "2026-01-02T08:00:00+09:00"},
        passage(3, "1", "bridge", "2026-01-02T08:16:40.2+09:00"),
        passage(4, "7", "bridge", "2026-01-02T08:16:44+09:00"),
    ]}))
    .answer(json!({
        "results": [
            {"outcome": "accepted", "id": event(2), "seq": 2},
            {"outcome": "accepted", "id": event(3), "seq": 3},
            {"outcome": "accepted", "id": event(4), "seq": 4,
             "warnings": [{"code": "unknown_bib", "detail": "no entry wears `7`"}]},
        ],
        "head": {"seq": 4, "hash": HASH},
    }))
}

fn passage(n: u32, bib: &str, checkpoint: &str, time: &str) -> Value {
    json!({
        "id": event(n), "type": "passage_recorded",
        "bib": bib, "checkpoint": checkpoint, "time": time,
    })
}

/// Why a fact was refused.
pub(super) struct RejectionCode;

impl JsonSchema for RejectionCode {
    fn schema_name() -> Cow<'static, str> {
        "RejectionCode".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let codes = problems::REJECTIONS.iter().map(|kind| kind.code);
        json_schema!({
            "description": format!("Why a fact was refused:\n{}", problems::listed(problems::REJECTIONS)),
            "type": "string",
            "enum": codes.collect::<Vec<_>>(),
        })
    }
}
