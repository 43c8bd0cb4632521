//! What exporting says of itself.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};
use tasuki_race::{Fact, Instant, RaceId};

use super::SEQ_MAX;
use crate::api::examples::{RACE, event};
use crate::api::{Access, Example, Operation, Tag, of, schema_types};

pub(super) fn log(operation: Operation) -> Operation {
    operation
        .id("exportLog", Tag::Exporting)
        .does(
            "Export the log",
            "Every fact of a race, one a line, in the order in which they became durable; of any \
             length, streamed. Each line carries its own hash and that of the line before, so \
             that whoever holds the file can check it: `hash` is the SHA-256 of the line's \
             canonical JSON (RFC 8785) without `hash`.\n\n\
             Public where the race says so (`public_log`), else for administrators. The \
             connection is cut where the log cannot be read to its end.",
        )
        .by(Access::EveryoneOrAdmin)
        .query::<Seq>("after", "Only the facts after that sequence number.")
        .query::<Seq>("until", "Only the facts up to that sequence number.")
        .streams(
            "The log.",
            "application/x-ndjson",
            vec![("line", of::<LogLine>)],
        )
        .fails(&["invalid_query", "exports_off"])
        .example(
            Example::new("two_facts", "The gun and a passage", 200)
                .with("race", RACE)
                .with("after", 1)
                .with("until", 3)
                .answer(lines()),
        )
}

/// Two lines of a log; the hashes are made up.
fn lines() -> String {
    let line = |seq: u32, at: &str, event: Value| {
        let hash = |seq: u32| format!("{seq:0>64x}");
        let line = json!({
            "at": at, "by": "admin", "event": event, "hash": hash(seq), "prev": hash(seq - 1),
            "race": RACE, "seq": seq,
        });
        format!("{line}\n")
    };
    let gun = json!({"id": event(2), "type": "started", "time": "2026-01-01T23:00:00.000Z"});
    let passage = json!({
        "id": event(3), "type": "passage_recorded", "bib": "1", "checkpoint": "bridge",
        "time": "2026-01-01T23:16:40.200Z",
    });
    line(2, "2026-01-01T23:00:01.204Z", gun) + &line(3, "2026-01-01T23:16:41.077Z", passage)
}

schema_types! {
    /// A place in a log.
    Seq => |_| json_schema!({"type": "integer", "minimum": 0, "maximum": SEQ_MAX});
}

/// A line of the log, written by hand where it is written.
struct LogLine;

impl JsonSchema for LogLine {
    fn schema_name() -> Cow<'static, str> {
        "LogLine".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A fact in the log.",
            "type": "object",
            "properties": {
                "race": generator.subschema_for::<RaceId>(),
                "seq": {"type": "integer", "format": "int64", "minimum": 1, "description": "1, 2, 3 … without a gap."},
                "at": generator.subschema_for::<Instant>(),
                "by": {"type": "string", "description": "Who recorded it."},
                "device": {"type": "string", "format": "uuid", "description": "The device, if it was one."},
                "event": generator.subschema_for::<Fact>(),
                "prev": {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "The hash of the line before; 64 zeros for the first."},
                "hash": {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "SHA-256 over the canonical JSON of this line without `hash`."},
            },
            "required": ["race", "seq", "at", "by", "event", "prev", "hash"],
            "additionalProperties": false,
        })
    }
}
