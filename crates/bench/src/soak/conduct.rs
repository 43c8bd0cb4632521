//! The run itself.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::Value;
use tasuki_bench::relay;
use tasuki_bench::server::Server;
use tasuki_bench::standings::{equal, standings};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::plan::Plan;
use crate::recording;
use crate::sample::Sample;
use crate::verdict::{kept, settled_s};
use crate::visitor::{Counts, End, Shared, come_and_go};

/// Between two samples.
const SAMPLED_EVERY: Duration = Duration::from_secs(10);
/// A short run has so many all the same.
const SAMPLES_MIN: u32 = 12;
/// Places for whoever comes anew before its old place is free.
const SPARE_VIEWERS: u32 = 200;
/// Of what went wrong, so much is told.
const TOLD_MAX: usize = 5;
const SAID_EVERY: usize = 6;

/// By when the server has let go of everybody once all have left.
const GONE_WITHIN: Duration = Duration::from_secs(30);
const GONE_LOOK_EVERY: Duration = Duration::from_millis(500);

/// What a run gave.
#[derive(Debug)]
pub(crate) struct Soaked {
    /// Before anybody came.
    pub(crate) before: Sample,
    pub(crate) samples: Vec<Sample>,
    /// Once all had gone.
    pub(crate) after: Sample,
    pub(crate) counts: Arc<Counts>,
    /// Visitors whose state was compared, and of how many it was equal.
    pub(crate) compared: usize,
    pub(crate) equal: usize,
    /// What went wrong for visitors.
    pub(crate) failures: usize,
    pub(crate) told: Vec<String>,
}

/// Lets people come and go for as long as is asked for.
pub(crate) async fn conduct(plan: &Plan) -> Result<Soaked> {
    println!(
        "{} viewers for {} min, seed {}",
        plan.viewers, plan.minutes, plan.seed
    );
    let places = usize::try_from(plan.viewers + SPARE_VIEWERS)?;
    let server = Server::start(places)?;
    let recorder = recording::begin(&server.address).await?;
    let before = Sample::take(&server, 0, relay::BASE.into()).await?;
    let (tell, last) = watch::channel(None);
    let counts = Arc::new(Counts::default());
    let shared = Shared {
        plan: Arc::new(plan.clone()),
        address: server.address.clone(),
        counts: Arc::clone(&counts),
        last,
    };
    let mut visitors = JoinSet::new();
    for number in 0..plan.viewers {
        visitors.spawn(come_and_go(number, shared.clone()));
    }
    let begun = Instant::now();
    let until = begun + plan.length();
    let seq = Arc::new(AtomicU64::new(0));
    let settled = begun + Duration::from_secs(settled_s(plan.length().as_secs()));
    let recording = recording::record(recorder, plan.every(), settled, until, Arc::clone(&seq));
    let recording = tokio::spawn(recording);
    let samples = sample(&server, begun, until, &seq).await?;
    tell.send_replace(Some(recording.await??));
    let mut soaked = Soaked {
        before,
        samples,
        after: before,
        counts,
        compared: 0,
        equal: 0,
        failures: 0,
        told: Vec::new(),
    };
    let ends = soaked.ends(visitors).await?;
    soaked.compare(&server, &ends).await?;
    soaked.after = once_all_have_gone(&server, begun, &before, &seq).await?;
    Ok(soaked)
}

/// Looks at the server until the end.
async fn sample(
    server: &Server,
    begun: Instant,
    until: Instant,
    seq: &AtomicU64,
) -> Result<Vec<Sample>> {
    let mut samples = Vec::new();
    let every = SAMPLED_EVERY.min((until - begun) / SAMPLES_MIN);
    while Instant::now() < until {
        tokio::time::sleep(every).await;
        let at_s = begun.elapsed().as_secs();
        let sample = Sample::take(server, at_s, seq.load(Ordering::Relaxed)).await?;
        if samples.len() % SAID_EVERY == 0 {
            println!("{sample:?}");
        }
        samples.push(sample);
    }
    Ok(samples)
}

/// Looks at the server until it holds nobody any more, or has had long enough.
async fn once_all_have_gone(
    server: &Server,
    begun: Instant,
    before: &Sample,
    seq: &AtomicU64,
) -> Result<Sample> {
    let until = Instant::now() + GONE_WITHIN;
    loop {
        let at_s = begun.elapsed().as_secs();
        let sample = Sample::take(server, at_s, seq.load(Ordering::Relaxed)).await?;
        if kept(before, &sample).is_empty() || Instant::now() >= until {
            return Ok(sample);
        }
        tokio::time::sleep(GONE_LOOK_EVERY).await;
    }
}

impl Soaked {
    /// What everybody shows at the end.
    async fn ends(&mut self, mut visitors: JoinSet<Result<End>>) -> Result<Vec<End>> {
        let mut ends = Vec::new();
        while let Some(ended) = visitors.join_next().await {
            match ended.context("a visitor")? {
                Ok(end) => ends.push(end),
                Err(error) => {
                    self.failures += 1;
                    if self.told.len() < TOLD_MAX {
                        self.told.push(format!("{error:#}"));
                    }
                }
            }
        }
        Ok(ends)
    }

    /// Compares it with the standings, byte for byte after canonical JSON.
    async fn compare(&mut self, server: &Server, ends: &[End]) -> Result<()> {
        let mut states: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
        for End { query, state } in ends {
            states.entry(query).or_default().push(state);
        }
        for (query, states) in states {
            self.compared += states.len();
            self.equal += equal(states, &standings(&server.address, query).await?)?;
        }
        Ok(())
    }
}
