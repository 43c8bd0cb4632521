//! The snapshot, now or as the log stood before.

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::http::path::Path;
use crate::problem::Problem;
use crate::state::AppState;
use crate::watching::cache::Snapshot;
use crate::watching::query::Wanted;

const FRESH: &str = "public, s-maxage=1, stale-while-revalidate=5";
const FOR_EVER: &str = "public, max-age=31536000, immutable";

pub(super) async fn standings(
    State(state): State<AppState>,
    Path(race): Path<String>,
    wanted: Wanted,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let live = state
        .races
        .get(&race)
        .ok_or_else(|| Problem::no_race(&race))?;
    wanted.check(live.read().projector.settings())?;
    if wanted.at_seq.is_some() || wanted.at.is_some() {
        let snapshot = state.history.snapshot(&live, &wanted).await?;
        let caching = if wanted.at_seq.is_some() {
            FOR_EVER
        } else {
            FRESH
        };
        return Ok(answer(snapshot, caching, &headers));
    }
    let making = tokio::task::spawn_blocking(move || live.snapshots.get(&live, &wanted.selection));
    let snapshot = making.await.map_err(|e| Problem::internal(&e))?;
    Ok(answer(snapshot, FRESH, &headers))
}

fn answer(snapshot: Snapshot, caching: &'static str, asked: &HeaderMap) -> Response {
    let Snapshot { etag, json, .. } = snapshot;
    let known = asked
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let unchanged = known.flat_map(|list| list.split(',')).any(|tag| {
        let tag = tag.trim();
        tag == "*" || tag.trim_start_matches("W/") == etag.trim_start_matches("W/")
    });
    let headers = [(ETAG, etag), (CACHE_CONTROL, caching.to_owned())];
    if unchanged {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (headers, [(CONTENT_TYPE, "application/json")], json).into_response()
}
