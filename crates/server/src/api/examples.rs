//! Examples: whole exchanges, each executed by a test.
//!
//! An example's name stands at the request and at the answer that it gives, as
//! OpenAPI's tools expect it. All take place in one made-up race.

use serde_json::{Value, json};

/// The race of the examples.
pub(crate) const RACE: &str = "river-relay";
/// The device of the examples; the server gives each its own id.
pub(crate) const DEVICE: &str = "0198c0de-0000-7000-8000-0000000000d1";

/// The user of the examples; the server gives each its own id.
pub(crate) const USER: &str = "0198c0de-0000-7000-8000-0000000000e1";

/// The id of the n-th fact of the examples.
pub(crate) fn event(n: u32) -> String {
    format!("0198c0de-0000-7000-8000-{n:012}")
}

/// The race of the examples, as an organiser sends it.
pub(crate) fn race() -> Value {
    json!({
        "id": RACE,
        "name": {"en": "River Relay", "ja": "川沿い駅伝"},
        "timezone": "Asia/Tokyo",
        "checkpoints": [
            {"id": "start", "name": "Start", "kind": "start", "distance_m": 0},
            {"id": "bridge", "name": "Bridge", "kind": "exchange", "distance_m": 5000},
            {"id": "finish", "name": "Finish", "kind": "finish", "distance_m": 10000},
        ],
        "categories": [{"id": "univ", "name": "University"}],
        "entries": [
            {"bib": "1", "name": "Alpha", "categories": ["univ"]},
            {"bib": "2", "name": "Bravo"},
        ],
    })
}

/// The same as the server shows it: legs numbered, defaults filled in.
pub(crate) fn race_shown() -> Value {
    let mut race = race();
    race["resolution_ms"] = json!(1000);
    race["rounding"] = json!("up");
    race["fastest_pace_s_per_km"] = json!(120);
    race["legs"] = json!([{"id": "1"}, {"id": "2"}]);
    race["ranking"] = json!({
        "ties": "arrival", "leg_ties": "shared", "first_leg_ties": "arrival",
        "unranked_take_places": false, "unranked_legs": "excluded", "after_dnf": "reference",
    });
    race["entries"][1]["categories"] = json!([]);
    race
}

/// An exchange.
pub(crate) struct Example {
    pub(crate) name: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) parameters: Vec<(&'static str, Value)>,
    pub(crate) body: Option<Value>,
    pub(crate) status: u16,
    pub(crate) answer: Option<Value>,
}

impl Example {
    /// A request that is answered with `status`.
    pub(crate) fn new(name: &'static str, summary: &'static str, status: u16) -> Self {
        Self {
            name,
            summary,
            parameters: Vec::new(),
            body: None,
            status,
            answer: None,
        }
    }

    /// With a parameter of the path, the query or the headers.
    pub(crate) fn with(mut self, parameter: &'static str, value: impl Into<Value>) -> Self {
        self.parameters.push((parameter, value.into()));
        self
    }

    /// With a body.
    pub(crate) fn body(mut self, body: impl Into<Value>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// What the answer carries.
    pub(crate) fn answer(mut self, answer: impl Into<Value>) -> Self {
        self.answer = Some(answer.into());
        self
    }

    /// What a refusal says.
    pub(crate) fn problem(self, title: &str, code: &str, detail: &str) -> Self {
        let status = self.status;
        self.answer(json!({
            "type": "about:blank", "title": title, "status": status, "code": code, "detail": detail,
        }))
    }
}
