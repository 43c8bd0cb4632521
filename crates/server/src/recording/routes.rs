//! The two requests that record.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use tasuki_log::SubmitError;
use tasuki_race::{Definition, EventId, Fact, FactKind};
use uuid::Uuid;

use crate::api::Routes;
use crate::canary::is_hidden;
use crate::deeds::{Kind, deed, tell};
use crate::http::body::JsonText;
use crate::http::path::Path;
use crate::identity::{Admin, Recorder};
use crate::problem::Problem;
use crate::recording::answer::Recorded;
use crate::recording::api;
use crate::recording::gate::Refusal;
use crate::recording::submission::{self, Purpose, Submission};
use crate::state::AppState;
use crate::switches::Name;

/// A log that has not answered by then is treated as away: the recorder sends
/// again, and what was written all the same is recognised.
const COMMIT_TIME_MAX: Duration = Duration::from_secs(8);

pub(crate) fn routes() -> Routes {
    Routes::new().post("/api/races", create, api::create).post(
        "/api/races/{race}/events",
        record,
        api::record,
    )
}

async fn create(
    Admin(admin): Admin,
    State(state): State<AppState>,
    JsonText(body): JsonText,
) -> Result<Response, Problem> {
    let definition =
        Definition::from_json(&body).map_err(|e| Problem::unprocessable(e.code, e.detail))?;
    let race = definition.id.clone();
    if is_hidden(&race) {
        let detail = format!("id: `{race}` is one of the server's own; choose another");
        return Err(Problem::unprocessable("reserved_id", detail));
    }
    let shown = definition.clone();
    let kind = FactKind::RaceDefined(Box::new(definition));
    let fact = Fact {
        id: EventId(Uuid::now_v7()),
        time: None,
        note: None,
        kind,
    };
    let submission = Submission {
        race: race.clone(),
        authority: Arc::clone(&admin),
        purpose: Purpose::Create,
        items: vec![Ok(Box::new(fact.into()))],
    };
    submit(&state, submission).await?;
    let deed = deed(Kind::RaceCreated, admin.name()).about(race.as_str());
    tell(&*state.operations, deed).await;
    let location = [(LOCATION, format!("/api/races/{race}"))];
    Ok((StatusCode::CREATED, location, Json(shown)).into_response())
}

async fn record(
    Recorder(authority): Recorder,
    State(state): State<AppState>,
    Path(race): Path<String>,
    JsonText(body): JsonText,
) -> Result<Recorded, Problem> {
    let live = match authority.is_admin() {
        true => state.races.get(&race),
        // A recorder's race is the one of the path: the canary's is its own.
        false => state.races.of_log(&race),
    };
    let live = live.ok_or_else(|| Problem::no_race(&race))?;
    // Ten thousand facts take a while to read; others must not wait for it.
    let items = tokio::task::spawn_blocking(move || submission::read(&body)).await;
    let items = items.map_err(|e| Problem::internal(&e))??;
    let race = live.id.clone();
    submit(
        &state,
        Submission {
            race,
            authority,
            purpose: Purpose::Record,
            items,
        },
    )
    .await
}

/// Hands facts to the appender, and answers when they are durable.
pub(crate) async fn submit(state: &AppState, submission: Submission) -> Result<Recorded, Problem> {
    if submission.purpose == Purpose::Record {
        let closed = "entry is closed for now: nothing was kept; keep it, and send it later";
        state
            .switches
            .require(Name::Entry, "entry_closed", closed)?;
    }
    let race = submission.race.clone();
    let answer = tokio::time::timeout(COMMIT_TIME_MAX, state.appender.submit(submission)).await;
    let answer = answer
        .unwrap_or(Err(SubmitError::Unavailable))
        .map_err(|error| match error {
            SubmitError::Overloaded => {
                Problem::unavailable("overloaded", "too many facts are waiting; send again")
            }
            SubmitError::Stopping => {
                Problem::unavailable("stopping", "the server is stopping; send again")
            }
            SubmitError::Unavailable => Problem::unavailable(
                "log_unavailable",
                "the log cannot be written; send the same facts again",
            ),
        })?;
    answer.map_err(|refusal| match refusal {
        Refusal::NoSuchRace => Problem::no_race(&race),
        Refusal::RaceExists => {
            let detail = format!("there is a race `{race}`; change it by the fact `race_defined`");
            Problem::new(StatusCode::CONFLICT, "race_exists", detail)
        }
    })
}
