//! One message to thousands of viewers: tasuki beside the plainest loops that
//! one can write, and beside Nchan.
//!
//! ```sh
//! cargo xtask bench fanout            # builds, installs Nchan where it can, measures all
//! cargo xtask bench fanout steady --viewers 2000 --seconds 5 --rounds 1 --out target/fanout
//! ```
//!
//! ```text
//! conductor ──▶ measure ──▶ Run     a server with everybody watching (`tasuki_bench::run`)
//!   results                  ├────▶ subject   tasuki; plain: nchan, this program as raw, uring, tokio
//!   page, plot               └────▶ crowds ═══▶ crowd ─▶ viewer ─▶ scan    this program again
//!                                                 └───▶ tally
//! ```
//!
//! The conductor starts each server and the viewers as processes of their own,
//! each side on one processor, and says to the viewers when a message is sent.

mod crowd;
mod measure;
mod nchan;
mod page;
mod plain;
mod plan;
mod plot;
mod raw;
mod results;
mod round;
mod scan;
mod small_tasks;
mod subject;
mod tally;
mod uring;
mod viewer;
mod wire;

use std::env;

use anyhow::{Result, bail};
use tasuki_bench::machine::Circumstances;

use crate::crowd::Audience;
use crate::measure::measure;
use crate::plan::{Case, Mode, Plan};
use crate::results::{Outcome, keep};
use crate::round::When;
use crate::subject::Kind;

fn main() -> Result<()> {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["--role", "raw"] => raw::run(When::Each),
        ["--role", "raw-pending"] => raw::run(When::Pending),
        ["--role", "uring"] => uring::run(When::Each),
        ["--role", "uring-pending"] => uring::run(When::Pending),
        ["--role", "tokio"] => small_tasks::run(),
        ["--role", "crowd", ref rest @ ..] => crowd::run(audience(rest)?),
        ["--help" | "-h"] => {
            println!("{}", plan::HELP);
            Ok(())
        }
        _ => conduct(&Plan::from_arguments(words.into_iter().map(str::to_owned))?),
    }
}

/// What `crowds.rs` tells a crowd at its start.
fn audience<'a>(words: &[&'a str]) -> Result<Audience<'a>> {
    let [address, path, numbers @ ..] = words else {
        bail!("a crowd needs an address and a path");
    };
    let numbers: Vec<u32> = numbers
        .iter()
        .map(|it| it.parse())
        .collect::<Result<_, _>>()?;
    let [viewers, first, apart, base, sampled] = numbers[..] else {
        bail!("a crowd needs five numbers");
    };
    Ok(Audience {
        address: address.parse()?,
        path,
        viewers,
        first,
        apart,
        base,
        sampled,
    })
}

/// Measures what is asked for, one case after the other.
fn conduct(plan: &Plan) -> Result<()> {
    let mut circumstances = Circumstances::find(nchan::version())?;
    for argument in &plan.tasuki_arguments {
        circumstances.tasuki += &format!(" {argument}");
    }
    let mut kinds = Vec::new();
    for kind in &plan.servers {
        match kind.missing()? {
            Some(reason) => println!("without {}: {reason}", kind.name()),
            None => kinds.push(*kind),
        }
    }
    for case in plan.cases() {
        let outcome = rounds(plan, &case, &kinds, &circumstances)?;
        keep(&plan.out, &case.name(), &outcome)?;
    }
    println!("results: {}/fanout.md", plan.out.display());
    Ok(())
}

/// Several rounds of a case, in each of which the servers take turns: what the
/// machine does beside falls on all of them.
fn rounds(plan: &Plan, case: &Case, kinds: &[Kind], on: &Circumstances) -> Result<Outcome> {
    let is_for = |kind: &&Kind| case.mode != Mode::Commit || kind.merges();
    let kinds: Vec<&Kind> = kinds.iter().filter(is_for).collect();
    let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
    let mut outcome = Outcome::new(case, on, &names);
    for round in 1..=plan.rounds {
        for (kind, measured) in kinds.iter().zip(&mut outcome.servers) {
            let subject = format!("{} {round} {}", case.name(), kind.name());
            match measure(case, **kind, &plan.tasuki_arguments) {
                Ok(figures) => {
                    println!("{subject}: {}", figures.summary());
                    measured.add(figures);
                }
                // A server that cannot do it is a result; the others go on.
                Err(error) => {
                    println!("{subject}: {error:#}");
                    measured.failures.push(format!("{error:#}"));
                }
            }
        }
    }
    Ok(outcome)
}
