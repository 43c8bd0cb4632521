//! Bytes on the wire for one viewer of a whole ekiden, by means of watching:
//! a live stream, as it is and compressed, or asking every ten seconds.
//!
//! ```sh
//! cargo xtask bench wire
//! cargo xtask bench wire --teams 4 --legs 2 --splits 1 --out target/wire
//! ```
//!
//! ```text
//! ekiden ──▶ replay ──▶ watcher ─▶ unframe    a stream, counted, unpacked, kept
//! (facts)      │  └───▶ poller                a question every ten seconds
//!              ▼
//!           results ◀── packing ◀── pieces    the same text on the wire, worked out
//!           page, plot
//! ```

mod cost;
mod ekiden;
mod http;
mod means;
mod packing;
mod page;
mod pieces;
mod plan;
mod plot;
mod poller;
mod replay;
mod results;
mod watcher;

use anyhow::{Context, Result};
use tasuki_bench::arguments::words;
use tasuki_bench::machine::Circumstances;

use crate::cost::Cost;
use crate::ekiden::Race;
use crate::means::Means;
use crate::plan::Plan;
use crate::replay::replay;
use crate::results::{Results, Row, keep};

fn main() -> Result<()> {
    let Some(words) = words(plan::HELP) else {
        return Ok(());
    };
    let plan = Plan::from_arguments(words)?;
    let race = ekiden::race(&plan.size)?;
    let results = Results {
        circumstances: Circumstances::find(None)?,
        teams: plan.size.teams,
        legs: plan.size.legs,
        splits_per_leg: plan.size.splits_per_leg,
        facts: race.facts(),
        hours: race.hours(),
        means: measure(&plan, &race)?,
    };
    keep(&plan.out, &results)?;
    println!("results: {}/wire.md", plan.out.display());
    Ok(())
}

/// All means, one after the other.
fn measure(plan: &Plan, race: &Race) -> Result<Vec<Row>> {
    let nobody = replay(race, Means::Nobody)?.cpu;
    let mut rows = Vec::new();
    for means in Means::all(plan.viewers) {
        let name = || means.name();
        let least = replay(race, means.least()).with_context(name)?;
        let most = replay(race, means).with_context(name)?;
        let cost = Cost::of(means, [nobody, least.cpu, most.cpu]);
        let row = Row::measured(race, means, &most, cost)?;
        println!("{}", row.summary());
        let middleware = means.is_plain_stream();
        let middleware = middleware.then(|| Row::middleware(race, &most, cost));
        rows.push(row);
        rows.extend(middleware.transpose()?);
    }
    Ok(rows)
}
