//! Leads who asks for a live stream to its place in the fan-out.
//!
//! Only what is to be answered with a stream comes here; whatever is to be
//! refused is passed on to the handler in `live.rs`, which says why. So there
//! is one place that refuses, and both ways of streaming have the same head.

use std::fmt::Write;
use std::sync::{Arc, LazyLock};
use std::time::{Instant, SystemTime};

use axum::http::header::{CONTENT_ENCODING, DATE, TRANSFER_ENCODING};
use axum::http::{HeaderMap, HeaderValue, Method};
use bytes::Bytes;
use tasuki_feed::{Asked, Fanout, Newcomer, Place};
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;

use crate::http::coding::Coding;
use crate::http::head::Head;
use crate::http::headers::{guard, let_others_read};
use crate::problem::Problem;
use crate::state::AppState;
use crate::watching::live::{self, HEADERS, LIVE};
use crate::watching::query::Wanted;
use crate::watching::viewers::Seat;

/// So many may wait until a shard lets them in. Who comes beyond waits in the kernel's
/// queue, which costs less than a viewer that is sent nothing.
pub(crate) const WAITING_MAX: usize = 1_024;

/// Knows the places.
#[derive(Clone)]
pub(crate) struct Usher {
    state: AppState,
    fanout: Arc<Fanout>,
}

/// A place that was found, and since when it was looked for.
pub(crate) struct Found {
    place: Place,
    seat: Seat,
    gzip: bool,
    begun: Instant,
}

impl Usher {
    pub(crate) fn new(state: AppState, fanout: Arc<Fanout>) -> Self {
        Self { state, fanout }
    }

    /// Whether there is anybody to lead to; else others must answer.
    pub(crate) fn is_on_duty(&self) -> bool {
        self.fanout.is_working()
    }

    /// Whether more have come than can be let in for now, as when everybody comes back
    /// after a restart.
    pub(crate) fn is_crowded(&self) -> bool {
        self.fanout.waiting() >= WAITING_MAX
    }

    /// Finds a place for who sent that head.
    pub(crate) async fn find(&self, head: &Head) -> Result<Found, Problem> {
        let begun = Instant::now();
        let race = head.uri.path().split('/').nth(3).unwrap_or_default();
        let wanted = Wanted::of(&head.uri)?;
        let last_seen = live::last_event_id(&head.headers, &wanted);
        let (race, seat) = live::seat(&self.state, race, &wanted)?;
        let place = live::place(race, &wanted, last_seen).await?;
        // The few who watch the same bibs would each cost as much as all others.
        let gzip = place.is_shared() && Coding::Gzip.is_taken(&head.headers);
        Ok(Found {
            place,
            seat,
            gzip,
            begun,
        })
    }

    /// Leads somebody to a place that was found.
    pub(crate) fn lead(&self, stream: TcpStream, found: Found, connection: OwnedSemaphorePermit) {
        let Found {
            place,
            seat,
            gzip,
            begun,
        } = found;
        // Fails only where the system is out of memory; the viewer reconnects.
        let socket = match stream.into_std() {
            Ok(socket) => socket,
            Err(error) => return tracing::warn!(%error, "a viewer could not be admitted"),
        };
        let asked = Asked {
            head: answer_head(gzip),
            place,
            gzip,
            time_max: live::stream_time(&self.state.options),
            guard: Box::new((seat, connection)),
        };
        self.fanout.admit(Newcomer { socket, asked });
        let took = begun.elapsed();
        self.state.metrics.answered(&Method::GET, LIVE, 200, took);
    }
}

/// The head of the answer.
fn answer_head(gzip: bool) -> Bytes {
    static PLAIN: LazyLock<String> = LazyLock::new(|| head_before_date(false));
    static PACKED: LazyLock<String> = LazyLock::new(|| head_before_date(true));
    let before: &str = if gzip { &PACKED } else { &PLAIN };
    let date = httpdate::fmt_http_date(SystemTime::now());
    format!("{before}{DATE}: {date}\r\n\r\n").into()
}

/// What is the same in all heads.
fn head_before_date(gzip: bool) -> String {
    let headers = HEADERS.map(|(name, value)| (name, HeaderValue::from_static(value)));
    let mut headers = HeaderMap::from_iter(headers);
    let_others_read(&mut headers);
    guard(&mut headers);
    headers.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
    if gzip {
        let gzip = HeaderValue::from_static(Coding::Gzip.name());
        headers.insert(CONTENT_ENCODING, gzip);
    }
    let mut head = String::from("HTTP/1.1 200 OK\r\n");
    for (name, value) in &headers {
        // All are plain text; writing to a `String` cannot fail.
        let _ = write!(head, "{name}: {}\r\n", value.to_str().unwrap_or_default());
    }
    head
}
