//! How many connections there may be: in all, and from one address. More may be
//! allowed later in all, and never fewer.
//!
//! Whoever may not have another is told so in a few bytes and let go, before
//! anything of it is read: a place is never held to say that there is none.

use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use axum::http::StatusCode;
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::http::proxies::Proxies;
use crate::limits::Caller;
use crate::limits::shares::{Share, Shares};
use crate::problem::{Problem, RETRY_AFTER_S};

/// The places of a listener.
pub(crate) struct Places {
    all: Arc<Semaphore>,
    max: AtomicUsize,
    each: Arc<Shares>,
    /// Through these many come, and the listener cannot tell them apart.
    proxies: Proxies,
    turned_away: AtomicU64,
}

/// A place in all, before it is known for whom.
pub(crate) struct Vacant(OwnedSemaphorePermit);

/// A connection's place; given back when it is dropped.
pub(crate) struct Held {
    _in_all: OwnedSemaphorePermit,
    _of_address: Option<Share>,
}

impl Places {
    pub(crate) fn new(in_all: usize, of_address: Option<usize>, proxies: Proxies) -> Self {
        let max = in_all.min(Semaphore::MAX_PERMITS);
        Self {
            all: Arc::new(Semaphore::new(max)),
            max: AtomicUsize::new(max),
            each: Shares::new(of_address),
            proxies,
            turned_away: AtomicU64::new(0),
        }
    }

    /// There are at least so many from now on.
    pub(crate) fn grow_to(&self, wanted: usize) {
        let wanted = wanted.min(Semaphore::MAX_PERMITS);
        let before = self.max.fetch_max(wanted, Ordering::Relaxed);
        self.all.add_permits(wanted.saturating_sub(before));
    }

    /// Waits for a place.
    pub(crate) async fn vacant(&self) -> Option<Vacant> {
        let all = Arc::clone(&self.all).acquire_owned().await;
        all.ok().map(Vacant)
    }

    /// Places that are taken, but for the one that is held ready for who comes next.
    pub(crate) fn taken(&self) -> usize {
        let free_or_ready = self.all.available_permits() + 1;
        self.max().saturating_sub(free_or_ready)
    }

    pub(crate) fn max(&self) -> usize {
        self.max.load(Ordering::Relaxed)
    }

    /// Gives it to who calls from there, if that address may have another.
    pub(crate) fn give(&self, place: Vacant, peer: IpAddr) -> Option<Held> {
        let of_address = if self.proxies.contain(peer) {
            None
        } else {
            let share = self.each.take(Caller::at(peer));
            if share.is_none() {
                self.note(peer);
            }
            Some(share?)
        };
        Some(Held {
            _in_all: place.0,
            _of_address: of_address,
        })
    }

    /// Tells the operator, the less often the more there are.
    fn note(&self, peer: IpAddr) {
        let count = self.turned_away.fetch_add(1, Ordering::Relaxed) + 1;
        if count.is_power_of_two() {
            tracing::warn!(
                client.address = %peer, count,
                "connections were turned away: this address has as many as it may"
            );
        }
    }
}

/// Tells somebody that its address has all the connections that it may have.
pub(crate) fn turn_away(stream: &TcpStream) {
    static ANSWER: LazyLock<String> = LazyLock::new(answer);
    // What was sent by now is read, so that the answer is not overtaken by a reset;
    // it may be in vain, and costs nothing but this.
    let mut sent = [0; 4_096];
    let _ = stream.try_read(&mut sent);
    let _ = stream.try_write(ANSWER.as_bytes());
}

/// As any other refusal looks.
fn answer() -> String {
    let body = Problem::too_many_requests(
        "your address has as many connections as it may have; close some, or try again",
    )
    .json();
    let (status, seconds) = (StatusCode::TOO_MANY_REQUESTS, RETRY_AFTER_S.end());
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/problem+json\r\n\
         retry-after: {seconds}\r\naccess-control-allow-origin: *\r\n\
         content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}
