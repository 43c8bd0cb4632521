//! What is measured: the arguments, and the cases that come of them.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use tasuki_bench::arguments::{number, numbers};
use tasuki_bench::relay;
use tasuki_bench::run::{Pace, Setup};

use crate::subject::Kind;

pub(crate) const HELP: &str = "\
fanout [MODE ...] [--SETTING VALUE ...]

Modes (default: all)
  steady     so many messages a second: what each costs, how late it arrives, what a viewer costs
  saturated  the next as soon as everybody has the one so many before it: the most there is
  overload   more than can be done, server and viewers on the same processors
  stalled    one viewer in a hundred stops reading for a minute
  commit     tasuki only: from a recorder's request to the last of 1,000 viewers

Settings (lists with commas; the defaults depend on the mode)
  --viewers 10000,19500     --rate 5          messages a second
  --seconds 20              --outstanding 2,8
  --rounds 3                --servers tasuki,tasuki-axum,raw,uring,tokio,nchan
                            also raw-pending, uring-pending: all that is pending in one call
  --idle 5                  seconds without a message, for what idling costs
  --tasuki-arguments '--tick-ms-max 0'        for `tasuki serve`, beside its own defaults; with
                            '--log postgres://…' an empty database of your own, and --rounds 1
  --out bench/results       where fanout.json and fanout.md are brought up to date";

/// How messages are paced, and what else happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Steady,
    Saturated,
    Overload,
    Stalled,
    Commit,
}

impl Mode {
    /// In the order in which they are measured.
    pub(crate) const ALL: [Self; 5] = [
        Self::Steady,
        Self::Saturated,
        Self::Overload,
        Self::Stalled,
        Self::Commit,
    ];

    /// As it is called in arguments and results.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Steady => "steady",
            Self::Saturated => "saturated",
            Self::Overload => "overload",
            Self::Stalled => "stalled",
            Self::Commit => "commit",
        }
    }
}

/// One case: what every server is put through.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case {
    pub(crate) mode: Mode,
    pub(crate) viewers: u32,
    /// Requests a second; where they are paced by what arrives, the most.
    pub(crate) rate: u32,
    pub(crate) seconds: u32,
    /// Messages under way at a time, where they are paced by what arrives.
    pub(crate) outstanding: u32,
    /// Messages in a request.
    pub(crate) batch: u32,
    pub(crate) idle_seconds: u32,
}

impl Case {
    /// Its name in the results.
    pub(crate) fn name(&self) -> String {
        let (mode, viewers) = (self.mode.name(), self.viewers);
        match self.mode {
            Mode::Saturated => format!("{mode}-{viewers}-{}", self.outstanding),
            _ => format!("{mode}-{viewers}"),
        }
    }

    /// Viewers that stop reading.
    fn apart(&self) -> u32 {
        match self.mode {
            Mode::Stalled => (self.viewers / 100).max(1),
            _ => 0,
        }
    }

    /// Who watches, and what they will be sent.
    pub(crate) fn setup<'a>(&self, arguments: &'a [String]) -> Setup<'a> {
        Setup {
            viewers: self.viewers,
            apart: self.apart(),
            is_pinned: !matches!(self.mode, Mode::Overload | Mode::Commit),
            batch: self.batch,
            messages_max: self.messages_max(),
            arguments,
        }
    }

    /// When a message is sent.
    pub(crate) fn pace(&self) -> Pace {
        let Self { rate, seconds, .. } = *self;
        match self.mode {
            Mode::Saturated => Pace::Arrivals {
                outstanding: self.outstanding,
                seconds,
                messages_max: self.messages_max(),
            },
            _ => Pace::Clock { rate, seconds },
        }
    }

    /// Most messages that may be sent.
    fn messages_max(&self) -> u32 {
        let phases = if self.mode == Mode::Stalled { 2 } else { 1 };
        match self.mode {
            Mode::Saturated => relay::PASSAGES_MAX,
            // Some before it begins.
            _ => self.rate * self.seconds * self.batch * phases + 10 * self.batch,
        }
    }
}

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    modes: Vec<Mode>,
    viewers: Option<Vec<u32>>,
    rate: Option<u32>,
    seconds: Option<u32>,
    outstanding: Option<Vec<u32>>,
    idle_seconds: Option<u32>,
    pub(crate) rounds: u32,
    pub(crate) tasuki_arguments: Vec<String>,
    pub(crate) servers: Vec<Kind>,
    pub(crate) out: PathBuf,
}

