//! What the log of operations says of itself.

use schemars::json_schema;
use serde_json::json;
use tasuki_log::OPERATIONS_PAGE_MAX;
use tasuki_race::Instant;

use super::Kind;
use super::page::Page;
use crate::api::{Access, Example, Operation, Tag, schema_types};
use crate::exporting::SEQ_MAX;

pub(super) fn page(operation: Operation) -> Operation {
    operation
        .id("listOperations", Tag::Operating)
        .does(
            "List what was done",
            "What was done to the server, by whom, when and why: starts and stops, switches, \
             devices, users and logins, races, imports. Nothing in it is ever changed or deleted. What was done to \
             a race stands in its own log. Months that were moved to files stand in `archived`.",
        )
        .by(Access::Admin)
        .query::<Number>(
            "before",
            "Only those before that number; of a span of time, those that were done before it.",
        )
        .query::<Limit>("limit", "So many at most; 100, unless said.")
        .query::<Kind>("kind", "Only those of that kind.")
        .query::<Instant>("from", "Only those at that moment or later.")
        .query::<Instant>("until", "Only those before that moment.")
        .gives::<Page>(
            200,
            "The newest first: by number, and of a span of time by time.",
        )
        .fails(&["invalid_query", "log_unavailable"])
        .example(
            Example::new("last_switch", "The switch that was set last", 200)
                .with("kind", "setting_changed")
                .with("limit", 1)
                .answer(json!({
                    "operations": [{
                        "number": 42, "at": "2026-01-02T00:31:09.412Z", "kind": "setting_changed",
                        "by": "admin", "about": "viewers_max", "why": "the line is narrow",
                        "detail": {"from": 10_000, "to": 5_000},
                    }],
                    "next_before": 42,
                })),
        )
        .example(
            Example::new("too_many", "More than a page holds", 400)
                .with("limit", 5_000)
                .problem("Bad Request", "invalid_query", "limit: 1 to 1000"),
        )
}

schema_types! {
    Number => |_| json_schema!({"type": "integer", "minimum": 1, "maximum": SEQ_MAX});
    Limit => |_| json_schema!({"type": "integer", "minimum": 1, "maximum": OPERATIONS_PAGE_MAX});
}
