//! `cargo xtask drill`: builds the server and what breaks it, finds or installs what
//! takes part, and performs drills.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::account::Account;
use crate::binaries;
use crate::command::{cargo, run};
use crate::interrupt::Interrupt;
use crate::programs::{CURL, JQ, PROMETHEUS, SQLITE};

/// What `cargo xtask drill` is asked to do.
#[derive(Args)]
pub(crate) struct DrillOptions {
    /// Names of drills, or options; `--help` names them
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Performs drills.
pub(crate) fn drill(options: &DrillOptions, interrupt: &Interrupt) -> Result<ExitCode> {
    let build = "build --release --locked -p tasuki -p tasuki-drill";
    run(&mut cargo(build.split(' ')), interrupt)?;
    let mut drill = cargo("run --quiet --release --locked -p tasuki-drill --".split(' '));
    drill.args(&options.arguments);
    let only_told = ["--help", "-h", "--list"];
    let is_performed = !options
        .arguments
        .iter()
        .any(|it| only_told.contains(&&**it));
    if is_performed {
        for program in [CURL, JQ, PROMETHEUS, SQLITE] {
            drill.env(program.variable, program.find_or_install()?);
        }
        // Each drill makes a cluster of its own, and breaks it.
        drill.env("TASUKI_TEST_PG_BIN", binaries::find_or_install()?);
        drill.env("TASUKI_TEST_PG_USER", Account::for_postgres()?.name);
    }
    run(&mut drill, interrupt)?;
    Ok(ExitCode::SUCCESS)
}
