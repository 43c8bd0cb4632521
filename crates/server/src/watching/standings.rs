//! The snapshot, now or as the log stood before.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use crate::http::path::Path;
use crate::problem::Problem;
use crate::state::AppState;
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
        let looked = state.history.snapshot(&live, &wanted).await?;
        let caching = if looked.is_final { FOR_EVER } else { FRESH };
        return Ok(looked.snapshot.answer(caching, &headers));
    }
    let making = tokio::task::spawn_blocking(move || {
        let snapshot = live.snapshots.get(&live, &wanted.selection);
        snapshot.answer(FRESH, &headers)
    });
    making.await.map_err(|e| Problem::internal(&e))
}
