//! Stands before every handler that everyone reaches.

use std::net::{IpAddr, Ipv4Addr};

use axum::extract::{MatchedPath, Request, State};
use axum::http::HeaderValue;
use axum::http::header::CACHE_CONTROL;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::http::proxies::Peer;
use crate::identity::{Identity, Reached, bearer, identify};
use crate::limits::Caller;
use crate::limits::class::class_of;
use crate::state::AppState;

/// Answers who has something left in its budget, and tells the handler who it is.
///
/// What is the same for everybody is answered without a look at who is logged in: no
/// viewer causes a query, and none waits for a database that is away.
pub(crate) async fn limit(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request.extensions().get();
    let Peer(peer) = peer.copied().unwrap_or(Peer(NOWHERE));
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map(MatchedPath::as_str);
    let class = class_of(request.method(), route, request.uri());
    let reached = Reached::new(&state, peer, request.headers());
    let identity = if class.is_for_everybody() {
        bearer(&state, request.headers())
    } else {
        identify(&state, reached, request.method(), request.headers()).await
    };
    let caller = Caller::known(&identity, reached.from);
    if let Err(exhausted) = state.budgets.spend(class, &caller) {
        return exhausted.into_response();
    }
    match state.budgets.hold(class, caller) {
        Ok(_held) => {
            let is_person = matches!(caller, Caller::Person(_));
            let extensions = request.extensions_mut();
            extensions.insert(caller);
            extensions.insert(reached);
            extensions.insert::<Identity>(identity);
            let mut response = next.run(request).await;
            if is_person {
                // Caches know that of a token, and not of a cookie.
                let headers = response.headers_mut().entry(CACHE_CONTROL);
                headers.or_insert(HeaderValue::from_static("private, no-store"));
            }
            response
        }
        Err(problem) => problem.into_response(),
    }
}

/// Who comes without a connection, as no request of a listener does.
const NOWHERE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
