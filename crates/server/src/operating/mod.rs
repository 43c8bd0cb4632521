//! Operating: is it well, what does it do, what time is it.
//!
//! | route | where | what |
//! | --- | --- | --- |
//! | `GET /health` | both listeners | 200 while the process serves |
//! | `GET /ready` | both listeners | 200, or 503 with the reasons |
//! | `GET /metrics` | operations listener | Prometheus text |
//! | `GET /api/time` | public listener | the server's clock |

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use tasuki_race::Instant;

use crate::clock::now;
use crate::state::AppState;

/// On the public listener.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/health", get(health))
        .route("/ready", get(ready))
        .route("/api/time", get(time))
}

/// On the operations listener.
pub(crate) fn operations() -> Router<AppState> {
    Router::new()
        .route("/health", get(health))
        .route("/ready", get(ready))
        .route("/metrics", get(metrics))
}

#[derive(Serialize)]
struct Health {
    status: &'static str,
}

async fn health() -> Response {
    ([(CACHE_CONTROL, "no-store")], Json(Health { status: "ok" })).into_response()
}

#[derive(Serialize)]
struct Ready {
    ready: bool,
    reasons: Vec<&'static str>,
}

async fn ready(State(state): State<AppState>) -> Response {
    let mut reasons = Vec::new();
    if !state.appender.writable() {
        reasons.push("log not writable");
    }
    if state.stop.is_cancelled() {
        reasons.push("draining");
    }
    let ready = reasons.is_empty();
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (
        status,
        [(CACHE_CONTROL, "no-store")],
        Json(Ready { ready, reasons }),
    )
        .into_response()
}

#[derive(Serialize)]
struct Time {
    now: Instant,
}

async fn time() -> Response {
    ([(CACHE_CONTROL, "no-store")], Json(Time { now: now() })).into_response()
}

async fn metrics(State(state): State<AppState>) -> Response {
    let text = state.metrics.text(&state);
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(CONTENT_TYPE, kind)], text).into_response()
}
