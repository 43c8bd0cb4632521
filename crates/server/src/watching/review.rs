//! The review list.

use axum::Json;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;
use tasuki_race::ReviewItem;

use crate::http::path::Path;
use crate::identity::Recorder;
use crate::problem::Problem;
use crate::state::AppState;

/// The odd observations of a race.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ReviewList")]
pub(super) struct Review {
    /// By time.
    items: Vec<ReviewItem>,
}

pub(super) async fn review(
    _: Recorder,
    State(state): State<AppState>,
    Path(race): Path<String>,
) -> Result<Response, Problem> {
    let live = state
        .races
        .get(&race)
        .ok_or_else(|| Problem::no_race(&race))?;
    let looking = tokio::task::spawn_blocking(move || live.read().projector.review());
    let items = looking.await.map_err(|e| Problem::internal(&e))?;
    Ok(([(CACHE_CONTROL, "no-store")], Json(Review { items })).into_response())
}
