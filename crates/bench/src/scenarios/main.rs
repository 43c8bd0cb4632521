//! The load of a race day: spectators watch while people enter passages.
//!
//! ```sh
//! cargo xtask bench scenarios                     # installs k6, plays all six cases
//! cargo xtask bench scenarios normal --times 1 --seconds 20 --out target/scenarios
//! ```
//!
//! ```text
//! measure ──▶ k6 ─────▶ bench/k6/*.js   the people who enter, and what is asked of the server
//!   │  ├────▶ people                    their users and sessions
//!   │  ├────▶ crowds ═══▶ fanout's      the spectators: a socket each
//!   │  └────▶ tools                     the operator's: metrics are asked for, traces taken in
//!   └───────▶ delays                    when which passage was sent, and when who saw it
//! ```
//!
//! Ends with an error where k6 finds a threshold of its script crossed, a viewer
//! lacks a passage, or shows another state than the standings.

mod case;
mod delays;
mod k6;
mod measure;
mod page;
mod people;
mod plan;
mod results;
mod tools;

use anyhow::{Result, ensure};
use tasuki_bench::arguments::words;
use tasuki_bench::machine::Circumstances;

use crate::k6::Recorders;
use crate::measure::measure;
use crate::plan::Plan;
use crate::results::{Outcome, keep};

fn main() -> Result<()> {
    let Some(words) = words(plan::HELP) else {
        return Ok(());
    };
    play(&Plan::from_arguments(words)?)
}

/// Plays what is asked for, one case after the other; all of them, whatever
/// comes of the first.
fn play(plan: &Plan) -> Result<()> {
    let recorders = Recorders::find(plan)?;
    let mut circumstances = Circumstances::find(None)?;
    circumstances.tasuki += &format!(", {}", recorders.version()?);
    let mut failed = Vec::new();
    for case in plan.cases() {
        let name = case.name();
        let measured = measure(&case, &recorders)?;
        println!("{name}: {}", measured.summary());
        let faults = measured.faults.iter();
        failed.extend(faults.map(|fault| format!("{name}: {fault}")));
        let outcome = Outcome {
            circumstances: circumstances.clone(),
            case,
            measured,
        };
        keep(&plan.out, outcome)?;
    }
    println!("results: {}/scenarios.md", plan.out.display());
    ensure!(failed.is_empty(), "{}", failed.join("; "));
    Ok(())
}
