//! All routes in one place, and what stands before every one of them.

use std::time::Instant;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn, from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};

use crate::api::Routes;
use crate::http::coding::PACKED_BYTES_MIN;
use crate::http::headers::{dress, keep_secure};
use crate::http::leftover::read_leftover;
use crate::http::request_id;
use crate::limits::limit;
use crate::problem::Problem;
use crate::state::AppState;
use crate::switches::keep_still;
use crate::{
    alerts, api, deeds, exporting, identity, operating, pages, recording, sheets, status, switches,
    watching,
};

/// Every route that everyone reaches, with its description.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .merge(recording::routes())
        .merge(watching::routes())
        .merge(identity::devices::routes())
        .merge(identity::sessions::routes())
        .merge(identity::users::routes())
        .merge(exporting::routes())
        .merge(sheets::routes())
        .merge(operating::routes())
        .merge(switches::routes())
        .merge(deeds::routes())
        .merge(alerts::routes())
        .merge(status::routes())
        .merge(api::routes())
        .merge(pages::routes())
}

/// What everyone reaches.
pub(crate) fn public(state: &AppState) -> Router {
    let compressed = SizeAbove::new(PACKED_BYTES_MIN).and(NotForContentType::SSE);
    let limited = |routes: Router<AppState>| routes.layer(from_fn_with_state(state.clone(), limit));
    let routes = finish(routes().into_router(), limited, state);
    let routes = routes.layer(CompressionLayer::new().compress_when(compressed));
    match state.options.certificate {
        Some(_) => routes.layer(map_response(keep_secure)),
        None => routes,
    }
}

/// What the operator's tools reach.
pub(crate) fn operations(state: &AppState) -> Router {
    finish(operating::operations(), |routes| routes, state)
}

/// `within` stands before all answers, those to what is not there included.
fn finish(
    routes: Router<AppState>,
    within: impl FnOnce(Router<AppState>) -> Router<AppState>,
    state: &AppState,
) -> Router {
    let routes = routes
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn_with_state(state.clone(), keep_still));
    within(routes)
        .layer(from_fn(read_leftover))
        .layer(from_fn(dress))
        .layer(from_fn_with_state(state.clone(), measure))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(state.clone(), request_id::name))
        .with_state(state.clone())
}

async fn not_found(request: Request) -> Problem {
    let path: String = request.uri().path().chars().take(200).collect();
    Problem::not_found("not_found", format!("there is nothing at `{path}`"))
}

async fn method_not_allowed(request: Request) -> Problem {
    let detail = format!(
        "`{}` does nothing here; see the `Allow` header",
        request.method()
    );
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail)
}

/// A bug: the client learns that it was ours, the log what it was.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that tower-http calls"
)]
fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    #[derive(Debug, thiserror::Error)]
    #[error("a handler panicked: {0}")]
    struct Panicked(String);
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
    Problem::internal(&Panicked(text.unwrap_or_default())).into_response()
}

async fn measure(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map(|path| path.as_str().to_owned());
    let response = next.run(request).await;
    let (status, took) = (response.status().as_u16(), begun.elapsed());
    let route = route.as_deref().unwrap_or("unmatched");
    state.metrics.answered(&method, route, status, took);
    tracing::debug!(
        http.method = %method, http.route = route, http.status = status,
        duration_ms = took.as_secs_f64() * 1_000.0, "answered"
    );
    response
}
