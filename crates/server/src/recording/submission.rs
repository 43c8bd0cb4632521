//! What a request hands to the appender: facts whose form is right, and those
//! that could not be read.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use tasuki_race::{Fact, Malformed, RaceId};

use crate::http::body::read_as;
use crate::identity::Authority;
use crate::problem::Problem;
use crate::recording::answer::Rejection;

/// The contract's bound on a request.
pub(crate) const FACTS_MAX: usize = 10_000;
/// Of an id that is none, so much is given back.
const ID_CHARS_SHOWN: usize = 64;

/// A request to record.
pub(crate) struct Submission {
    pub(crate) race: RaceId,
    pub(crate) authority: Arc<Authority>,
    pub(crate) purpose: Purpose,
    pub(crate) items: Vec<Item>,
}

/// What the facts are to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Begin a race that is not there yet.
    Create,
    /// Add to a race.
    Record,
}

/// A fact of a request, if it could be read.
pub(crate) type Item = Result<Box<Prepared>, Rejection>;

/// A fact and its canonical form, made before the appender's turn.
pub(crate) struct Prepared {
    pub(crate) fact: Fact,
    pub(crate) canonical: Box<str>,
}

impl From<Fact> for Prepared {
    fn from(fact: Fact) -> Self {
        let canonical = fact.canonical().into();
        Self { fact, canonical }
    }
}

/// A request to record.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewFacts")]
pub(crate) struct Envelope {
    /// Facts, in the order in which they enter the log.
    #[schemars(with = "Vec<Fact>", length(min = 1, max = FACTS_MAX))]
    events: Vec<Box<RawValue>>,
}

/// Reads the body of a request to record.
pub(crate) fn read(body: &str) -> Result<Vec<Item>, Problem> {
    let Envelope { events } = read_as(body)?;
    if events.is_empty() {
        return Err(Problem::unprocessable(
            "no_events",
            "events: name at least one fact",
        ));
    }
    if events.len() > FACTS_MAX {
        let count = events.len();
        let detail = format!("events: {count} are too many; send at most {FACTS_MAX} in a request");
        return Err(Problem::new(
            axum::http::StatusCode::PAYLOAD_TOO_LARGE,
            "too_many_events",
            detail,
        ));
    }
    Ok(events.iter().map(|event| read_item(event.get())).collect())
}

fn read_item(json: &str) -> Item {
    match Fact::from_json(json) {
        Ok(fact) => Ok(Box::new(fact.into())),
        Err(Malformed { code, detail }) => Err(Rejection {
            id: id_in(json),
            code,
            detail,
        }),
    }
}

/// The id of something that is not a fact, as far as it has one.
fn id_in(json: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        id: Option<Value>,
    }
    let named: Named = serde_json::from_str(json).ok()?;
    Some(named.id?.as_str()?.chars().take(ID_CHARS_SHOWN).collect())
}
