//! What a request shows of who sent it: a token, or the cookie of a session.

use std::sync::Arc;
use std::time::Duration;

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderValue, Method};

use crate::clock::now;
use crate::identity::authority::{Identity, Refusal, Who};
use crate::identity::reached::Reached;
use crate::identity::same_site::is_own_page;
use crate::identity::sessions::cookie;
use crate::state::AppState;
use crate::switches::Name;

/// A session that is in no memory is looked up within this, or not at all: who asks
/// is to be told that the database is away, and not to wait for it.
const LOOK_UP_TIME_MAX: Duration = Duration::from_secs(3);

/// Who sent a request, by its token alone: from memory, at once.
pub(crate) fn bearer(state: &AppState, headers: &HeaderMap) -> Identity {
    let Some(header) = headers.get(AUTHORIZATION) else {
        return Identity::Nobody;
    };
    let Some(authority) = token_of(header).and_then(|token| state.tokens.holder(token)) else {
        return Identity::Refused(Refusal::Unknown);
    };
    if let Who::Device { id, .. } = authority.who {
        state.uses.device(id, now());
    }
    Identity::Somebody(Arc::new(authority))
}

fn token_of(header: &HeaderValue) -> Option<&str> {
    let (scheme, token) = header.to_str().ok()?.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}

/// Who sent a request, by its token, or without one by its session.
pub(crate) async fn identify(
    state: &AppState,
    reached: Reached,
    method: &Method,
    headers: &HeaderMap,
) -> Identity {
    if headers.contains_key(AUTHORIZATION) {
        return bearer(state, headers);
    }
    let shown = cookie::session_in(headers, reached.is_secure);
    let Some(hash) = shown.and_then(|shown| state.sessions.recognise(shown)) else {
        return Identity::Nobody;
    };
    let remembers = state.switches.is_on(Name::SessionCache);
    let finding = state.sessions.find(&*state.people, hash, remembers);
    let found = match tokio::time::timeout(LOOK_UP_TIME_MAX, finding).await {
        Ok(Ok(found)) => found,
        Ok(Err(error)) => {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "a session could not be looked up");
            return Identity::Refused(Refusal::Away);
        }
        Err(_) => return Identity::Refused(Refusal::Away),
    };
    let Some(authority) = found else {
        return Identity::Nobody;
    };
    if !reads(method) && !is_own_page(state, reached, headers) {
        return Identity::Refused(Refusal::CrossSite);
    }
    state.uses.session(hash, now());
    Identity::Somebody(authority)
}

fn reads(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}
