//! Ends sessions.

use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use tasuki_log::Ended;

use crate::deeds::{Kind, deed};
use crate::identity::sessions::cookie;
use crate::identity::sessions::own::Own;
use crate::identity::{Identity, Reached};
use crate::problem::Problem;
use crate::state::AppState;

/// Ends the session of the cookie, whatever token is shown beside it; where there is
/// none, it is as if it had ended.
pub(super) async fn logout(
    State(state): State<AppState>,
    Extension(reached): Extension<Reached>,
    Extension(identity): Extension<Identity>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if let Identity::Refused(refusal) = identity {
        return Err(refusal.into());
    }
    let shown = cookie::session_in(&headers, reached.is_secure);
    if let Some(hash) = shown.and_then(|shown| state.sessions.recognise(shown)) {
        let by = match &identity {
            Identity::Somebody(authority) => authority.name().to_owned(),
            Identity::Nobody | Identity::Refused(_) => crate::deeds::SOMEBODY.to_owned(),
        };
        let deed = deed(Kind::LoggedOut, by);
        let ended = state.people.end_session(&hash, &deed).await;
        ended.map_err(|e| Problem::registry_away(&e))?;
        state.sessions.forget();
    }
    let forgotten = [cookie::forget(reached.is_secure)];
    Ok((StatusCode::NO_CONTENT, forgotten).into_response())
}

/// Ends all sessions of who is logged in.
pub(super) async fn everywhere(
    Own(person): Own,
    State(state): State<AppState>,
    Extension(reached): Extension<Reached>,
) -> Result<Response, Problem> {
    let deed = deed(Kind::SessionsEnded, &*person.name).about(person.id.to_string());
    let ended = state.people.end_sessions(person.id, Ended::All, &deed);
    ended.await.map_err(|e| Problem::registry_away(&e))?;
    state.sessions.forget();
    let forgotten = [cookie::forget(reached.is_secure)];
    Ok((StatusCode::NO_CONTENT, forgotten).into_response())
}
