//! What a recorder is told of each fact.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;
use tasuki_race::{EventId, Oddity};

use crate::recording::api::RejectionCode;

/// Why a fact was not taken.
#[derive(Clone, Debug)]
pub(crate) struct Rejection {
    pub(crate) id: Option<String>,
    pub(crate) code: &'static str,
    pub(crate) detail: String,
}

/// What became of one fact.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// It is in the log now.
    Accepted {
        /// The fact.
        id: EventId,
        /// Its place in the log.
        seq: u64,
        /// What is odd about it, if anything is.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        warnings: Vec<Warning>,
    },
    /// It was in the log already, with the same content.
    Duplicate {
        /// The fact.
        id: EventId,
        /// Its place in the log.
        seq: u64,
    },
    /// It cannot be understood, and is not in the log.
    Rejected {
        /// As far as it has one.
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// Why, to program against.
        #[schemars(with = "RejectionCode")]
        code: &'static str,
        /// The status that a request of this fact alone would deserve.
        status: u16,
        /// The same for people: where, and what to change.
        detail: String,
    },
}

/// Something that is odd about a fact that was taken all the same.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Warning {
    /// What is odd.
    pub(crate) code: Oddity,
    /// The same for people.
    pub(crate) detail: String,
}

/// The answer to a request to record.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Recorded {
    /// What became of each fact, in the order given.
    pub(crate) results: Vec<Outcome>,
    /// The last fact of the request in the log, or the end of the log where
    /// none was new.
    pub(crate) head: HeadShown,
}

/// The end of the race's log.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "LogHead")]
pub(crate) struct HeadShown {
    /// Its place.
    pub(crate) seq: u64,
    /// Its hash, which vouches for everything before it.
    pub(crate) hash: String,
}

impl From<Rejection> for Outcome {
    fn from(Rejection { id, code, detail }: Rejection) -> Self {
        let status = match code {
            "id_conflict" | "definition_conflict" => StatusCode::CONFLICT,
            "forbidden" => StatusCode::FORBIDDEN,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self::Rejected {
            id,
            code,
            status: status.as_u16(),
            detail,
        }
    }
}

impl IntoResponse for Recorded {
    fn into_response(self) -> Response {
        let rejected = self
            .results
            .iter()
            .filter(|r| matches!(r, Outcome::Rejected { .. }))
            .count();
        let status = match rejected {
            0 => StatusCode::OK,
            all if all == self.results.len() => StatusCode::UNPROCESSABLE_ENTITY,
            _ => StatusCode::MULTI_STATUS,
        };
        (status, Json(self)).into_response()
    }
}
