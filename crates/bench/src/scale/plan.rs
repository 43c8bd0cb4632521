//! What is measured: the arguments.

use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use tasuki_bench::arguments::{number, numbers};
use tasuki_bench::relay;
use tasuki_bench::run::{Pace, Setup, WARM_UP};

pub(crate) const HELP: &str = "\
scale [--SETTING VALUE ...]

One server with more and more viewers at one rate: what a delivery costs, how late it is,
what a viewer takes

Settings
  --viewers 1000,2000,5000,10000,15000,19000    a fresh server for each
  --rate 5                  messages a second
  --seconds 20
  --idle 5                  seconds without a message, for what idling costs
  --rounds 1                with each number of viewers; figures are the median
  --out bench/results       where scale.json, scale.md and scale.svg are written";

/// What is asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Plan {
    /// In the order of the curves.
    pub(crate) viewers: Vec<u32>,
    pub(crate) rate: u32,
    pub(crate) seconds: u32,
    pub(crate) idle_s: u32,
    pub(crate) rounds: u32,
    #[serde(skip)]
    pub(crate) out: PathBuf,
}

impl Plan {
    /// From words as of a command line.
    pub(crate) fn from_arguments(mut words: impl Iterator<Item = String>) -> Result<Self> {
        let mut plan = Self {
            viewers: vec![1_000, 2_000, 5_000, 10_000, 15_000, 19_000],
            rate: 5,
            seconds: 20,
            idle_s: 5,
            rounds: 1,
            out: "bench/results".into(),
        };
        while let Some(name) = words.next() {
            plan.set(&name, &words.next().context(HELP)?)?;
        }
        plan.viewers.sort_unstable();
        plan.viewers.dedup();
        ensure!(
            plan.messages_max() <= relay::PASSAGES_MAX,
            "that is more than the race has passages for: measure for less long"
        );
        Ok(plan)
    }

    fn set(&mut self, name: &str, value: &str) -> Result<()> {
        let whole = || number(value).context(HELP);
        match name {
            "--viewers" => self.viewers = numbers(value).context(HELP)?,
            "--rate" => self.rate = whole()?,
            "--seconds" => self.seconds = whole()?,
            "--idle" => self.idle_s = whole()?,
            "--rounds" => self.rounds = whole()?,
            "--out" => self.out = value.into(),
            _ => bail!(HELP),
        }
        Ok(())
    }

    /// So many viewers, and what they will be sent.
    pub(crate) fn setup(&self, viewers: u32) -> Setup<'static> {
        Setup {
            viewers,
            apart: 0,
            is_pinned: true,
            batch: 1,
            messages_max: self.messages_max(),
            arguments: &[],
        }
    }

    pub(crate) fn pace(&self) -> Pace {
        let Self { rate, seconds, .. } = *self;
        Pace::Clock { rate, seconds }
    }

    fn messages_max(&self) -> u32 {
        self.rate
            .saturating_mul(self.seconds)
            .saturating_add(WARM_UP)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(words: &str) -> Result<Plan> {
        Plan::from_arguments(words.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn curves_run_from_few_viewers_to_many() {
        let plan = plan("--viewers 300,20,100,20 --rate 10").expect("a plan");
        assert_eq!(plan.viewers, [20, 100, 300]);
        assert_eq!((plan.rate, plan.seconds), (10, 20));
        assert_eq!(plan.messages_max(), 205);
    }

    #[test]
    fn what_is_not_understood_or_too_long_is_told() {
        for words in [
            "--viewers",
            "--viewers 10,x",
            "--speed 1",
            "steady 5",
            "--rate 0",
            "--seconds 4000",
        ] {
            assert!(plan(words).is_err(), "{words}");
        }
    }
}
