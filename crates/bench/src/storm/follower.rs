//! Somebody who watches with an `EventSource`, or what behaves like one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use tasuki_bench::reading::{Reading, Shown};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};

/// Read at a time.
const BUFFER_BYTES: usize = 4 * 1024;
/// Where nothing was said of it: as browsers do.
const RETRY_MS: u64 = 3_000;
/// An answer must come within this; else it is tried again.
const ANSWERED_WITHIN: Duration = Duration::from_secs(20);
/// By when everybody has the last fact.
const LAST_WITHIN: Duration = Duration::from_secs(60);

/// That somebody is back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Return {
    pub(crate) at: Instant,
    /// Since its stream had ended.
    pub(crate) gap: Duration,
    /// Attempts that came to nothing.
    pub(crate) refused: u32,
}

/// What all share.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) address: String,
    /// How many are watching.
    pub(crate) there: Arc<AtomicUsize>,
    /// States that were sent whole.
    pub(crate) snapshots: Arc<AtomicU64>,
    pub(crate) returns: mpsc::UnboundedSender<Return>,
    /// The number of the last fact, once it is known.
    pub(crate) last: watch::Receiver<Option<u64>>,
}

impl Shared {
    /// Takes what somebody was sent, and counts states that were sent whole.
    fn take(&self, bytes: &[u8], reading: &mut Reading, shown: &mut Shown) -> Result<()> {
        let before = shown.snapshots;
        reading.feed(bytes, shown)?;
        let whole = shown.snapshots - before;
        self.snapshots.fetch_add(whole, Ordering::Relaxed);
        Ok(())
    }
}

/// Watches, through everything, until the race is over; gives what it shows.
pub(crate) async fn follow(mut shared: Shared) -> Result<Value> {
    let mut shown = Shown::default();
    let mut lost: Option<Instant> = None;
    let (mut retry_ms, mut refused) = (RETRY_MS, 0);
    loop {
        let Ok((socket, reading)) = come(&shared, &mut shown).await else {
            refused += 1;
            sleep(Duration::from_millis(retry_ms)).await;
            continue;
        };
        if let Some(lost) = lost {
            let at = Instant::now();
            let gap = at - lost;
            let _ = shared.returns.send(Return { at, gap, refused });
        }
        refused = 0;
        shared.there.fetch_add(1, Ordering::Relaxed);
        let reading = watch(socket, reading, &mut shown, &mut shared).await?;
        let Some(reading) = reading else {
            return Ok(shown.state);
        };
        shared.there.fetch_sub(1, Ordering::Relaxed);
        lost = Some(Instant::now());
        retry_ms = reading.retry_ms().unwrap_or(retry_ms);
        sleep(Duration::from_millis(retry_ms)).await;
    }
}

/// Connects, asks, and waits for the answer's beginning.
async fn come(shared: &Shared, shown: &mut Shown) -> Result<(TcpStream, Reading)> {
    let address = &shared.address;
    let mut socket = TcpStream::connect(address).await.context("connecting")?;
    let request = shown.request(address, "", false);
    socket.write_all(request.as_bytes()).await?;
    let mut reading = Reading::default();
    let mut buffer = vec![0; BUFFER_BYTES];
    while reading.retry_ms().is_none() {
        let read = timeout(ANSWERED_WITHIN, socket.read(&mut buffer)).await??;
        ensure!(read > 0, "hung up on");
        shared.take(&buffer[..read], &mut reading, shown)?;
    }
    Ok((socket, reading))
}

/// Reads until the stream ends; nothing is left where that is the race's end.
async fn watch(
    mut socket: TcpStream,
    mut reading: Reading,
    shown: &mut Shown,
    shared: &mut Shared,
) -> Result<Option<Reading>> {
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        let last = *shared.last.borrow_and_update();
        if last.is_some_and(|last| shown.seq >= last) {
            return Ok(None);
        }
        let read = tokio::select! {
            read = socket.read(&mut buffer) => read,
            _ = shared.last.changed() => continue,
            () = sleep(LAST_WITHIN), if last.is_some() => bail!("the last fact did not come"),
        };
        match read {
            Ok(read) if read > 0 => shared.take(&buffer[..read], &mut reading, shown)?,
            _ => return Ok(Some(reading)),
        }
    }
}
