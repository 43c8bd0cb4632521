//! What the status says of itself.

use serde_json::json;

use super::outline::Outline;
use crate::api::{Example, Operation, Tag};

pub(super) fn status(operation: Operation) -> Operation {
    operation
        .id("getStatus", Tag::Operating)
        .does(
            "Does it work",
            "Whether passages are taken in, kept and shown, and what happened lately, in words \
             for everybody. The page is at `/status`.",
        )
        .gives::<Outline>(200, "How it is.")
        .tagged()
        .example(
            Example::new("all_is_well", "Everything works", 200).answer(json!({
                "state": "working", "entry": "working", "log": "working", "stream": "working",
                "incidents": [],
            })),
        )
}
