//! What is played: the arguments, and the cases that come of them.

use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use tasuki_bench::arguments::{number, numbers};
use tasuki_bench::relay;

use crate::case::{Case, Scenario};
use crate::measure::PAST;

pub(crate) const HELP: &str = "\
scenarios [SCENARIO ...] [--SETTING VALUE ...]

Scenarios (default: all)
  normal     1,000 viewers, 4 people who enter 10 teams a minute each; every request < 1 s
  peak       2,000 viewers, 4 people who enter 20 teams a minute each; 95 % of requests < 2 s
  soak       normal for as long as --soak-minutes says

Settings
  --times 1,5               how many times as many viewers and people
  --seconds 120             of normal and peak
  --soak-minutes 2
  --viewers N               instead of the scenario's
  --teams-per-minute N      of each person, likewise
  --k6 PATH                 the program, where it is not in PATH
  --scripts bench/k6        what k6 plays
  --out bench/results       where scenarios.json and scenarios.md are brought up to date";

/// What is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    scenarios: Vec<Scenario>,
    times: Vec<u32>,
    seconds: u32,
    soak_minutes: u32,
    viewers: Option<u32>,
    teams_per_minute: Option<u32>,
    pub(crate) k6: PathBuf,
    pub(crate) scripts: PathBuf,
    pub(crate) out: PathBuf,
}

impl Plan {
    /// From words as of a command line.
    pub(crate) fn from_arguments(mut words: impl Iterator<Item = String>) -> Result<Self> {
        let mut plan = Self {
            scenarios: Vec::new(),
            times: vec![1, 5],
            seconds: 120,
            soak_minutes: 2,
            viewers: None,
            teams_per_minute: None,
            k6: "k6".into(),
            scripts: "bench/k6".into(),
            out: "bench/results".into(),
        };
        while let Some(word) = words.next() {
            let mut all = Scenario::ALL.into_iter();
            if let Some(scenario) = all.find(|scenario| scenario.name() == word) {
                plan.scenarios.push(scenario);
            } else {
                plan.set(&word, &words.next().context(HELP)?)?;
            }
        }
        if plan.scenarios.is_empty() {
            plan.scenarios = Scenario::ALL.to_vec();
        }
        for case in plan.cases() {
            ensure!(
                PAST + case.passages_max() <= relay::PASSAGES_MAX,
                "{} is more than the race has passages for: play it for less long",
                case.name()
            );
        }
        Ok(plan)
    }

    fn set(&mut self, name: &str, value: &str) -> Result<()> {
        match name {
            "--times" => self.times = numbers(value).context(HELP)?,
            "--seconds" => self.seconds = number(value).context(HELP)?,
            "--soak-minutes" => self.soak_minutes = number(value).context(HELP)?,
            "--viewers" => self.viewers = Some(number(value).context(HELP)?),
            "--teams-per-minute" => self.teams_per_minute = Some(number(value).context(HELP)?),
            "--k6" => self.k6 = value.into(),
            "--scripts" => self.scripts = value.into(),
            "--out" => self.out = value.into(),
            _ => bail!(HELP),
        }
        Ok(())
    }

    /// What is played, in order.
    pub(crate) fn cases(&self) -> Vec<Case> {
        let times = self.times.iter();
        let all = times.flat_map(|times| self.scenarios.iter().map(move |it| (*it, *times)));
        all.map(|(scenario, times)| self.case(scenario, times))
            .collect()
    }

    fn case(&self, scenario: Scenario, times: u32) -> Case {
        let seconds = match scenario {
            Scenario::Soak => self.soak_minutes * 60,
            _ => self.seconds,
        };
        let usual = Case::new(scenario, times, seconds);
        Case {
            viewers: self.viewers.unwrap_or(usual.viewers),
            teams_per_minute: self.teams_per_minute.unwrap_or(usual.teams_per_minute),
            ..usual
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(words: &str) -> Result<Plan> {
        Plan::from_arguments(words.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn all_scenarios_are_played_as_they_are_and_five_times_as_large() {
        let plan = plan("").expect("a plan");
        let names: Vec<String> = plan.cases().iter().map(Case::name).collect();
        assert_eq!(
            names,
            [
                "normal-1", "peak-1", "soak-1", "normal-5", "peak-5", "soak-5"
            ]
        );
        let largest = plan.cases()[4];
        assert_eq!((largest.viewers, largest.people), (10_000, 20));
    }

    #[test]
    fn what_is_not_understood_or_too_long_is_told() {
        for words in ["--times 0", "fast", "--seconds", "soak --soak-minutes 600"] {
            assert!(plan(words).is_err(), "{words}");
        }
    }
}
