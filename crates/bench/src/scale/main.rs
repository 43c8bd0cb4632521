//! One server from a few viewers to as many as a process may have: what each more of
//! them costs.
//!
//! ```sh
//! cargo xtask bench scale                                  # 1,000 to 19,000 viewers
//! cargo xtask bench scale --viewers 100,500 --seconds 5 --out target/scale
//! ```
//!
//! ```text
//! plan ──▶ measure     a fresh server for each number of viewers, as `fanout steady` has it
//!             └▶ verdict ─▶ results ─▶ page, plot
//! ```
//!
//! Ends with an error where anything was lost, came out of order or was closed, or a
//! viewer shows another state than the standings.

mod measure;
mod page;
mod plan;
mod plot;
mod results;
mod verdict;

use anyhow::{Result, ensure};
use tasuki_bench::arguments::words;
use tasuki_bench::machine::Circumstances;

use crate::measure::measure;
use crate::plan::{HELP, Plan};
use crate::results::{Results, Step, keep};
use crate::verdict::faults;

fn main() -> Result<()> {
    let Some(words) = words(HELP) else {
        return Ok(());
    };
    let plan = Plan::from_arguments(words)?;
    let mut results = Results::new(Circumstances::find(None)?, &plan);
    for viewers in &plan.viewers {
        results.steps.push(step(&plan, *viewers));
        // After each: those that are measured already are not lost with the rest.
        keep(&plan.out, &results)?;
    }
    println!("results: {}/scale.md", plan.out.display());
    let faults = results.faults();
    ensure!(faults.is_empty(), "{}", faults.join("; "));
    Ok(())
}

/// All rounds with so many viewers.
fn step(plan: &Plan, viewers: u32) -> Step {
    let mut step = Step::new(viewers);
    for round in 1..=plan.rounds {
        match measure(plan, viewers) {
            Ok(figures) => {
                println!("{viewers} viewers, {round}: {}", figures.summary());
                step.faults.extend(faults(&figures));
                step.add(figures);
            }
            // More may work although this did not.
            Err(error) => {
                println!("{viewers} viewers, {round}: {error:#}");
                step.faults.push(format!("{error:#}"));
            }
        }
    }
    step
}
