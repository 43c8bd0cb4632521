//! Who is expected where, who is overdue, and how many are still out.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tasuki_race::{Arrival, Instant, RaceId, Slug};

use crate::clock;
use crate::http::path::Path;
use crate::problem::Problem;
use crate::state::AppState;
use crate::switches::Name;

/// To the second, and who is overdue changes with the clock.
const CACHING: &str = "public, s-maxage=1, stale-while-revalidate=5";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    /// Where; each entry at its next checkpoint if absent.
    checkpoint: Option<Slug>,
    /// As of when who is late is overdue; the server's present if absent.
    now: Option<Instant>,
}

/// Who is still to come.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Arrivals")]
pub(super) struct Expected {
    /// Which race.
    race: RaceId,
    /// The last fact that is considered.
    seq: u64,
    /// As of when who is late is overdue.
    at: Instant,
    /// Where; each entry at its next checkpoint if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    checkpoint: Option<Slug>,
    /// Entries that are running, wherever they are.
    still_out: usize,
    /// Those in `expected` who are overdue.
    overdue: usize,
    /// In order of their expected arrival; those that nothing is known of
    /// come last.
    expected: Vec<Arrival>,
}

pub(super) async fn expected(
    State(state): State<AppState>,
    Path(race): Path<String>,
    asked: Result<Query<Asked>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Problem> {
    let off = "expected arrivals are switched off for now; come back later";
    state
        .switches
        .require(Name::Expected, "expected_off", off)?;
    let live = state
        .races
        .get(&race)
        .ok_or_else(|| Problem::no_race(&race))?;
    let Query(Asked { checkpoint, now }) =
        asked.map_err(|e| Problem::bad_request("invalid_query", e.body_text()))?;
    let at = now.unwrap_or_else(clock::now);
    let looking = tokio::task::spawn_blocking(move || {
        let projected = live.read();
        let projector = &projected.projector;
        if let Some(checkpoint) = &checkpoint {
            let settings = projector.settings();
            let known = settings.is_some_and(|d| d.checkpoints.iter().any(|c| c.id == *checkpoint));
            if !known {
                let detail = format!("checkpoint: there is no `{checkpoint}`");
                return Err(Problem::not_found("unknown_checkpoint", detail));
            }
        }
        let arrivals = projector.expected(checkpoint.as_ref(), at);
        Ok(Expected {
            race: live.id.clone(),
            seq: arrivals.seq,
            at,
            checkpoint,
            still_out: arrivals.still_out,
            overdue: arrivals.overdue,
            expected: arrivals.expected,
        })
    });
    let answer = looking.await.map_err(|e| Problem::internal(&e))??;
    Ok(([(CACHE_CONTROL, CACHING)], Json(answer)).into_response())
}
