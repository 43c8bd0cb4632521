//! What is measured: the arguments.

use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use tasuki_bench::arguments::number;

pub(crate) const HELP: &str = "\
soak [--SETTING VALUE ...]

People who come and go for long: what a server keeps of those who are gone

Settings
  --minutes 60              how long; 0.5 is half a minute
  --viewers 2000            how many come and go
  --stay 45                 seconds that one stays, on average
  --rate 1                  requests a second that change the standings, once it has settled
  --seed N                  of what everybody does; printed, and drawn where it is not given
  --out bench/results       where soak.json, soak.md and soak.svg are written";

/// A week is long enough.
const MINUTES: RangeInclusive<f64> = 0.1..=10_080.0;
const RATES: RangeInclusive<f64> = 0.1..=100.0;
/// Away between two visits, on average: a phone that changes its network.
const AWAY_S: f64 = 4.0;

/// What is asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Plan {
    pub(crate) minutes: f64,
    pub(crate) viewers: u32,
    pub(crate) stay_s: u32,
    pub(crate) rate: f64,
    pub(crate) seed: u64,
    #[serde(skip)]
    pub(crate) out: PathBuf,
}

impl Plan {
    /// From words as of a command line.
    pub(crate) fn from_arguments(mut words: impl Iterator<Item = String>) -> Result<Self> {
        let mut plan = Self {
            minutes: 60.0,
            viewers: 2_000,
            stay_s: 45,
            rate: 1.0,
            seed: rand::random(),
            out: "bench/results".into(),
        };
        while let Some(name) = words.next() {
            let value = words.next().context(HELP)?;
            let whole = || number(&value).context(HELP);
            match name.as_str() {
                "--minutes" => plan.minutes = within(&value, MINUTES)?,
                "--rate" => plan.rate = within(&value, RATES)?,
                "--viewers" => plan.viewers = whole()?,
                "--stay" => plan.stay_s = whole()?,
                "--seed" => plan.seed = value.parse().context(HELP)?,
                "--out" => plan.out = value.into(),
                _ => bail!(HELP),
            }
        }
        Ok(plan)
    }

    /// Between two requests, once the server has settled.
    pub(crate) fn every(&self) -> Duration {
        Duration::from_secs_f64(1.0 / self.rate)
    }

    pub(crate) fn length(&self) -> Duration {
        Duration::from_secs_f64(self.minutes * 60.0)
    }

    /// Of a visit, on average.
    pub(crate) fn stay_mean(&self) -> Duration {
        Duration::from_secs(self.stay_s.into())
    }

    /// Between two visits, on average.
    pub(crate) fn away_mean() -> Duration {
        Duration::from_secs_f64(AWAY_S)
    }
}

fn within(value: &str, bounds: RangeInclusive<f64>) -> Result<f64> {
    let number = value.parse().ok();
    number.filter(|it| bounds.contains(it)).context(HELP)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_understood_is_told() {
        let plan = |words: &str| Plan::from_arguments(words.split(' ').map(str::to_owned));
        for words in [
            "--minutes 0",
            "--minutes NaN",
            "--rate 0",
            "--minutes",
            "--speed 2",
            "--seed x",
        ] {
            assert!(plan(words).is_err(), "{words}");
        }
        let plan = plan("--minutes 2 --seed 7").expect("a plan");
        assert_eq!((plan.length().as_secs(), plan.seed), (120, 7));
    }
}
