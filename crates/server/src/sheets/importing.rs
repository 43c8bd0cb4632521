//! The four imports: each reads its file against the race as it stands, shows
//! what would happen, or records it.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tasuki_race::Projector;
use tasuki_sheets::{Fault, Plan, Table};

use crate::clock;
use crate::deeds::{self, deed, tell};
use crate::http::body::FileBytes;
use crate::http::path::Path;
use crate::identity::{Admin, Authority, Recorder};
use crate::problem::Problem;
use crate::sheets::answer::{Imported, problem};
use crate::sheets::query::Wanted;
use crate::sheets::recording::record;
use crate::sheets::rehearsal::rehearse;
use crate::state::AppState;

/// What a file is.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Entries,
    Members,
    Passages,
    StartList,
}

pub(super) async fn entries(
    Admin(admin): Admin,
    State(state): State<AppState>,
    Path(race): Path<String>,
    wanted: Wanted,
    FileBytes(file): FileBytes,
) -> Result<Response, Problem> {
    import(Kind::Entries, state, race, admin, wanted, file).await
}

pub(super) async fn members(
    Admin(admin): Admin,
    State(state): State<AppState>,
    Path(race): Path<String>,
    wanted: Wanted,
    FileBytes(file): FileBytes,
) -> Result<Response, Problem> {
    import(Kind::Members, state, race, admin, wanted, file).await
}

pub(super) async fn passages(
    Recorder(authority): Recorder,
    State(state): State<AppState>,
    Path(race): Path<String>,
    wanted: Wanted,
    FileBytes(file): FileBytes,
) -> Result<Response, Problem> {
    import(Kind::Passages, state, race, authority, wanted, file).await
}

pub(super) async fn start_list(
    Admin(admin): Admin,
    State(state): State<AppState>,
    Path(race): Path<String>,
    wanted: Wanted,
    FileBytes(file): FileBytes,
) -> Result<Response, Problem> {
    import(Kind::StartList, state, race, admin, wanted, file).await
}

async fn import(
    kind: Kind,
    state: AppState,
    race: String,
    authority: Arc<Authority>,
    wanted: Wanted,
    file: Bytes,
) -> Result<Response, Problem> {
    let live = state
        .races
        .get(&race)
        .ok_or_else(|| Problem::no_race(&race))?;
    let (dry_run, strict) = (wanted.dry_run, wanted.strict);
    let race = live.id.clone();
    let judge = Arc::clone(&authority);
    // A hundred thousand rows take a while; others must not wait for it.
    let planning = tokio::task::spawn_blocking(move || {
        let read = read(kind, &file, &wanted)?;
        // The race is held still only while rows are compared with it.
        let projected = live.read();
        let mut plan = read.plan(&projected.projector, &wanted)?;
        if dry_run || strict {
            rehearse(&mut plan, &projected.projector, &judge, clock::now());
        }
        Ok(plan)
    });
    let plan = planning.await.map_err(|e| Problem::internal(&e))?;
    let plan = plan.map_err(problem)?;
    if strict && plan.summary().reject > 0 {
        return Ok(Imported::refused(plan, dry_run).into_response());
    }
    if dry_run {
        return Ok(Imported::planned(plan, true).into_response());
    }
    let recorded = record(&state, &race, &authority, plan).await?;
    let deed = deed(deeds::Kind::Imported, authority.name())
        .about(race.as_str())
        .with("what", serde_json::json!(kind))
        .with("recorded", recorded.recorded);
    tell(&*state.operations, deed).await;
    Ok(recorded.into_response())
}

/// A file, read as far as that needs no race.
enum Read<'f> {
    Table(Kind, Table),
    Document(&'f [u8]),
}

fn read<'f>(kind: Kind, file: &'f [u8], wanted: &Wanted) -> Result<Read<'f>, Fault> {
    if matches!(kind, Kind::StartList) {
        return Ok(Read::Document(file));
    }
    let table = Table::read(file, wanted.encoding, wanted.delimiter)?;
    Ok(Read::Table(kind, table))
}

impl Read<'_> {
    fn plan(&self, race: &Projector, wanted: &Wanted) -> Result<Plan, Fault> {
        let wishes = &wanted.wishes;
        match self {
            Self::Document(file) => tasuki_sheets::start_list(file, race, wishes),
            Self::Table(Kind::Members, table) => tasuki_sheets::members(table, race, wishes),
            Self::Table(Kind::Passages, table) => tasuki_sheets::passages(table, race, wishes),
            Self::Table(Kind::Entries | Kind::StartList, table) => {
                tasuki_sheets::entries(table, race, wishes)
            }
        }
    }
}
