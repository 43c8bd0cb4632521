//! What the alerts say of themselves.

use serde_json::json;

use super::list::List;
use crate::api::{Access, Example, Operation, Tag};

pub(super) fn list(operation: Operation) -> Operation {
    operation
        .id("listAlerts", Tag::Operating)
        .does(
            "List the alerts",
            "What the server finds wrong with itself: the same conditions as in the rules for \
             Prometheus (`deploy/prometheus`), but for those that only somebody else can see. \
             Alerts whose condition is met are `pending` until it was met for as long as the rule \
             says, and then `firing`. That one fired or is over also stands among the operations.",
        )
        .by(Access::Admin)
        .gives::<List>(200, "The alerts.")
        .example(
            Example::new("all_is_well", "All is well", 200).answer(json!({
                "as_of": "2026-01-02T00:31:40.000Z", "alerts": [], "recent": [],
            })),
        )
}
