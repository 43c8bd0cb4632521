//! What is measured: the arguments.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use tasuki_bench::arguments::number;
use tasuki_testkit::generate::Ekiden;

use crate::means::MANY;

pub(crate) const HELP: &str = "\
wire [--SETTING VALUE ...]

Bytes on the wire for one viewer of a whole ekiden, by means of watching

Settings
  --teams 20   --legs 10   --splits 6         splits of each leg
  --viewers 200             of a stream, while its processor time is measured; 33 at least
  --out bench/results       where wire.json, wire.md and wire.svg are written";

/// What is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) size: Ekiden,
    pub(crate) viewers: usize,
    pub(crate) out: PathBuf,
}

impl Plan {
    /// From words as of a command line.
    pub(crate) fn from_arguments(mut words: impl Iterator<Item = String>) -> Result<Self> {
        let mut plan = Self {
            size: Ekiden {
                splits_per_leg: 6,
                ..Ekiden::default()
            },
            viewers: 200,
            out: "bench/results".into(),
        };
        while let Some(name) = words.next() {
            let value = words.next().context(HELP)?;
            let whole = || number(&value).context(HELP);
            match name.as_str() {
                "--teams" => plan.size.teams = whole()?,
                "--legs" => plan.size.legs = whole()?,
                "--splits" => plan.size.splits_per_leg = whole()?,
                "--viewers" => plan.viewers = whole()?.max(MANY + 1),
                "--out" => plan.out = value.into(),
                _ => bail!(HELP),
            }
        }
        Ok(plan)
    }
}
