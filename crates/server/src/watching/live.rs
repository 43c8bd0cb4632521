//! The live stream, as any other answer is written: by hyper. What most viewers
//! get is written by the fan-out ([`crate::watching::usher`]).

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use async_stream::stream;
use axum::body::{Body, Bytes};
use axum::extract::{Extension, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderName, Method};
use axum::response::{IntoResponse, Response};
use futures::Stream;
use rand::RngExt;
use tasuki_feed::{Cursor, HEARTBEAT, HEARTBEAT_EVERY, Place, Tag, bye, opening};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::http::path::Path;
use crate::limits::Caller;
use crate::metrics::Metrics;
use crate::options::Options;
use crate::problem::Problem;
use crate::races::LiveRace;
use crate::state::AppState;
use crate::switches::Name;
use crate::watching::publisher::come;
use crate::watching::query::Wanted;
use crate::watching::viewers::{NoSeat, Seat};

/// Where it is found.
pub(super) const LIVE: &str = "/api/races/{race}/live";
/// Of the longest time, what a stream goes on for at least.
const STREAM_TIME_LEAST: f64 = 0.75;
pub(super) const HEADERS: [(HeaderName, &str); 4] = [
    (CONTENT_TYPE, "text/event-stream"),
    (CACHE_CONTROL, "no-store, no-transform"),
    (HeaderName::from_static("x-accel-buffering"), "no"),
    (VARY, "accept-encoding"),
];

pub(super) async fn live(
    method: Method,
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(race): Path<String>,
    wanted: Wanted,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (live, seat) = seat(&state, &race, &wanted, caller)?;
    if method == Method::HEAD {
        // Of unknown length, as the stream itself: never sent.
        let endless = futures::stream::pending::<Result<Bytes, Infallible>>();
        return Ok((HEADERS, Body::from_stream(endless)).into_response());
    }
    let last_seen = last_event_id(&headers, &wanted);
    let place = place(live, &wanted, last_seen).await?;
    let events = events(
        place.cursor(),
        seat,
        Arc::clone(&state.metrics),
        state.stop.clone(),
        stream_time(&state.options),
    );
    Ok((HEADERS, Body::from_stream(events)).into_response())
}

fn full() -> Problem {
    Problem::unavailable("too_many_viewers", "all places are taken; try again")
}

fn without_seat(why: NoSeat) -> Problem {
    match why {
        NoSeat::InAll => full(),
        NoSeat::ForCaller => Problem::too_many_requests(
            "you have as many live streams as you may have; close some, or try again",
        ),
    }
}

/// The race that is wanted, and a seat, if there is one.
pub(super) fn seat(
    state: &AppState,
    race: &str,
    wanted: &Wanted,
    caller: Caller,
) -> Result<(Arc<LiveRace>, Seat), Problem> {
    let is_canary = state.canary.is(caller);
    let live = match is_canary {
        true => state.races.hidden(race),
        false => state.races.get(race),
    };
    let live = live.ok_or_else(|| Problem::no_race(race))?;
    wanted.check(live.read().projector.settings())?;
    let off = "live streams are switched off for now; ask for the standings";
    state.switches.require(Name::Streams, "streams_off", off)?;
    let seat = match is_canary {
        true => state.viewers.aside(),
        false => state.viewers.take(caller).map_err(without_seat)?,
    };
    Ok((live, seat))
}

/// A place in the view that is wanted.
pub(super) async fn place(
    live: Arc<LiveRace>,
    wanted: &Wanted,
    last_seen: Option<Tag>,
) -> Result<Place, Problem> {
    if let Some(place) = live.channel.join_others(&wanted.selection, last_seen) {
        return Ok(place);
    }
    let selection = wanted.selection.clone();
    let joining =
        tokio::task::spawn_blocking(move || live.channel.join(&selection, &*live, last_seen));
    let place = joining.await.map_err(|e| Problem::internal(&e))?;
    place.map_err(|_| full())
}

/// What the client says it has seen last: the header wins over the query,
/// because a browser that reconnects repeats its first address.
pub(super) fn last_event_id(headers: &HeaderMap, wanted: &Wanted) -> Option<Tag> {
    let header = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok());
    header.or(wanted.last_event_id.as_deref())?.parse().ok()
}

/// How long a stream goes on: for each a time of its own, so that those who came
/// together do not come back together.
pub(super) fn stream_time(options: &Options) -> Option<Duration> {
    let max = options.stream_time_max?;
    Some(max.mul_f64(rand::rng().random_range(STREAM_TIME_LEAST..1.0)))
}

fn events(
    mut cursor: Cursor,
    seat: Seat,
    metrics: Arc<Metrics>,
    stop: CancellationToken,
    time_max: Option<Duration>,
) -> impl Stream<Item = Result<Bytes, Infallible>> {
    stream! {
        // Given back when the viewer is gone and this stream is dropped.
        let _seat = seat;
        let mut over = pin!(come(time_max.map(|time| Instant::now() + time)));
        yield Ok(opening().text());
        loop {
            let delivery = cursor.take();
            metrics.delivered(&delivery);
            for frame in delivery.frames {
                yield Ok(frame.text());
            }
            tokio::select! {
                () = stop.cancelled() => {
                    if let Some(tag) = cursor.tag() {
                        yield Ok(bye(tag).text());
                    }
                    return;
                }
                () = over.as_mut() => return,
                waited = tokio::time::timeout(HEARTBEAT_EVERY, cursor.wait()) => {
                    if waited.is_err() {
                        yield Ok(HEARTBEAT.text());
                    }
                }
            }
        }
    }
}
