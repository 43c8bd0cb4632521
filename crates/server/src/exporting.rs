//! The exported log.
//!
//! | route | who | what |
//! | --- | --- | --- |
//! | `GET /api/races/{race}/log` | admin; everyone where the race allows it | NDJSON, a line per fact |

mod api;

use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures::{StreamExt, TryStreamExt};
use serde::Deserialize;

use crate::api::Routes;
use crate::http::path::Path;
use crate::identity::Visitor;
use crate::problem::Problem;
use crate::state::AppState;
use crate::switches::Name;

/// Lines are sent in chunks of about so many: one write per line would cost
/// more than reading it.
const LINES_PER_CHUNK: usize = 128;

/// A number beyond the log is one of its end.
pub(crate) const SEQ_MAX: u64 = u64::MAX;

pub(crate) fn routes() -> Routes {
    Routes::new().get("/api/races/{race}/log", log, api::log)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Range {
    after: Option<u64>,
    until: Option<u64>,
}

/// Refuses while exports are switched off.
pub(crate) fn require_exports(state: &AppState) -> Result<(), Problem> {
    let off = "exports are switched off for now; come back later";
    state.switches.require(Name::Exports, "exports_off", off)
}

async fn log(
    Visitor(authority): Visitor,
    State(state): State<AppState>,
    Path(race): Path<String>,
    range: Result<Query<Range>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Problem> {
    let live = state
        .races
        .get(&race)
        .ok_or_else(|| Problem::no_race(&race))?;
    let public = live
        .read()
        .projector
        .settings()
        .is_some_and(|settings| settings.public_log);
    match authority {
        _ if public => {}
        Some(authority) if authority.is_admin() => {}
        Some(_) => {
            return Err(Problem::forbidden("this log is for administrators"));
        }
        None => return Err(Problem::unauthorized()),
    }
    require_exports(&state)?;
    let Query(range) = range.map_err(|e| Problem::bad_request("invalid_query", e.body_text()))?;
    // Never beyond what has been projected: who reads the log and the
    // standings finds both at the same place.
    let head = live.read().head.seq;
    let until = range.until.unwrap_or(head).min(head);
    let records = state
        .log
        .read(&live.id, range.after.unwrap_or(0), Some(until));
    let lines = records.map_ok(|record| record.line() + "\n");
    let chunks = lines.try_chunks(LINES_PER_CHUNK).map(|chunk| match chunk {
        Ok(lines) => Ok(Bytes::from(lines.concat())),
        // The connection is cut, so that nobody takes a part for the whole.
        Err(error) => {
            tracing::warn!(
                error = &error.1 as &dyn std::error::Error,
                "an export was cut off"
            );
            Err(error.1)
        }
    });
    let headers = [
        (CONTENT_TYPE, "application/x-ndjson"),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, Body::from_stream(chunks)).into_response())
}
