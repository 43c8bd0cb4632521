//! Hours of people who come and go: whether the server keeps anything of those
//! who are gone.
//!
//! ```sh
//! cargo xtask bench soak                                  # 2,000 viewers, an hour
//! cargo xtask bench soak --minutes 2 --viewers 200 --out target/soak
//! ```
//!
//! ```text
//! conduct ──▶ recording   a passage and a withdrawal a second: the standings move and do not grow
//!   │   └───▶ visitor ×N  ─▶ visit               comes, stays, leaves in one way or another
//!   └───────▶ sample      memory, descriptors, viewers, every few seconds
//!                └▶ verdict ─▶ results ─▶ page, plot
//! ```
//!
//! Ends with an error where memory, descriptors or threads have grown, a viewer was
//! refused or hung up on, or shows another state than the standings, or anything of
//! anybody is left once all have gone.

mod conduct;
mod page;
mod plan;
mod plot;
mod recording;
mod results;
mod sample;
mod verdict;
mod visit;
mod visitor;

use anyhow::{Result, ensure};
use tasuki_bench::arguments::words;
use tasuki_bench::machine::Circumstances;

use crate::plan::{HELP, Plan};
use crate::results::{Results, keep};

fn main() -> Result<()> {
    let Some(words) = words(HELP) else {
        return Ok(());
    };
    let plan = Plan::from_arguments(words)?;
    let circumstances = Circumstances::find(None)?;
    let runtime = tokio::runtime::Builder::new_multi_thread();
    let soaked = { runtime }
        .enable_all()
        .build()?
        .block_on(conduct::conduct(&plan))?;
    let results = Results::of(circumstances, &plan, soaked)?;
    keep(&plan.out, &results)?;
    println!("results: {}/soak.md", plan.out.display());
    ensure!(results.faults.is_empty(), "{}", results.faults.join("; "));
    Ok(())
}
