//! Begins a session.

use std::time::Duration;

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Deserialize;
use tasuki_log::{Session, User};

use crate::clock::now;
use crate::deeds::{Kind, SOMEBODY, deed};
use crate::http::body::{JsonText, read_as};
use crate::identity::Reached;
use crate::identity::same_site::is_foreign_page;
use crate::identity::sessions::{Shown, cookie, keeper};
use crate::identity::users::{NAME_CHARS_MAX, known_name};
use crate::problem::Problem;
use crate::state::AppState;

/// A wrong password is answered no sooner than this after it came: what a database
/// needs to find somebody, or not, does not show.
const ANSWER_TIME_MIN: Duration = Duration::from_millis(150);

/// Who wants to log in.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Login")]
pub(super) struct Wanted {
    /// The user's name; large and small letters are the same.
    #[schemars(length(min = 1, max = NAME_CHARS_MAX))]
    name: String,
    /// The password.
    #[schemars(length(min = 1))]
    password: String,
}

pub(super) async fn login(
    State(state): State<AppState>,
    Extension(reached): Extension<Reached>,
    headers: HeaderMap,
    JsonText(body): JsonText,
) -> Result<Response, Response> {
    // Who is logged in by a page elsewhere would enter a race under another's name.
    if is_foreign_page(&state, reached, &headers) {
        return Err(Problem::cross_site().into_response());
    }
    let begun = tokio::time::Instant::now();
    let wanted: Wanted = read_as(&body).map_err(Problem::into_response)?;
    let name = known_name(&wanted.name);
    state
        .accounts
        .spend(&name, reached.from)
        .map_err(IntoResponse::into_response)?;
    match check(&state, &name, &wanted.password).await {
        Ok(Some(user)) => {
            state.accounts.welcome(&name, reached.from);
            let begun = begin(&state, &user, reached).await;
            begun.map_err(Problem::into_response)
        }
        Ok(None) => {
            tell_refused(&state, &name, reached).await;
            tokio::time::sleep_until(begun + ANSWER_TIME_MIN).await;
            Err(refused().into_response())
        }
        Err(problem) => Err(problem.into_response()),
    }
}

/// The user of that name, if the password is theirs and they may log in. Takes as
/// long where there is none.
async fn check(state: &AppState, name: &str, password: &str) -> Result<Option<User>, Problem> {
    let user = state.people.user_named(name).await;
    let user = user.map_err(|e| Problem::registry_away(&e))?;
    let hashed = user.as_ref().and_then(|user| user.password.clone());
    let fits = state.passwords.fits(password, hashed).await?;
    Ok(user.filter(|user| fits && user.disabled_at.is_none()))
}

/// Begins a session of somebody who has shown to be that user.
pub(crate) async fn begin(
    state: &AppState,
    user: &User,
    reached: Reached,
) -> Result<Response, Problem> {
    let (sealed, hash) = state.sessions.seal().fresh();
    let at = now();
    let session = Session {
        hash,
        user: user.id,
        created_at: at,
        last_used_at: at,
    };
    let deed = deed(Kind::LoggedIn, &*user.name)
        .about(user.id.to_string())
        .with("from", reached.from.to_string());
    let begun = state.people.begin_session(&session, &deed).await;
    begun.map_err(|e| Problem::registry_away(&e))?;
    let ends_at = keeper::after(at, super::LIFETIME_MAX);
    let shown = Shown::of_user(user, ends_at);
    let headers = [
        cookie::keep(&sealed, reached.is_secure),
        (
            CACHE_CONTROL,
            axum::http::HeaderValue::from_static("no-store"),
        ),
    ];
    Ok((headers, Json(shown)).into_response())
}

/// Writes down that somebody was refused, unless there is a flood of it.
async fn tell_refused(state: &AppState, name: &str, reached: Reached) {
    let Some(untold) = state.accounts.may_tell() else {
        return;
    };
    let deed = deed(Kind::LoginRefused, SOMEBODY)
        .about(name)
        .with("from", reached.from.to_string());
    let deed = match untold {
        0 => deed,
        untold => deed.with("untold_before", untold),
    };
    crate::deeds::tell(&*state.operations, deed).await;
}

fn refused() -> Problem {
    let detail = "the name or the password is wrong, or that user may not log in";
    Problem::new(StatusCode::UNAUTHORIZED, "login_refused", detail)
}
