//! The run itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tasuki_bench::figures::Figures;
use tasuki_bench::server::Server;
use tasuki_bench::standings::{equal, standings};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::follower::{Return, Shared, follow};
use crate::plan::Plan;
use crate::recording;

/// Everybody must be there, or back, by then.
const PATIENCE: Duration = Duration::from_secs(120);
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// Before and after a storm.
const CALM: Duration = Duration::from_secs(3);

/// How a server ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Asked,
    Killed,
}

impl Ending {
    pub(crate) const ALL: [Self; 2] = [Self::Asked, Self::Killed];

    fn signal(self) -> &'static str {
        match self {
            Self::Asked => "TERM",
            Self::Killed => "KILL",
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Asked => "asked to stop (SIGTERM)",
            Self::Killed => "killed (SIGKILL)",
        }
    }
}

/// What a run gave.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// By ending.
    pub(crate) storms: Vec<(Ending, Figures)>,
    /// Facts, and attempts to record one that failed.
    pub(crate) recorded: (u64, u64),
    pub(crate) compared: usize,
    pub(crate) equal: usize,
}

/// A server with everybody watching.
struct Stage {
    server: Server,
    viewers: usize,
    there: Arc<AtomicUsize>,
    snapshots: Arc<AtomicU64>,
    returns: mpsc::UnboundedReceiver<Return>,
}

/// Lets all watch, and ends the server in every way.
pub(crate) async fn conduct(plan: &Plan) -> Result<Outcome> {
    let viewers = usize::try_from(plan.viewers)?;
    // As a browser that comes back may find its old place still taken.
    let server = Server::start(2 * viewers)?;
    let recorder = recording::begin(&server.address).await?;
    let (send_return, returns) = mpsc::unbounded_channel();
    let (tell_last, last) = watch::channel(None);
    let shared = Shared {
        address: server.address.clone(),
        there: Arc::default(),
        snapshots: Arc::default(),
        returns: send_return,
        last,
    };
    let mut stage = Stage {
        server,
        viewers,
        there: Arc::clone(&shared.there),
        snapshots: Arc::clone(&shared.snapshots),
        returns,
    };
    let mut followers = JoinSet::new();
    for _ in 0..viewers {
        followers.spawn(follow(shared.clone()));
    }
    let (tell_end, ends) = watch::channel(false);
    let recording = tokio::spawn(recording::record(recorder, ends));
    stage.all_are_there().await?;
    let mut storms = Vec::new();
    for ending in Ending::ALL {
        sleep(CALM).await;
        let figures = stage.storm(ending).await?;
        println!("{}: {figures:?}", ending.name());
        storms.push((ending, figures));
    }
    sleep(CALM).await;
    tell_end.send_replace(true);
    let recorded = recording.await?;
    tell_last.send_replace(Some(recorded.0));
    let (compared, equal) = stage.compare(followers).await?;
    Ok(Outcome {
        storms,
        recorded,
        compared,
        equal,
    })
}

impl Stage {
    async fn all_are_there(&self) -> Result<()> {
        let until = Instant::now() + PATIENCE;
        while self.there.load(Ordering::Relaxed) < self.viewers {
            ensure!(Instant::now() < until, "not everybody came in {PATIENCE:?}");
            sleep(LOOK_AGAIN).await;
        }
        Ok(())
    }

    /// Ends the server and starts it again.
    async fn storm(&mut self, ending: Ending) -> Result<Figures> {
        let snapshots = self.snapshots.load(Ordering::Relaxed);
        let stopped = self.server.end(ending.signal())?;
        let away = Instant::now();
        self.server.begin_again()?;
        let begun = Instant::now();
        let mut returns = Vec::with_capacity(self.viewers);
        while returns.len() < self.viewers {
            let next = tokio::time::timeout(PATIENCE, self.returns.recv());
            let next = next
                .await
                .with_context(|| format!("{} of {} came back", returns.len(), self.viewers))?;
            returns.push(next.context("the followers are gone")?);
        }
        let all_back = Instant::now();
        let cpu = self.server.process.cpu()?;
        sleep(CALM).await;
        let whole = self.snapshots.load(Ordering::Relaxed) - snapshots;
        let mut figures = Figures::default();
        let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
        figures.set("stopped_ms", ms(stopped));
        figures.set("started_ms", ms(begun - away));
        figures.set("all_back_ms", ms(all_back.saturating_duration_since(begun)));
        figures.set("server_cpu_ms", ms(cpu));
        figures.set(
            "server_cpu_us_each",
            ms(cpu) * 1_000.0 / self.viewers as f64,
        );
        let memory = self.server.process.memory()?;
        figures.set("memory_peak_mb", memory.peak_kb as f64 / 1_024.0);
        figures.set("whole_states", whole as f64);
        gaps(&mut figures, &mut returns, begun);
        Ok(figures)
    }

    async fn compare(&self, mut followers: JoinSet<Result<Value>>) -> Result<(usize, usize)> {
        let mut states = Vec::with_capacity(self.viewers);
        while let Some(state) = followers.join_next().await {
            states.push(state??);
        }
        let standings = standings(&self.server.address, "").await?;
        Ok((states.len(), equal(&states, &standings)?))
    }
}

/// How long everybody was away, and how many came back within the busiest second.
fn gaps(figures: &mut Figures, returns: &mut [Return], begun: Instant) {
    let refused: u32 = returns.iter().map(|it| it.refused).sum();
    figures.set("refused", refused.into());
    let mut seconds = vec![0_u32; usize::try_from(PATIENCE.as_secs()).unwrap_or(0) * 2];
    for one in returns.iter() {
        let second = one.at.saturating_duration_since(begun).as_secs();
        let at = usize::try_from(second).unwrap_or(usize::MAX);
        if let Some(count) = seconds.get_mut(at) {
            *count += 1;
        }
    }
    let busiest = seconds.into_iter().max().unwrap_or(0);
    figures.set("busiest_second", busiest.into());
    returns.sort_by_key(|it| it.gap);
    for (name, percent) in [("gap_p50_ms", 50), ("gap_p99_ms", 99), ("gap_max_ms", 100)] {
        let at = (returns.len() * percent).div_ceil(100).max(1) - 1;
        let gap = returns.get(at).map_or(Duration::ZERO, |it| it.gap);
        figures.set(name, gap.as_secs_f64() * 1_000.0);
    }
}
