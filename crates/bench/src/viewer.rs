//! A spectator: a socket, counters, and for a sample the state itself.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::stream::{Event, Stream};
use crate::tally::Delays;

/// Read at a time; a frame of some bibs fits several times over.
const BUFFER_BYTES: usize = 8 * 1024;

/// When each fact was sent: microseconds since a common beginning, by number.
#[derive(Debug)]
pub struct Sent {
    begun: Instant,
    at_us: Vec<AtomicU64>,
}

impl Sent {
    /// For a log of so many facts.
    #[must_use]
    pub fn new(facts: usize) -> Self {
        Self {
            begun: Instant::now(),
            at_us: (0..=facts).map(|_| AtomicU64::new(0)).collect(),
        }
    }

    /// The fact of that number is sent now.
    pub fn note(&self, seq: u64) {
        let now = u64::try_from(self.begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        if let Some(at) = usize::try_from(seq)
            .ok()
            .and_then(|seq| self.at_us.get(seq))
        {
            at.store(now, Ordering::Relaxed);
        }
    }

    /// How long ago the fact of that number was sent, if it was noted.
    fn since(&self, seq: u64) -> Option<Duration> {
        let at = self.at_us.get(usize::try_from(seq).ok()?)?;
        let at = Some(at.load(Ordering::Relaxed)).filter(|at| *at > 0)?;
        self.begun.elapsed().checked_sub(Duration::from_micros(at))
    }
}

/// What a spectator has been sent.
#[derive(Debug, Default)]
pub struct Seen {
    /// Bytes from the socket.
    pub bytes: u64,
    /// Events.
    pub frames: u64,
    /// Of those, the ones that only say that time goes on.
    pub silent: u64,
    /// Snapshots after the first.
    pub rebased: u64,
    /// The last number.
    pub seq: u64,
    /// Its state, where it is in the sample.
    pub state: Option<Value>,
    /// Numbers of the facts that are about whom it follows; of a viewer that
    /// follows nobody, none.
    pub awaited: Option<VecDeque<u64>>,
    /// From sending such a fact to receipt; where nobody is followed, from
    /// sending the newest fact in a frame that changes something.
    pub delays: Delays,
}

/// A spectator.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// The selection, as a query.
    pub query: String,
    seen: Arc<Mutex<Seen>>,
}

impl Viewer {
    /// One that is not there yet. In a sample, its state is kept.
    #[must_use]
    pub fn new(query: String, sampled: bool, awaited: Option<VecDeque<u64>>) -> Self {
        let seen = Seen {
            state: sampled.then_some(Value::Null),
            awaited,
            ..Seen::default()
        };
        Self {
            query,
            seen: Arc::new(Mutex::new(seen)),
        }
    }

    /// What it has been sent so far.
    pub fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Watches until the stream ends.
    ///
    /// # Errors
    /// When it cannot connect, or the stream breaks.
    pub async fn watch(self, address: String, race: String, sent: Arc<Sent>) -> Result<()> {
        let mut socket = TcpStream::connect(&address).await.context("connecting")?;
        let query = &self.query;
        let request =
            format!("GET /api/races/{race}/live?{query} HTTP/1.1\r\nHost: {address}\r\n\r\n");
        socket.write_all(request.as_bytes()).await?;
        let mut stream = Stream::default();
        let mut buffer = vec![0; BUFFER_BYTES];
        loop {
            let read = socket.read(&mut buffer).await?;
            if read == 0 {
                return Ok(());
            }
            let mut seen = self.seen();
            seen.bytes += read as u64;
            stream.feed(&buffer[..read], |event| seen.take(event, &sent));
        }
    }
}

impl Seen {
    fn take(&mut self, event: Event<'_>, sent: &Sent) {
        self.frames += 1;
        self.rebased += u64::from(event.name == "snapshot" && self.seq > 0);
        self.seq = event.seq;
        let silent = !event.data.contains("\"entries\"") && event.name == "diff";
        self.silent += u64::from(silent);
        match &mut self.awaited {
            Some(awaited) => {
                while let Some(seq) = awaited.front().copied().filter(|seq| *seq <= event.seq) {
                    awaited.pop_front();
                    self.delays.extend(sent.since(seq));
                }
            }
            None if silent => {}
            None => self.delays.extend(sent.since(event.seq)),
        }
        if let Some(state) = &mut self.state
            && let Ok(data) = serde_json::from_str(event.data)
        {
            match event.name {
                "snapshot" => *state = data,
                "diff" => json_patch::merge(state, &data),
                _ => {}
            }
        }
    }
}
