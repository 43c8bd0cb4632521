//! Fault drills: breaks a running system in the ways that happen on race day, follows
//! the runbook by executing the commands that stand in it, and proves that what the
//! runbook promises is seen, that the alert comes in time, and that nothing is lost.
//!
//! ```sh
//! cargo xtask drill                    # all of them; results in bench/results/drills.*
//! cargo xtask drill process-killed     # one
//! cargo xtask drill --list
//! ```
//!
//! ```text
//! drills/* ──▶ stage ──▶ site, units     an installation, and what starts and stops it
//!               │  ├───▶ load            viewers, tablets, readers; what was acknowledged
//!               │  ├───▶ prometheus      a real one, with the rules of deploy/prometheus
//!               │  └───▶ runbook, shell  the commands of deploy/runbooks, executed
//!               └──────▶ audit ──▶ story ──▶ results ──▶ page
//! ```
//!
//! No container has systemd: `systemctl` and `journalctl` in runbooks are this program
//! under those names (`units`), which start and stop the same `tasuki serve` and the
//! same PostgreSQL. Everything else is real.

mod audit;
mod crowd;
mod drills;
mod ledger;
mod load;
mod page;
mod paper;
mod prometheus;
mod results;
mod runbook;
mod shell;
mod site;
mod sql;
mod stage;
mod story;
mod tablets;
mod units;
mod visitors;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::Parser;

use crate::drills::{ALL, Drill};
use crate::results::Results;

/// Breaks a running system and follows the runbooks.
#[derive(Parser)]
#[command(name = "drill")]
struct Cli {
    /// The drills to perform [default: all]
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Say which there are
    #[arg(long)]
    list: bool,
    /// How many watch, where a drill does not say otherwise
    #[arg(long, value_name = "N", default_value_t = 300)]
    viewers: usize,
    /// Where drills.json and drills.md are kept; those of drills that are not performed
    /// now stay
    #[arg(long, value_name = "DIR", default_value = "bench/results")]
    out: PathBuf,
}

fn main() -> Result<ExitCode> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.split_first() {
        Some((name, rest)) if name == "systemctl" => said(units::systemctl(rest)),
        Some((name, rest)) if name == "journalctl" => said(units::journalctl(rest)),
        _ => perform(&Cli::parse()),
    }
}

fn said(code: Result<u8>) -> Result<ExitCode> {
    code.map(ExitCode::from)
}

fn perform(cli: &Cli) -> Result<ExitCode> {
    if cli.list {
        for drill in ALL {
            println!("{:<18} {}", drill.name, drill.what);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let chosen = chosen(&cli.names)?;
    let runbooks = Arc::new(runbook::read_all(&runbook::folder())?);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let runtime = Arc::new(runtime);
    let mut results = Results::open(&cli.out)?;
    for drill in chosen {
        let outcome = stage::perform(drill, &runbooks, &runtime, cli.viewers);
        results.add(drill, &outcome)?;
        results.keep(&cli.out)?;
    }
    println!("\n{}", results.summary());
    Ok(if results.are_good() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Those of these names, in the order in which they stand; all where none is named.
fn chosen(names: &[String]) -> Result<Vec<&'static Drill>> {
    let known = |name: &String| ALL.iter().find(|drill| drill.name == name);
    if let Some(unknown) = names.iter().find(|name| known(name).is_none()) {
        bail!("there is no drill `{unknown}`: see --list");
    }
    let is_chosen = |drill: &&Drill| names.is_empty() || names.iter().any(|it| it == drill.name);
    let chosen: Vec<_> = ALL.iter().copied().filter(is_chosen).collect();
    chosen.first().context("nothing to do")?;
    Ok(chosen)
}
