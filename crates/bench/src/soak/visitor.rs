//! Somebody who comes again and again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::Value;
use socket2::SockRef;
use tasuki_bench::narrow::narrow;
use tasuki_bench::reading::{Reading, Shown};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::plan::Plan;
use crate::visit::{Leaving, Visit, about};

/// Read at a time.
const BUFFER_BYTES: usize = 16 * 1024;
/// Who reads seldom rests so long after each read.
const PAUSE: Duration = Duration::from_secs(12);
/// By when the server has ended a connection that its client has ended.
const ENDED_WITHIN: Duration = Duration::from_secs(10);
/// By when everybody has the last fact.
const LAST_WITHIN: Duration = Duration::from_secs(60);

/// What everybody has done together.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) visits: AtomicU64,
    pub(crate) resumed: AtomicU64,
    /// Of those, the ones that were given a whole state all the same.
    pub(crate) resumed_with_snapshot: AtomicU64,
    pub(crate) bytes: AtomicU64,
}

/// What all share.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) plan: Arc<Plan>,
    pub(crate) address: String,
    pub(crate) counts: Arc<Counts>,
    /// The number of the last fact, once it is known.
    pub(crate) last: watch::Receiver<Option<u64>>,
}

/// What somebody shows at the end.
#[derive(Debug)]
pub(crate) struct End {
    pub(crate) query: String,
    pub(crate) state: Value,
}

/// Comes and goes until the race is over, and stays for its end.
pub(crate) async fn come_and_go(number: u32, mut shared: Shared) -> Result<End> {
    let mut rng = StdRng::seed_from_u64(shared.plan.seed.wrapping_add(number.into()));
    let (mut query, mut shown) = (String::new(), Shown::default());
    // Not all at once.
    let mut rest = about(shared.plan.stay_mean() / 4, &mut rng);
    loop {
        let _ = timeout(rest, shared.last.wait_for(Option::is_some)).await;
        let mut visit = Visit::draw(&shared.plan, &mut rng);
        if visit.resumes && !shown.id.is_empty() {
            visit.query.clone_from(&query);
        } else {
            shown = Shown::default();
        }
        query.clone_from(&visit.query);
        let is_over = stay(&visit, &mut shown, &mut shared)
            .await
            .with_context(|| format!("{visit:?}, at {}", shown.seq))?;
        if is_over {
            let state = shown.state;
            return Ok(End { query, state });
        }
        rest = about(Plan::away_mean(), &mut rng);
    }
}

/// One visit; whether it has seen the end of the race.
async fn stay(visit: &Visit, shown: &mut Shown, shared: &mut Shared) -> Result<bool> {
    let resumes = !shown.id.is_empty();
    let snapshots_before = shown.snapshots;
    let mut socket = connect(visit, shown, &shared.address).await?;
    let (mut reading, mut buffer) = (Reading::default(), vec![0; BUFFER_BYTES]);
    let until = Instant::now() + visit.stay;
    let is_over = loop {
        let last = *shared.last.borrow_and_update();
        if last.is_some_and(|last| shown.seq >= last) {
            break true;
        }
        let stays_until = match last {
            Some(_) => Instant::now() + LAST_WITHIN,
            None => until,
        };
        let read = tokio::select! {
            read = socket.read(&mut buffer) => read.context("reading")?,
            _ = shared.last.changed() => continue,
            () = sleep_until(stays_until) => match last {
                Some(last) => bail!("{last} did not come"),
                None => break false,
            },
        };
        ensure!(read > 0, "hung up on");
        shared
            .counts
            .bytes
            .fetch_add(read as u64, Ordering::Relaxed);
        reading.feed(&buffer[..read], shown)?;
        if visit.pauses && last.is_none() {
            sleep(PAUSE).await;
        }
    };
    shared.counts.visits.fetch_add(1, Ordering::Relaxed);
    if resumes {
        let again = u64::from(shown.snapshots > snapshots_before);
        shared.counts.resumed.fetch_add(1, Ordering::Relaxed);
        let counted = &shared.counts.resumed_with_snapshot;
        counted.fetch_add(again, Ordering::Relaxed);
    }
    leave(visit.leaving, socket).await?;
    Ok(is_over)
}

async fn connect(visit: &Visit, shown: &Shown, address: &str) -> Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    if visit.pauses {
        narrow(&socket)?;
    }
    let mut socket = { socket.connect(address.parse()?).await }.context("connecting")?;
    let request = shown.request(address, &visit.query, visit.gzip);
    socket
        .write_all(request.as_bytes())
        .await
        .context("asking")?;
    Ok(socket)
}

async fn leave(leaving: Leaving, mut socket: TcpStream) -> Result<()> {
    match leaving {
        Leaving::Close => {}
        Leaving::Reset => SockRef::from(&socket).set_linger(Some(Duration::ZERO))?,
        Leaving::HalfClose => {
            socket.shutdown().await.context("leaving")?;
            let mut rest = Vec::new();
            let ended = timeout(ENDED_WITHIN, socket.read_to_end(&mut rest)).await;
            // A reset is an end as well: there was something under way.
            let _ = ended.context("the server did not hang up")?;
        }
    }
    Ok(())
}
