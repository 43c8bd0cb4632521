//! What operating says of itself.

use serde_json::json;

use super::{Health, Ready, Time};
use crate::api::{Example, Operation, Tag};

pub(super) fn health(operation: Operation) -> Operation {
    operation
        .id("getHealth", Tag::Operating)
        .does("Is it alive", "Answers while the process serves.")
        .gives::<Health>(200, "It is.")
        .example(Example::new("alive", "It is", 200).answer(json!({"status": "ok"})))
}

pub(super) fn ready(operation: Operation) -> Operation {
    operation
        .id("getReadiness", Tag::Operating)
        .does(
            "Is it ready",
            "Whether the server can record: for load balancers and for people in doubt.",
        )
        .gives::<Ready>(200, "It is.")
        .gives::<Ready>(503, "It is not, for the reasons given.")
        .example(Example::new("ready", "It is", 200).answer(json!({"ready": true, "reasons": []})))
}

pub(super) fn time(operation: Operation) -> Operation {
    operation
        .id("getTime", Tag::Operating)
        .does(
            "What time is it",
            "The server's clock. A device that records times asks several times, and takes the \
             answer with the shortest round trip to know how far its own clock is off.",
        )
        .gives::<Time>(200, "The present moment.")
        .example(
            Example::new("now", "A moment", 200).answer(json!({"now": "2026-01-02T00:14:03.120Z"})),
        )
}
