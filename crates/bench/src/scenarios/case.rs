//! The scenarios, and how many times as large they are played.

use serde::{Deserialize, Serialize};
use tasuki_bench::relay;

/// What happens on a race day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Scenario {
    Normal,
    Peak,
    Soak,
}

impl Scenario {
    pub(crate) const ALL: [Self; 3] = [Self::Normal, Self::Peak, Self::Soak];

    /// As it is called in arguments and results, and its script in `bench/k6`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Peak => "peak",
            Self::Soak => "soak",
        }
    }
}

/// A scenario, so many times as large.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Case {
    pub(crate) scenario: Scenario,
    pub(crate) times: u32,
    pub(crate) viewers: u32,
    /// Who enters passages.
    pub(crate) people: u32,
    /// What each of them enters.
    pub(crate) teams_per_minute: u32,
    pub(crate) seconds: u32,
}

/// Who enters passages, where nothing is multiplied.
const PEOPLE: u32 = 4;

impl Case {
    /// As the scenario has it.
    pub(crate) fn new(scenario: Scenario, times: u32, seconds: u32) -> Self {
        let (viewers, teams_per_minute) = match scenario {
            Scenario::Normal | Scenario::Soak => (1_000, 10),
            Scenario::Peak => (2_000, 20),
        };
        Self {
            scenario,
            times,
            viewers: viewers * times,
            people: PEOPLE * times,
            teams_per_minute,
            seconds,
        }
    }

    /// Its name in the results.
    pub(crate) fn name(&self) -> String {
        format!("{}-{}", self.scenario.name(), self.times)
    }

    /// Passages that are entered.
    pub(crate) fn passages(&self) -> u32 {
        self.people * (self.teams_per_minute * self.seconds / 60)
    }

    /// Passages at all checkpoints at which somebody stands.
    pub(crate) fn passages_max(&self) -> u32 {
        let each = (self.teams_per_minute * self.seconds / 60).max(1);
        self.people * each.next_multiple_of(relay::TEAMS)
    }
}
