//! The races and their definitions.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;
use tasuki_race::{Instant, Name, RaceId, RaceState};

use crate::http::path::Path;
use crate::problem::Problem;
use crate::state::AppState;

const CACHING: &str = "public, s-maxage=10, stale-while-revalidate=30";

/// The races.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RaceList")]
pub(super) struct List {
    /// The one that changed last first.
    races: Vec<Listed>,
}

/// A race in the list.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ListedRace")]
struct Listed {
    /// The slug in its addresses.
    id: RaceId,
    /// What people call it.
    name: Name,
    /// IANA name of the zone in which clocks are shown.
    timezone: String,
    /// Whether results are final.
    state: RaceState,
    /// How many competitors or teams it has.
    entries: usize,
    /// The last fact in its log.
    seq: u64,
    /// When the server received that fact.
    as_of: Instant,
}

pub(super) async fn list(State(state): State<AppState>) -> Response {
    let mut races: Vec<Listed> = Vec::new();
    for live in state.races.all() {
        let projected = live.read();
        let projector = &projected.projector;
        let Some(settings) = projector.settings().filter(|settings| settings.listed) else {
            continue;
        };
        races.push(Listed {
            id: live.id.clone(),
            name: settings.name.clone(),
            timezone: settings.timezone.clone(),
            state: projector.state(),
            entries: projector.entry_count(),
            seq: projector.seq(),
            as_of: projector.as_of(),
        });
    }
    // What happens now stands on top.
    races.sort_by(|a, b| b.as_of.cmp(&a.as_of).then_with(|| a.id.cmp(&b.id)));
    ([(CACHE_CONTROL, CACHING)], Json(List { races })).into_response()
}

pub(super) async fn definition(
    State(state): State<AppState>,
    Path(race): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let live = state
        .races
        .get(&race)
        .ok_or_else(|| Problem::no_race(&race))?;
    let making = tokio::task::spawn_blocking(move || {
        let definition = live.definition.get(&live);
        definition.map(|definition| definition.answer(CACHING, &headers))
    });
    let answer = making.await.map_err(|e| Problem::internal(&e))?;
    answer.ok_or_else(|| Problem::no_race(&race))
}
