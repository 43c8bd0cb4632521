//! A marathon watched by thousands who each follow somebody else.
//!
//! ```sh
//! cargo build --release -p tasuki -p tasuki-bench && target/release/followers
//! ```
//!
//! Starts `tasuki serve` on an empty log, defines the race boston-2014 (found
//! through `TASUKI_DATA`), records the part of it that is over, and lets
//! spectators connect: some with one to three random bibs each, some with
//! `top=100`. Then passages come in their order at a steady rate, and it is
//! measured what that costs and how late it arrives. At the end a sample of
//! the spectators' states is compared with `standings`, byte for byte after
//! canonical JSON. `--help` names the settings.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rand::RngExt;
use rand::seq::IndexedRandom;
use serde_json::{Value, json};
use tasuki_bench::process::Memory;
use tasuki_bench::recorder::{Recorded, Recorder};
use tasuki_bench::runtime::runtime;
use tasuki_bench::server::Server;
use tasuki_bench::tally::Delays;
use tasuki_bench::viewer::{Sent, Viewer};
use tasuki_race::FactKind;
use tasuki_testkit::datasets::{Dataset, dataset};
use tasuki_testkit::generate::seeded;

const NAME: &str = "boston-2014";
const SEED: u64 = 2014;
/// Facts in a request while the past is recorded.
const PAST_BATCH: usize = 5_000;
/// One spectator in so many is compared with `standings`.
const SAMPLED_ONE_IN: usize = 10;
/// Connections that are opened side by side.
const CONNECTING_MAX: usize = 64;
/// Everybody must have the last number by then.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// What is measured.
#[derive(Clone, Copy, Debug)]
struct Plan {
    followers: usize,
    top: usize,
    per_second: u32,
    seconds: u32,
    batch: usize,
    over_percent: usize,
}

const HELP: &str = "\
followers [--followers 2000] [--top 500] [--rate 500] [--seconds 60] [--batch 10] [--over 50]
  --over  the part of the race, in per cent, that is over when people begin to watch";

impl Plan {
    fn from_arguments() -> Result<Self> {
        let mut plan = Self {
            followers: 2_000,
            top: 500,
            per_second: 500,
            seconds: 60,
            batch: 10,
            over_percent: 50,
        };
        let mut arguments = std::env::args().skip(1);
        while let Some(name) = arguments.next() {
            let value = arguments.next().context(HELP)?;
            let number: usize = value.parse().context(HELP)?;
            match name.as_str() {
                "--followers" => plan.followers = number,
                "--top" => plan.top = number,
                "--rate" => plan.per_second = u32::try_from(number)?.max(1),
                "--seconds" => plan.seconds = u32::try_from(number)?,
                "--batch" => plan.batch = number.max(1),
                "--over" => plan.over_percent = number.min(100),
                _ => bail!(HELP),
            }
        }
        Ok(plan)
    }
}

/// The facts of the race, as they go over the wire.
struct Story {
    definition: Value,
    past: Vec<Value>,
    live: Vec<Value>,
    /// By bib: the numbers that its passages will have.
    awaited: HashMap<String, VecDeque<u64>>,
    bibs: Vec<String>,
}

impl Story {
    fn of(data: &Dataset, plan: Plan) -> Result<Self> {
        let over = data.passages.len() * plan.over_percent / 100;
        let count = usize::try_from(plan.per_second * plan.seconds)?;
        let live = data.passages[over..].iter().take(count);
        let past = data.decisions.iter().chain(&data.passages[..over]);
        let on_the_wire = |fact: &tasuki_race::Fact| serde_json::from_str(&fact.canonical());
        let past = past.map(on_the_wire).collect::<Result<Vec<Value>, _>>()?;
        let mut awaited: HashMap<String, VecDeque<u64>> = HashMap::new();
        for (fact, seq) in live.clone().zip(past.len() as u64 + 2..) {
            if let FactKind::PassageRecorded { bib, .. } = &fact.kind {
                awaited.entry(bib.to_string()).or_default().push_back(seq);
            }
        }
        let entries = data.definition.entries.iter();
        Ok(Self {
            definition: json!(data.definition),
            live: live.map(on_the_wire).collect::<Result<_, _>>()?,
            past,
            awaited,
            bibs: entries.map(|entry| entry.bib.to_string()).collect(),
        })
    }

    /// The number of the first fact that is recorded while people watch.
    fn first_live(&self) -> u64 {
        self.past.len() as u64 + 2
    }
}

/// Spectators of one kind.
struct Kind {
    name: &'static str,
    viewers: Vec<Viewer>,
}

