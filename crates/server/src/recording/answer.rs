//! What a recorder is told of each fact.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tasuki_race::{EventId, Oddity};

/// Why a fact was not taken.
#[derive(Clone, Debug)]
pub(crate) struct Rejection {
    pub(crate) id: Option<String>,
    pub(crate) code: &'static str,
    pub(crate) detail: String,
}

/// What became of one fact.
#[derive(Debug, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub(crate) enum Outcome {
    Accepted {
        id: EventId,
        seq: u64,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        warnings: Vec<Warning>,
    },
    Duplicate {
        id: EventId,
        seq: u64,
    },
    Rejected {
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        code: &'static str,
        /// The status that a request of this fact alone would deserve.
        status: u16,
        detail: String,
    },
}

/// Something that is odd about a fact that was taken all the same.
#[derive(Debug, Serialize)]
pub(crate) struct Warning {
    pub(crate) code: Oddity,
    pub(crate) detail: String,
}

/// The answer to a request to record.
#[derive(Debug, Serialize)]
pub(crate) struct Recorded {
    pub(crate) results: Vec<Outcome>,
    pub(crate) head: HeadShown,
}

/// The end of the race's log.
#[derive(Debug, Serialize)]
pub(crate) struct HeadShown {
    pub(crate) seq: u64,
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
