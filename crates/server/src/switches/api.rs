//! What the switches say of themselves.

use serde_json::{Value, json};

use super::changing::Wanted;
use super::listing::{BoundsShown, List, Shown};
use super::table::TABLE;
use crate::api::{Access, Example, Operation, Tag};

pub(super) fn list(operation: Operation) -> Operation {
    operation
        .id("listSettings", Tag::Operating)
        .does(
            "List the switches",
            "What can be changed while the server runs: what each is set to, what it may be set \
             to, and who set it last, when and why.",
        )
        .by(Access::Admin)
        .gives::<List>(200, "The switches.")
        .example(
            Example::new("one_set", "One of them was set", 200)
                .answer(json!({"settings": settings()})),
        )
}

pub(super) fn change(operation: Operation) -> Operation {
    operation
        .id("changeSetting", Tag::Operating)
        .does(
            "Set a switch",
            "Holds from the next moment on, over restarts, and for all servers on the same \
             database within a second. `null` gives the switch its default again, by how the \
             server was started. The change is written down with its reason before it holds \
             (`listOperations`).",
        )
        .by(Access::Admin)
        .takes::<Wanted>()
        .gives::<Shown>(200, "It is set.")
        .fails(&["setting_not_found", "log_unavailable"])
        .example(
            Example::new("fewer_viewers", "Fewer viewers", 200)
                .with("name", "viewers_max")
                .body(json!({"value": 5_000, "why": "the line is narrow"}))
                .answer(viewers_max(5_000, 42, "the line is narrow")),
        )
        .example(
            Example::new("too_few", "None at all", 422)
                .with("name", "viewers_max")
                .body(json!({"value": 0, "why": "quiet, please"}))
                .problem(
                    "Unprocessable Entity",
                    "invalid_value",
                    "value: write a whole number from 1 to 1000000, or null for the default",
                ),
        )
}

/// The switch that the examples set.
fn viewers_max(value: u64, number: u64, why: &str) -> Value {
    let mut setting = setting("viewers_max", &json!(10_000));
    setting["value"] = json!(value);
    setting["changed"] = json!({
        "number": number, "at": "2026-01-02T00:31:09.412Z", "by": "admin", "why": why,
    });
    setting
}

/// All, as the examples leave them.
fn settings() -> Vec<Value> {
    let defaults = [
        ("entry", json!("open")),
        ("streams", json!("on")),
        ("exports", json!("on")),
        ("expected", json!("on")),
        ("read_only", json!("off")),
        ("session_cache", json!("on")),
        ("viewers_max", json!(10_000)),
        ("tick_ms_max", json!(250)),
        ("slow_query_ms", json!(500)),
    ];
    let shown = |(name, default): &(&str, Value)| match *name {
        "viewers_max" => viewers_max(5_000, 42, "the line is narrow"),
        name => setting(name, default),
    };
    defaults.iter().map(shown).collect()
}

fn setting(name: &str, default: &Value) -> Value {
    let switch = TABLE.iter().find(|switch| switch.slug == name);
    json!({
        "name": name, "value": default, "default": default,
        "bounds": switch.map(|switch| BoundsShown::from(switch.bounds)),
        "description": switch.map(|switch| switch.description),
    })
}
