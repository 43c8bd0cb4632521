//! The chores of the repository, as `cargo xtask CHORE`.
//!
//! `cargo xtask test` is the one command that says whether the tree is good.
//! It needs Rust and a C compiler; what else the tests talk to (PostgreSQL, Chromium, Node,
//! Python, promtool, caddy, nginx, systemd-analyze) it finds, or installs from Debian's packages,
//! and starts by itself; Python's own packages, k6 among them, go into `target/python` and
//! `target/python-k6`:
//!
//! ```text
//! cli ──▶ steps ──▶ command   a cargo command, ended early by ctrl-c
//!           ├─────▶ services  packages ─▶ binaries ─▶ postgres
//!           │                          └▶ programs ─▶ chromium, node, promtool, caddy, …, python
//!           └─────▶ report    what passed, and how long it took
//! ```
//!
//! `cargo xtask postgres` starts the same temporary server for work by hand, and
//! `cargo xtask bench` measures, and `cargo xtask drill` breaks things and mends them.

mod account;
mod bench;
mod binaries;
mod command;
mod drill;
mod interrupt;
mod packages;
mod postgres;
mod programs;
mod python;
mod report;
mod scratch;
mod services;
mod steps;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::bench::BenchOptions;
use crate::drill::DrillOptions;
use crate::interrupt::Interrupt;
use crate::postgres::Server;
use crate::steps::TestOptions;

/// Chores of the repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Check and test everything, as continuous integration does
    Test(TestOptions),
    /// Start a temporary PostgreSQL for tests run by hand, until ctrl-c
    Postgres,
    /// Measure; the results go to bench/results
    Bench(BenchOptions),
    /// Break a running system and follow the runbooks; the results go to bench/results
    #[command(disable_help_flag = true)]
    Drill(DrillOptions),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().chore {
        Chore::Test(options) => Interrupt::catch().map(|it| steps::test(&options, &it)),
        Chore::Postgres => postgres_until_interrupted(),
        Chore::Bench(options) => Interrupt::catch().and_then(|it| bench::bench(&options, &it)),
        Chore::Drill(options) => Interrupt::catch().and_then(|it| drill::drill(&options, &it)),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

/// Starts a server, says how to reach it and keeps it until a signal comes.
fn postgres_until_interrupted() -> Result<ExitCode> {
    let interrupt = Interrupt::catch()?;
    let server = Server::start(&binaries::find_or_install()?)?;
    for (name, value) in server.environment() {
        println!("export {name}='{value}'");
    }
    println!("# PostgreSQL runs until ctrl-c; its files go with it");
    interrupt.wait();
    Ok(ExitCode::SUCCESS)
}
