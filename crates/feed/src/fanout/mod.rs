//! The fan-out: writes frames to the sockets of very many viewers.
//!
//! Each shard is one thread with one epoll. A viewer is a socket, a position
//! in the ring of its view and what was begun; nothing is queued or copied for
//! it. When a view has a new frame its shards are woken, once each, and write
//! to everybody all that is pending in one call. Whose socket is full is left
//! alone until it has room: then it is sent what it missed, or a snapshot where
//! the ring has gone on.
//!
//! ```text
//! View ─tell─▶ Bell ─▶ Shard ─▶ Stream: a shard's copy of the ring, who watches
//! Fanout ─admit─▶ ┘        └──▶ Viewer: socket, position
//! ```

mod bell;
mod lag;
mod packing;
mod shard;
mod socket;
mod stream;
mod tally;
mod viewer;
mod wheel;

use std::any::Any;
use std::io;
use std::net::TcpStream;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use bytes::Bytes;
use prometheus_client::metrics::histogram::Histogram;

use crate::cursor::Place;

use bell::Bell;
pub(crate) use bell::Listener;
use shard::Shard;
pub use tally::Tally;

/// A comment is sent after so long without anything else.
pub const HEARTBEAT_EVERY: Duration = Duration::from_secs(15);

/// A viewer to whom what was written could not be sent for so long is gone: it
/// acknowledges nothing, or reads nothing. More than a minute: a phone that is put away
/// for one has its stream when it is taken out.
pub const STALLED_TIME_MAX: Duration = Duration::from_secs(90);

/// Somebody who has asked to watch.
pub struct Newcomer {
    /// Its connection; what it sends from here on is not read.
    pub socket: TcpStream,
    /// What it has asked for.
    pub asked: Asked,
}

/// What a viewer is to be sent.
pub struct Asked {
    /// What it watches.
    pub place: Place,
    /// The head of the answer, as it stands on the wire.
    pub head: Bytes,
    /// Whether the stream is compressed, as one gzip member.
    pub gzip: bool,
    /// The stream ends after so long, and its viewer comes back; else never.
    pub time_max: Option<Duration>,
    /// Held until it is gone.
    pub guard: Box<dyn Any + Send>,
}

/// All shards.
pub struct Fanout {
    bells: Vec<Arc<Bell>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    lag: Histogram,
}

impl Fanout {
    /// Starts so many shards, at least one.
    ///
    /// # Errors
    /// When the system gives no epoll or no thread.
    pub fn start(shards: usize) -> io::Result<Self> {
        Self::start_with(shards, STALLED_TIME_MAX)
    }

    /// The same, where a viewer that takes nothing for so long is gone; in whole
    /// seconds, and noticed within twice [`HEARTBEAT_EVERY`].
    ///
    /// # Errors
    /// When the system gives no epoll or no thread.
    pub fn start_with(shards: usize, stalled_time_max: Duration) -> io::Result<Self> {
        let (mut bells, mut threads, lag) = (Vec::new(), Vec::new(), lag::lag());
        for number in 0..shards.max(1) {
            let shard = Shard::new(stalled_time_max, lag.clone())?;
            bells.push(Arc::clone(shard.bell()));
            let thread = std::thread::Builder::new().name(format!("shard-{number}"));
            threads.push(thread.spawn(move || shard.run())?);
        }
        Ok(Self {
            bells,
            threads: Mutex::new(threads),
            lag,
        })
    }

    /// Lets somebody watch, on the shard with the fewest viewers.
    pub fn admit(&self, newcomer: Newcomer) {
        let heard = self.bells.iter().filter(|bell| bell.is_heard());
        if let Some(bell) = heard.min_by_key(|bell| bell.viewers()) {
            bell.admit(newcomer);
        }
    }

    /// How many have come that no shard has let in yet.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.bells.iter().map(|bell| bell.waiting()).sum()
    }

    /// Whether a shard is still writing frames that are the newest. A frame that comes
    /// meanwhile goes out with them, to all that have not had theirs.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.bells.iter().any(|bell| bell.is_busy())
    }

    /// Whether any shard still works: one ends early only where the system
    /// fails it, and has said so.
    #[must_use]
    pub fn is_working(&self) -> bool {
        self.bells.iter().any(|bell| bell.is_heard())
    }

    /// What was written so far.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.bells.iter().map(|bell| bell.tally()).sum()
    }

    /// Seconds from the beginning of a tick until what it made is written to
    /// all viewers of a view whose sockets have room.
    #[must_use]
    pub fn lag(&self) -> &Histogram {
        &self.lag
    }

    /// Says goodbye to all viewers; nobody is admitted any more.
    pub fn say_bye(&self) {
        self.bells.iter().for_each(|bell| bell.say_bye());
    }

    /// Waits until everybody is gone, which [`Fanout::say_bye`] sees to.
    pub fn wait(&self) {
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        for thread in threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a shard of the fan-out failed");
            }
        }
    }
}

impl Drop for Fanout {
    fn drop(&mut self) {
        self.say_bye();
    }
}
