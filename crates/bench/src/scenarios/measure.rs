//! One case, from the server's start to its end.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tasuki_bench::control::{Command, Report};
use tasuki_bench::crowds::{Crowds, Watched};
use tasuki_bench::figures::{Figures, percentile_ms};
use tasuki_bench::process::busy;
use tasuki_bench::recorder::Recorder;
use tasuki_bench::relay;
use tasuki_bench::runtime::runtime;
use tasuki_bench::server::Server;
use tasuki_bench::standings::{body, equal, standings};

use crate::case::Case;
use crate::delays::Deliveries;
use crate::k6::{Played, Recorders};
use crate::people::log_in;
use crate::tools::Tools;

/// Passages before anybody watches: half of an ekiden of the usual size, which
/// is what a snapshot then holds.
pub(crate) const PAST: u32 = 700;
/// Until what was just done is over and done with.
const SETTLE: Duration = Duration::from_secs(1);
/// Everybody must be there, or have the last passage, by then.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// Places beside those of the viewers.
const SPARE_VIEWERS: u32 = 10;

/// How it went.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Measured {
    pub(crate) figures: Figures,
    /// What was not as it must be.
    pub(crate) faults: Vec<String>,
}

impl Measured {
    /// A line for who waits for the rest.
    pub(crate) fn summary(&self) -> String {
        let names = ["requests", "p95_ms", "max_ms", "viewer_p99_ms", "lost"];
        self.figures.line(&names)
    }
}

/// Plays a case.
pub(crate) fn measure(case: &Case, recorders: &Recorders) -> Result<Measured> {
    let mut measured = Measured::default();
    let viewers = case.viewers + SPARE_VIEWERS;
    let mut tools = Tools::start()?;
    let server = Server::as_on_race_day(usize::try_from(viewers)?, &tools.collector)?;
    let runtime = runtime()?;
    runtime.block_on(record_the_past(&server.address, case))?;
    let sessions = runtime.block_on(log_in(&server.address, case.people))?;
    let mut crowds = gather(&server, case)?;
    let figures = &mut measured.figures;
    // What every viewer is sent at first.
    let snapshot = runtime.block_on(body(&server.address, ""))?;
    figures.set("snapshot_kb", snapshot.len() as f64 / 1_000.0);
    figures.set("connected_ms", crowds.took().as_secs_f64() * 1_000.0);
    crowds.begin()?;
    crowds.tell(Command::Trace)?;
    tools.scrape(&server.metrics);
    sleep(SETTLE);
    let resident_kb = server.process.memory()?.rss_kb;
    let (cpu, all) = (server.process.cpu()?, busy()?);
    let begun = Instant::now();
    let played = recorders.play(case, &server.address, &passages(case), &sessions)?;
    let took = begun.elapsed().as_secs_f64();
    let cpu = (server.process.cpu()? - cpu).as_secs_f64();
    let all = (busy()? - all).as_secs_f64();
    figures.set("server_busy_percent", cpu / took * 100.0);
    figures.set("all_busy_percent", all / took * 100.0);
    let memory = server.process.memory()?;
    let grown = memory.rss_kb as f64 - resident_kb as f64;
    figures.set("memory_mb", memory.rss_kb as f64 / 1_024.0);
    figures.set("memory_peak_mb", memory.peak_kb as f64 / 1_024.0);
    figures.set("memory_grown_mb", grown / 1_024.0);
    let standings = runtime.block_on(standings(&server.address, ""))?;
    let report = last_report(&mut crowds, &standings)?;
    measured.requests(case, &played);
    measured.receipts(case, &played, &report);
    measured.compare(&report, &standings)?;
    drop(crowds);
    drop(server);
    tools.end(&mut measured.figures)?;
    measured.tools();
    Ok(measured)
}

/// The race, with half of it over.
async fn record_the_past(address: &str, case: &Case) -> Result<()> {
    let recorder = Recorder::new(address, relay::RACE);
    let passages = PAST + case.passages_max();
    recorder.begin(&relay::definition(passages)).await?;
    let past: Vec<Value> = (1..=PAST).map(relay::passage).collect();
    recorder.record(&past).await?;
    Ok(())
}

