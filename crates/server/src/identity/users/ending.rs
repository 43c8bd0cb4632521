//! Removes users, and logs them out.

use axum::extract::State;
use axum::http::StatusCode;
use tasuki_log::Ended;

use crate::deeds::{Kind, deed};
use crate::http::path::Path;
use crate::identity::Admin;
use crate::identity::users::{find, no_user, refuse_own};
use crate::problem::Problem;
use crate::state::AppState;

/// Removes a user. What they did stays in the logs, under their name.
pub(super) async fn delete(
    Admin(admin): Admin,
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let user = find(&state, &id).await?;
    refuse_own(&admin, user.id)?;
    let deed = deed(Kind::UserDeleted, admin.name())
        .about(user.id.to_string())
        .with("name", user.name.as_str());
    let deleted = state.people.delete_user(user.id, &deed).await;
    if !deleted.map_err(|e| Problem::registry_away(&e))? {
        return Err(no_user());
    }
    state.sessions.forget();
    Ok(StatusCode::NO_CONTENT)
}

/// Ends all sessions of a user.
pub(super) async fn log_out(
    Admin(admin): Admin,
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let user = find(&state, &id).await?;
    let deed = deed(Kind::SessionsEnded, admin.name())
        .about(user.id.to_string())
        .with("name", user.name.as_str());
    let ended = state.people.end_sessions(user.id, Ended::All, &deed).await;
    ended.map_err(|e| Problem::registry_away(&e))?;
    state.sessions.forget();
    Ok(StatusCode::NO_CONTENT)
}
