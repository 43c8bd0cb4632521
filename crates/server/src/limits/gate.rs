//! Stands before every handler that everyone reaches.

use std::net::{IpAddr, Ipv4Addr};

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::http::proxies::Peer;
use crate::limits::Caller;
use crate::limits::class::class_of;
use crate::state::AppState;

/// Answers who has something left in its budget, and tells the handler who it is.
pub(crate) async fn limit(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request.extensions().get();
    let Peer(peer) = peer.copied().unwrap_or(Peer(NOWHERE));
    let caller = Caller::of(&state, peer, request.headers());
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map(MatchedPath::as_str);
    let class = class_of(request.method(), route, request.uri());
    if let Err(exhausted) = state.budgets.spend(class, &caller) {
        return exhausted.into_response();
    }
    match state.budgets.hold(class, caller) {
        Ok(_held) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

/// Who comes without a connection, as no request of a listener does.
const NOWHERE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