impl Plan {
    /// From words as of a command line.
    pub(crate) fn from_arguments(words: impl IntoIterator<Item = String>) -> Result<Self> {
        let mut plan = Self {
            rounds: 3,
            servers: Kind::USUAL.to_vec(),
            out: "bench/results".into(),
            ..Self::default()
        };
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            if let Some(mode) = Mode::ALL.into_iter().find(|mode| mode.name() == word) {
                plan.modes.push(mode);
            } else {
                plan.set(&word, &words.next().context(HELP)?)?;
            }
        }
        if plan.modes.is_empty() {
            plan.modes = Mode::ALL.to_vec();
        }
        Ok(plan)
    }

    fn set(&mut self, name: &str, value: &str) -> Result<()> {
        match name {
            "--viewers" => self.viewers = Some(numbers(value).context(HELP)?),
            "--outstanding" => self.outstanding = Some(numbers(value).context(HELP)?),
            "--rate" => self.rate = Some(number(value).context(HELP)?),
            "--seconds" => self.seconds = Some(number(value).context(HELP)?),
            "--idle" => self.idle_seconds = Some(number(value).context(HELP)?),
            "--rounds" => self.rounds = number(value).context(HELP)?,
            "--tasuki-arguments" => {
                self.tasuki_arguments = value.split_whitespace().map(str::to_owned).collect();
            }
            "--out" => self.out = value.into(),
            "--servers" => {
                let kind = |name: &str| Kind::ALL.into_iter().find(|kind| kind.name() == name);
                let kinds: Option<_> = value.split(',').map(kind).collect();
                self.servers = kinds.context(HELP)?;
            }
            _ => bail!(HELP),
        }
        Ok(())
    }

    /// What is measured, in order.
    pub(crate) fn cases(&self) -> Vec<Case> {
        self.modes
            .iter()
            .flat_map(|mode| self.cases_of(*mode))
            .collect()
    }

    fn cases_of(&self, mode: Mode) -> Vec<Case> {
        let (viewers, rate, seconds): (&[u32], u32, u32) = match mode {
            Mode::Steady => (&[10_000, 19_500], 5, 20),
            Mode::Saturated => (&[10_000], 0, 10),
            Mode::Overload => (&[19_500], 20, 15),
            Mode::Stalled => (&[5_000], 10, 60),
            Mode::Commit => (&[1_000], 20, 20),
        };
        let viewers = self.viewers.as_deref().unwrap_or(viewers);
        let outstanding = match mode {
            Mode::Saturated => self.outstanding.as_deref().unwrap_or(&[2, 8]),
            _ => &[0],
        };
        let case = |viewers, outstanding| Case {
            mode,
            viewers,
            rate: self.rate.unwrap_or(rate),
            seconds: self.seconds.unwrap_or(seconds),
            outstanding,
            batch: if mode == Mode::Commit { 10 } else { 1 },
            idle_seconds: match mode {
                Mode::Steady => self.idle_seconds.unwrap_or(5),
                _ => 0,
            },
        };
        let each = |viewers: &u32| {
            let viewers = *viewers;
            outstanding
                .iter()
                .map(move |outstanding| case(viewers, *outstanding))
        };
        viewers.iter().flat_map(each).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(words: &str) -> Vec<String> {
        let words = words.split_whitespace().map(str::to_owned);
        let plan = Plan::from_arguments(words).expect("a plan");
        plan.cases().iter().map(Case::name).collect()
    }

    #[test]
    fn lists_multiply_and_everything_has_a_default() {
        assert_eq!(names("steady"), ["steady-10000", "steady-19500"]);
        assert_eq!(
            names("saturated --viewers 5,7 --outstanding 2,8"),
            [
                "saturated-5-2",
                "saturated-5-8",
                "saturated-7-2",
                "saturated-7-8"
            ]
        );
        assert_eq!(names("").len(), 7);
    }

    #[test]
    fn what_is_not_understood_is_told() {
        for words in ["--viewers", "--viewers x", "--speed 1", "fast", "--rate 0"] {
            let words = words.split(' ').map(str::to_owned);
            assert!(Plan::from_arguments(words).is_err());
        }
    }
}
