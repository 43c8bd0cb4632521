//! Operating: is it well, what does it do, what time is it.
//!
//! | route | where | what |
//! | --- | --- | --- |
//! | `GET /health` | both listeners | 200 while the process serves |
//! | `GET /ready` | both listeners | 200, or 503 with the reasons |
//! | `GET /metrics` | operations listener | Prometheus text |
//! | `GET /api/time` | public listener | the server's clock |

mod api;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use schemars::JsonSchema;
use serde::Serialize;
use tasuki_race::Instant;

use crate::api::Routes;
use crate::clock::now;
use crate::problem::Problem;
use crate::state::AppState;

/// On the public listener.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/health", health, api::health)
        .get("/ready", ready, api::ready)
        .get("/api/time", time, api::time)
}

/// On the operations listener.
pub(crate) fn operations() -> Router<AppState> {
    Router::new()
        .route("/health", get(health))
        .route("/ready", get(ready))
        .route("/metrics", get(metrics))
}

/// The process serves.
#[derive(Serialize, JsonSchema)]
struct Health {
    /// `ok`.
    status: &'static str,
}

async fn health() -> Response {
    ([(CACHE_CONTROL, "no-store")], Json(Health { status: "ok" })).into_response()
}

/// Whether the server can record.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Readiness")]
struct Ready {
    /// Whether it can.
    ready: bool,
    /// Why not.
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

/// The server's clock.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ServerTime")]
struct Time {
    /// The present moment.
    now: Instant,
}

async fn time() -> Response {
    ([(CACHE_CONTROL, "no-store")], Json(Time { now: now() })).into_response()
}

async fn metrics(State(state): State<AppState>) -> Response {
    // It reads files of the system.
    let text = tokio::task::spawn_blocking(move || state.metrics.text(&state)).await;
    let text = match text {
        Ok(text) => text,
        Err(error) => return Problem::internal(&error).into_response(),
    };
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(CONTENT_TYPE, kind)], text).into_response()
}
