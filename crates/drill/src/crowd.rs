//! Spectators, who watch with what behaves like an `EventSource`: who is cut off or
//! refused comes back.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rand::RngExt as _;
use serde_json::Value;
use tasuki_bench::reading::{Reading, Shown};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// Read at a time.
const BUFFER_BYTES: usize = 4 * 1024;
/// Where nothing was said of it, milliseconds.
const RETRY_MS: std::ops::Range<u64> = 1_000..4_000;
/// An answer must come within this; else it is tried again.
const ANSWERED_WITHIN: Duration = Duration::from_secs(10);
/// A stream that is silent for longer is broken: a comment comes every 15 s.
const SILENT_MAX: Duration = Duration::from_secs(40);

/// Everybody.
pub(crate) struct Crowd {
    there: Arc<AtomicUsize>,
    refused: Arc<AtomicUsize>,
    last: watch::Sender<Option<u64>>,
    followers: JoinSet<Value>,
    handle: Handle,
}

struct Follower {
    address: String,
    there: Arc<AtomicUsize>,
    refused: Arc<AtomicUsize>,
    last: watch::Receiver<Option<u64>>,
}

impl Crowd {
    /// Lets so many come. To be called in a runtime, which they then belong to.
    pub(crate) fn gather(address: &str, count: usize) -> Self {
        let mut crowd = Self {
            there: Arc::default(),
            refused: Arc::default(),
            last: watch::Sender::new(None),
            followers: JoinSet::new(),
            handle: Handle::current(),
        };
        crowd.grow(address, count);
        crowd
    }

    /// Lets so many more come.
    pub(crate) fn grow(&mut self, address: &str, count: usize) {
        for _ in 0..count {
            let follower = Follower {
                address: address.to_owned(),
                there: Arc::clone(&self.there),
                refused: Arc::clone(&self.refused),
                last: self.last.subscribe(),
            };
            self.followers.spawn_on(follower.follow(), &self.handle);
        }
    }

    /// How many are watching.
    pub(crate) fn there(&self) -> usize {
        self.there.load(Ordering::Relaxed)
    }

    /// How many there are, watching or not.
    pub(crate) fn size(&self) -> usize {
        self.followers.len()
    }

    /// Attempts to watch that came to nothing.
    pub(crate) fn refused(&self) -> usize {
        self.refused.load(Ordering::Relaxed)
    }

    /// Tells everybody which fact is the last, and gives what they show once they
    /// have it; who does not get it in time is left out.
    pub(crate) async fn states(mut self, last: u64, patience: Duration) -> Vec<Value> {
        self.last.send_replace(Some(last));
        let mut states = Vec::with_capacity(self.size());
        let all = async {
            while let Some(state) = self.followers.join_next().await {
                states.extend(state);
            }
        };
        let _ = timeout(patience, all).await;
        states
    }
}

impl Follower {
    /// Watches, through everything, until the race is over; gives what it shows.
    async fn follow(mut self) -> Value {
        let mut shown = Shown::default();
        loop {
            let mut retry_ms = rand::rng().random_range(RETRY_MS);
            match self.come(&mut shown).await {
                Ok((socket, reading)) => {
                    self.there.fetch_add(1, Ordering::Relaxed);
                    let is_over = self.watch(socket, reading, &mut shown, &mut retry_ms).await;
                    self.there.fetch_sub(1, Ordering::Relaxed);
                    if is_over {
                        return shown.state;
                    }
                }
                Err(_) => {
                    self.refused.fetch_add(1, Ordering::Relaxed);
                }
            }
            sleep(Duration::from_millis(retry_ms)).await;
        }
    }

    /// Connects, asks, and waits for the answer's beginning.
    async fn come(&self, shown: &mut Shown) -> Result<(TcpStream, Reading)> {
        let mut socket = TcpStream::connect(&self.address).await?;
        let request = shown.request(&self.address, "", false);
        socket.write_all(request.as_bytes()).await?;
        let mut reading = Reading::default();
        let mut buffer = vec![0; BUFFER_BYTES];
        while reading.retry_ms().is_none() {
            let read = timeout(ANSWERED_WITHIN, socket.read(&mut buffer)).await??;
            ensure!(read > 0, "hung up on");
            let is_stream = promises_a_stream(&buffer[..read], &reading);
            ensure!(is_stream, "refused");
            if let Err(error) = reading.feed(&buffer[..read], shown) {
                *shown = Shown::default();
                return Err(error);
            }
        }
        Ok((socket, reading))
    }

    /// Reads until the stream ends; whether that is the race's end.
    async fn watch(
        &mut self,
        mut socket: TcpStream,
        mut reading: Reading,
        shown: &mut Shown,
        retry_ms: &mut u64,
    ) -> bool {
        let mut buffer = vec![0; BUFFER_BYTES];
        loop {
            let last = *self.last.borrow_and_update();
            if last.is_some_and(|last| shown.seq >= last) {
                return true;
            }
            let read = tokio::select! {
                read = timeout(SILENT_MAX, socket.read(&mut buffer)) => read,
                _ = self.last.changed() => continue,
            };
            *retry_ms = reading.retry_ms().unwrap_or(*retry_ms);
            match read {
                Ok(Ok(read)) if read > 0 => {
                    if reading.feed(&buffer[..read], shown).is_err() {
                        // A log that was restored may be behind: as a page does that is
                        // loaded again, begin anew.
                        *shown = Shown::default();
                        return false;
                    }
                }
                _ => return false,
            }
        }
    }
}

/// Whether an answer's first bytes promise a stream.
fn promises_a_stream(bytes: &[u8], reading: &Reading) -> bool {
    let is_first = reading.retry_ms().is_none() && bytes.starts_with(b"HTTP/1.1 ");
    !is_first || bytes.starts_with(b"HTTP/1.1 200 ")
}

/// The standings as they are to be shown.
pub(crate) async fn standings(address: &str) -> Result<Value> {
    let standings = tasuki_bench::standings::standings(address, "").await;
    standings.context("the standings")
}