/// What is to be entered, without ids: those are made by who enters.
fn passages(case: &Case) -> Vec<Value> {
    let numbers = PAST + 1..=PAST + case.passages_max();
    let entered = numbers
        .map(relay::passage)
        .map(|it| json!({"bib": it["bib"], "checkpoint": it["checkpoint"], "time": it["time"]}));
    entered.collect()
}

fn gather(server: &Server, case: &Case) -> Result<Crowds> {
    let watched = Watched {
        address: &server.address,
        path: &format!("/api/races/{}/live", relay::RACE),
        base: relay::BASE + PAST,
        states: true,
    };
    Crowds::gather(watched, case.viewers, 0, None, PATIENCE)
}

/// Waits until everybody has the last passage, and asks how it went.
fn last_report(crowds: &mut Crowds, standings: &Value) -> Result<Report> {
    let head = standings["seq"].as_u64().unwrap_or_default();
    crowds.sent(u32::try_from(head)?)?;
    let until = Instant::now() + PATIENCE;
    loop {
        let report = crowds.report(PATIENCE)?;
        if report.behind == 0 || Instant::now() >= until {
            return Ok(report);
        }
        sleep(LOOK_AGAIN);
    }
}

impl Measured {
    /// As the people who enter see it.
    fn requests(&mut self, case: &Case, played: &Played) {
        let durations = [
            ("requests", "count"),
            ("mean_ms", "avg"),
            ("p50_ms", "med"),
            ("p95_ms", "p(95)"),
            ("p99_ms", "p(99)"),
            ("max_ms", "max"),
        ];
        for (name, figure) in durations {
            self.figures
                .set(name, played.figure("http_req_duration", figure));
        }
        let failed = played.figure("http_req_failed", "value") * 100.0;
        self.figures.set("failed_percent", failed);
        for name in [
            "retried_503",
            "retried_other",
            "passages_recorded",
            "passages_lost",
        ] {
            self.figures.set(name, played.figure(name, "count"));
        }
        let [recorded, expected] = [
            played.figure("passages_recorded", "count"),
            f64::from(case.passages()),
        ];
        if recorded < expected {
            let fault = format!("only {recorded} of {expected} passages were entered");
            self.faults.push(fault);
        }
        self.faults.extend(played.crossed.iter().cloned());
    }

    /// As the viewers see it.
    fn receipts(&mut self, case: &Case, played: &Played, report: &Report) {
        let all = Deliveries::join(&played.posts, &report.arrivals);
        let expected = all.passages * u64::from(case.viewers);
        let lost = expected.saturating_sub(all.count);
        for (name, percent) in [("p50", 50), ("p99", 99), ("max", 100)] {
            let delay_ms = percentile_ms(&all.delays_us, percent);
            self.figures.set(&format!("viewer_{name}_ms"), delay_ms);
        }
        let counts = [
            ("lost", lost),
            ("behind", report.behind),
            ("backwards", report.backwards),
            ("closed", report.closed),
        ];
        for (name, count) in counts {
            self.figures.set(name, count as f64);
            if count > 0 {
                self.faults.push(format!("viewers: {count} {name}"));
            }
        }
    }

    /// That the operator's tools were given what they asked for.
    fn tools(&mut self) {
        let of = |name: &str| self.figures.get(name).unwrap_or_default();
        if of("scrapes") == 0.0 || of("scrapes_failed") > 0.0 {
            self.faults.push("the metrics were not given".to_owned());
        }
        if of("trace_kb") == 0.0 {
            self.faults.push("no trace was sent".to_owned());
        }
    }

    /// Compares what the sample shows with the standings, byte for byte after
    /// canonical JSON.
    fn compare(&mut self, report: &Report, standings: &Value) -> Result<()> {
        ensure!(!report.states.is_empty(), "no viewer kept its state");
        let equal = equal(&report.states, standings)?;
        let states = report.states.len();
        self.figures.set("states", states as f64);
        self.figures.set("states_equal", equal as f64);
        if equal < states {
            let fault = format!("{equal} of {states} viewers show the standings");
            self.faults.push(fault);
        }
        Ok(())
    }
}
