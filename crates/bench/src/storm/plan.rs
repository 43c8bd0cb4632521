//! What is measured: the arguments.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use tasuki_bench::arguments::number;

pub(crate) const HELP: &str = "\
storm [--SETTING VALUE ...]

A server is ended and started again while everybody watches: asked to stop, then killed

Settings
  --viewers 10000           how many
  --out bench/results       where storm.json and storm.md are written";

/// What is asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Plan {
    pub(crate) viewers: u32,
    #[serde(skip)]
    pub(crate) out: PathBuf,
}

impl Plan {
    /// From words as of a command line.
    pub(crate) fn from_arguments(mut words: impl Iterator<Item = String>) -> Result<Self> {
        let mut plan = Self {
            viewers: 10_000,
            out: "bench/results".into(),
        };
        while let Some(name) = words.next() {
            let value = words.next().context(HELP)?;
            let whole = || number(&value).context(HELP);
            match name.as_str() {
                "--viewers" => plan.viewers = whole()?,
                "--out" => plan.out = value.into(),
                _ => bail!(HELP),
            }
        }
        Ok(plan)
    }
}