fn kinds(story: &Story, plan: Plan) -> Vec<Kind> {
    let mut rng = seeded(SEED);
    let follower = |at: usize| {
        let count = rng.random_range(1..=3);
        let bibs: Vec<&String> = story.bibs.sample(&mut rng, count).collect();
        let awaited = bibs.iter().filter_map(|bib| story.awaited.get(*bib));
        let mut awaited: Vec<u64> = awaited.flatten().copied().collect();
        awaited.sort_unstable();
        let bibs: Vec<&str> = bibs.into_iter().map(String::as_str).collect();
        let query = format!("bibs={}", bibs.join(","));
        Viewer::new(
            query,
            at.is_multiple_of(SAMPLED_ONE_IN),
            Some(awaited.into()),
        )
    };
    let followers = (0..plan.followers).map(follower).collect();
    let of_the_first =
        |at: usize| Viewer::new("top=100".into(), at.is_multiple_of(SAMPLED_ONE_IN), None);
    vec![
        Kind {
            name: "1-3 bibs",
            viewers: followers,
        },
        Kind {
            name: "top=100",
            viewers: (0..plan.top).map(of_the_first).collect(),
        },
    ]
}

fn main() -> Result<()> {
    let plan = Plan::from_arguments()?;
    let data = dataset(NAME).with_context(|| format!("the data set {NAME} is not here"))?;
    let story = Arc::new(Story::of(&data, plan)?);
    let facts = story.past.len() + story.live.len() + 1;
    let sent = Arc::new(Sent::new(facts));
    let server = Server::start(plan.followers + plan.top)?;
    let kinds = kinds(&story, plan);
    let race = data.definition.id.to_string();
    let recorder = Recorder::new(&server.address, &race);
    let runtime = runtime()?;
    runtime.block_on(prepare(&recorder, &story))?;
    let watching = watch(&kinds, &server, &race, &sent)?;
    let everybody = || kinds.iter().flat_map(|kind| &kind.viewers);
    let begun = story.first_live() - 1;
    wait(
        || everybody().all(|viewer| viewer.seen().seq >= begun),
        "all are there",
    )?;
    let before = Totals::of(&kinds);
    let (cpu, memory) = (server.process.cpu()?, server.process.memory()?);
    let pace = recorder.pace(&story.live, begun + 1, plan.per_second, plan.batch, &sent);
    let recorded = runtime.block_on(pace)?;
    let head = begun + story.live.len() as u64;
    let took = Instant::now();
    let used = server.process.cpu()? - cpu;
    let after = Totals::of(&kinds);
    wait(
        || everybody().all(|viewer| viewer.seen().seq == head),
        "all have the last number",
    )?;
    let caught_up = took.elapsed();
    report(
        plan,
        &kinds,
        &recorded,
        used,
        (memory, server.process.memory()?),
        (&before, &after),
    );
    println!(
        "Everybody had the last number {:.2} s after the last answer.",
        caught_up.as_secs_f64()
    );
    let compared = runtime.block_on(compare(&kinds, &server, &race))?;
    println!("{compared} states equal `standings` byte for byte after canonical JSON.");
    println!("{}", runtime.block_on(metrics(&server))?);
    drop(server);
    drop(watching);
    Ok(())
}

async fn prepare(recorder: &Recorder, story: &Story) -> Result<()> {
    recorder.create(&story.definition).await?;
    for batch in story.past.chunks(PAST_BATCH) {
        recorder.record(batch).await?;
    }
    Ok(())
}

