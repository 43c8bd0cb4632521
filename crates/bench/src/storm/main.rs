//! A restart: everybody comes back at once, as browsers do.
//!
//! ```sh
//! cargo xtask bench storm                                  # 10,000 viewers
//! cargo xtask bench storm --viewers 500 --out target/storm
//! ```
//!
//! ```text
//! conduct ──▶ recording   a passage every quarter of a second, sent again until it is taken
//!   │   └───▶ follower ×N     comes back after the time it was told, with the id it saw last
//!   └───────▶ storm           ends the server in one way, starts it again, waits for all
//!                └▶ results ─▶ page
//! ```
//!
//! Ends with an error where somebody does not come back, or shows another state
//! than the standings at the end.

mod conduct;
mod follower;
mod page;
mod plan;
mod recording;
mod results;

use anyhow::{Result, ensure};
use tasuki_bench::arguments::words;

use crate::plan::{HELP, Plan};
use crate::results::{Results, keep};

fn main() -> Result<()> {
    let Some(words) = words(HELP) else {
        return Ok(());
    };
    let plan = Plan::from_arguments(words)?;
    let runtime = tokio::runtime::Builder::new_multi_thread();
    let outcome = { runtime }
        .enable_all()
        .build()?
        .block_on(conduct::conduct(&plan))?;
    let results = Results::of(&plan, outcome)?;
    keep(&plan.out, &results)?;
    println!("results: {}/storm.md", plan.out.display());
    ensure!(results.faults.is_empty(), "{}", results.faults.join("; "));
    Ok(())
}
