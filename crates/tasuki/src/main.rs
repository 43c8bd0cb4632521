//! The command line of tasuki: reads what is asked for, puts the parts
//! together, and says what went wrong in one line.
//!
//! Each command is a module with its arguments and a `run`. Nothing of the
//! product's behaviour is decided here: the race, the log and the server are
//! crates of their own.
//!
//! Exit codes: 0 done; 1 it failed; 2 the configuration is wrong, and nothing
//! was bound or written; 130 a second signal cut a graceful stop short.

mod certificate;
mod cli;
mod client;
mod clock;
mod configuration;
mod demo;
mod enter;
mod export;
mod failure;
mod health;
mod import;
mod input;
mod logging;
mod operations;
mod output;
mod postmortem;
mod progress;
mod replay;
mod serve;
mod signals;
mod speed;
mod standings;
mod store;
mod systemd;
mod traces;
mod user;
mod verify;

use std::process::ExitCode;

use anyhow::Context;

use crate::cli::Command;
use crate::failure::Failure;

fn main() -> ExitCode {
    match cli::parse().and_then(run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn run(command: Command) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the async runtime")?;
    let outcome = runtime.block_on(dispatch(command));
    // Whatever still runs was given up on: it must not hold the process.
    runtime.shutdown_background();
    outcome
}

async fn dispatch(command: Command) -> Result<(), Failure> {
    match command {
        Command::Serve(command) => command.run().await,
        Command::Demo(command) => command.run().await,
        Command::Export(command) => command.run().await,
        Command::Import(command) => command.run().await,
        Command::Verify(command) => command.run(),
        Command::Standings(command) => command.run().await,
        Command::Replay(command) => command.run().await,
        Command::Enter(command) => command.run().await,
        Command::Health(command) => command.run().await,
        Command::Configuration(command) => command.run(),
        Command::User(command) => command.run().await,
        Command::Operations(command) => command.run().await,
        Command::Postmortem(command) => command.run().await,
    }
}