/// Lets everybody connect, on a thread of their own.
fn watch(
    kinds: &[Kind],
    server: &Server,
    race: &str,
    sent: &Arc<Sent>,
) -> Result<std::thread::JoinHandle<()>> {
    let viewers: Vec<Viewer> = kinds.iter().flat_map(|kind| kind.viewers.clone()).collect();
    let (address, race, sent) = (server.address.clone(), race.to_owned(), Arc::clone(sent));
    let runtime = runtime()?;
    Ok(std::thread::spawn(move || {
        runtime.block_on(async move {
            let mut tasks = tokio::task::JoinSet::new();
            for some in viewers.chunks(CONNECTING_MAX) {
                for viewer in some {
                    let watching = viewer.clone();
                    tasks.spawn(watching.watch(address.clone(), race.clone(), Arc::clone(&sent)));
                }
                // Not more at a time than the listener's queue holds.
                while some.iter().any(|viewer| viewer.seen().bytes == 0) {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            }
            while tasks.join_next().await.is_some() {}
        });
    }))
}

fn wait(done: impl Fn() -> bool, what: &str) -> Result<()> {
    let begun = Instant::now();
    while !done() {
        if begun.elapsed() > PATIENCE {
            bail!("not within {} s: {what}", PATIENCE.as_secs());
        }
        std::thread::sleep(LOOK_AGAIN);
    }
    Ok(())
}

/// What each kind has been sent so far.
struct Totals(Vec<(u64, u64, u64)>);

impl Totals {
    fn of(kinds: &[Kind]) -> Self {
        let of_kind = |kind: &Kind| {
            kind.viewers
                .iter()
                .fold((0, 0, 0), |(bytes, frames, silent), viewer| {
                    let seen = viewer.seen();
                    (
                        bytes + seen.bytes,
                        frames + seen.frames,
                        silent + seen.silent,
                    )
                })
        };
        Self(kinds.iter().map(of_kind).collect())
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "figures for people, to three digits"
)]
fn report(
    plan: Plan,
    kinds: &[Kind],
    recorded: &Recorded,
    cpu: Duration,
    (begin, end): (Memory, Memory),
    (before, after): (&Totals, &Totals),
) {
    let seconds = recorded.took.as_secs_f64();
    let facts = recorded.facts as f64;
    println!(
        "{} passages in {seconds:.1} s, {} in a request, with {:.0} % of the race over.\n",
        recorded.facts, plan.batch, plan.over_percent
    );
    println!("| server | |\n| --- | --- |");
    println!("| passages per second | {:.0} |", facts / seconds);
    println!("| recorder's answer p50 / p99, ms | {} |", recorded.delays);
    println!(
        "| processor, seconds per second | {:.2} |",
        cpu.as_secs_f64() / seconds
    );
    println!(
        "| processor per passage, us | {:.0} |",
        cpu.as_secs_f64() * 1e6 / facts
    );
    println!(
        "| memory before / after / peak, MB | {} / {} / {} |\n",
        begin.rss_kb / 1_024,
        end.rss_kb / 1_024,
        end.peak_kb / 1_024
    );
    println!(
        "| viewers | | kB per viewer | bytes per viewer and second | frames per viewer and second \
         | of them only time | snapshot, kB | receipt p50 / p99, ms | samples |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    let totals = before.0.iter().zip(&after.0);
    for (kind, (before, after)) in kinds.iter().zip(totals) {
        let count = kind.viewers.len().max(1) as f64;
        let (bytes, frames) = ((after.0 - before.0) as f64, (after.1 - before.1) as f64);
        let silent = (after.2 - before.2) as f64;
        let mut delays = Delays::default();
        kind.viewers
            .iter()
            .for_each(|viewer| delays.append(&viewer.seen().delays));
        println!(
            "| {} | {count} | {:.1} | {:.0} | {:.2} | {:.0} % | {:.1} | {delays} | {} |",
            kind.name,
            bytes / count / 1_000.0,
            bytes / count / seconds,
            frames / count / seconds,
            silent / frames.max(1.0) * 100.0,
            before.0 as f64 / count / 1_000.0,
            delays.count(),
        );
    }
    println!();
}

/// Compares the states of the sample with what `standings` says.
async fn compare(kinds: &[Kind], server: &Server, race: &str) -> Result<usize> {
    let client = reqwest::Client::new();
    let mut compared = 0;
    for viewer in kinds.iter().flat_map(|kind| &kind.viewers) {
        let Some(state) = viewer.seen().state.clone() else {
            continue;
        };
        let query = &viewer.query;
        let url = format!(
            "http://{}/api/races/{race}/standings?{query}",
            server.address
        );
        let standings: Value = client.get(url).send().await?.json().await?;
        let canonical = |json: &Value| serde_json_canonicalizer::to_vec(json);
        if canonical(&state)? != canonical(&standings)? {
            bail!("{query}: the viewer shows {state}, and the standings say {standings}");
        }
        compared += 1;
    }
    Ok(compared)
}

/// What the server says of its own ticks.
async fn metrics(server: &Server) -> Result<String> {
    let text = reqwest::get(&server.metrics).await?.text().await?;
    let of_interest = |line: &&str| {
        [
            "tasuki_rows",
            "tasuki_patches",
            "tasuki_frames",
            "tasuki_tick",
            "tasuki_snapshots",
        ]
        .iter()
        .any(|name| line.starts_with(name))
    };
    Ok(text
        .lines()
        .filter(of_interest)
        .collect::<Vec<_>>()
        .join("\n"))
}
