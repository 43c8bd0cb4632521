//! The live stream: a cursor, written out.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use async_stream::stream;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, Method};
use axum::response::{IntoResponse, Response};
use futures::Stream;
use tasuki_feed::{Cursor, HEARTBEAT, Tag, bye, opening};
use tokio_util::sync::CancellationToken;

use crate::http::path::Path;
use crate::metrics::Metrics;
use crate::problem::Problem;
use crate::state::AppState;
use crate::watching::query::Wanted;
use crate::watching::viewers::Seat;

/// A comment is sent after so long without anything else.
const HEARTBEAT_EVERY: Duration = Duration::from_secs(15);
const HEADERS: [(HeaderName, &str); 3] = [
    (CONTENT_TYPE, "text/event-stream"),
    (CACHE_CONTROL, "no-store, no-transform"),
    (HeaderName::from_static("x-accel-buffering"), "no"),
];

pub(super) async fn live(
    method: Method,
    State(state): State<AppState>,
    Path(race): Path<String>,
    wanted: Wanted,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let live = state
        .races
        .get(&race)
        .ok_or_else(|| Problem::no_race(&race))?;
    wanted.check(live.read().projector.settings())?;
    let full = || Problem::unavailable("too_many_viewers", "all places are taken; try again");
    let seat = state.viewers.take().ok_or_else(full)?;
    if method == Method::HEAD {
        // Of unknown length, as the stream itself: never sent.
        let endless = futures::stream::pending::<Result<Bytes, Infallible>>();
        return Ok((HEADERS, Body::from_stream(endless)).into_response());
    }
    let last_seen = last_event_id(&headers, &wanted);
    let joining = tokio::task::spawn_blocking(move || {
        live.channel.join(&wanted.selection, &*live, last_seen)
    });
    let cursor = joining
        .await
        .map_err(|e| Problem::internal(&e))?
        .map_err(|_| full())?;
    let events = events(cursor, seat, Arc::clone(&state.metrics), state.stop.clone());
    Ok((HEADERS, Body::from_stream(events)).into_response())
}

/// What the client says it has seen last: the header wins over the query,
/// because a browser that reconnects repeats its first address.
fn last_event_id(headers: &HeaderMap, wanted: &Wanted) -> Option<Tag> {
    let header = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok());
    header.or(wanted.last_event_id.as_deref())?.parse().ok()
}

fn events(
    mut cursor: Cursor,
    seat: Seat,
    metrics: Arc<Metrics>,
    stop: CancellationToken,
) -> impl Stream<Item = Result<Bytes, Infallible>> {
    stream! {
        // Given back when the viewer is gone and this stream is dropped.
        let _seat = seat;
        yield Ok(opening());
        loop {
            let delivery = cursor.take();
            metrics.delivered(&delivery);
            for frame in delivery.frames {
                yield Ok(frame);
            }
            tokio::select! {
                () = stop.cancelled() => {
                    if let Some(tag) = cursor.tag() {
                        yield Ok(bye(tag));
                    }
                    return;
                }
                waited = tokio::time::timeout(HEARTBEAT_EVERY, cursor.wait()) => {
                    if waited.is_err() {
                        yield Ok(HEARTBEAT);
                    }
                }
            }
        }
    }
}
