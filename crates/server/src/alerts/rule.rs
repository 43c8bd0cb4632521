//! An alert: what is to be so, for how long, and what it means.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use crate::alerts::series::Measure;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "AlertSeverity")]
pub(crate) enum Severity {
    /// To be looked at.
    Warning,
    /// The race suffers, or will within minutes.
    Critical,
}

/// In what the value of an alert is told: whole numbers, as everything that the
/// server says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "AlertUnit")]
pub(crate) enum Unit {
    /// Milliseconds.
    Ms,
    /// Thousandths.
    Permille,
    /// So many.
    Count,
    /// Seconds.
    Seconds,
}

/// What those who watch, and those who enter, notice of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "StatusPart")]
pub(crate) enum Part {
    /// Taking passages in.
    Entry,
    /// Keeping them.
    Log,
    /// Showing them as they come.
    Stream,
}

/// When it is so.
#[derive(Clone, Copy, Debug)]
pub(crate) enum When {
    /// More than that.
    Over(Measure, f64),
    /// Less than that.
    Under(Measure, f64),
    /// That or more.
    AtLeast(Measure, f64),
    /// Exactly that.
    Is(Measure, f64),
    /// The first, while the others are so too.
    All(&'static [When]),
    /// Any of them.
    Any(&'static [When]),
}

/// An alert.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) name: &'static str,
    pub(crate) severity: Severity,
    pub(crate) when: When,
    /// How long it has to be so, seconds.
    pub(crate) for_s: u32,
    pub(crate) unit: Unit,
    /// What is wrong, in a few words.
    pub(crate) summary: &'static str,
    /// What to look at first: the file in `deploy/runbooks`.
    pub(crate) runbook: &'static str,
    /// What people notice; none where only the operator does.
    pub(crate) disturbs: Option<Part>,
}

impl Severity {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

impl Unit {
    /// A value in this unit.
    pub(crate) fn whole(self, value: f64) -> i64 {
        let value = match self {
            Self::Ms | Self::Permille => value * 1_000.0,
            Self::Count | Self::Seconds => value,
        };
        // Beyond all counting, and what is no number, are the most there is and none.
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a float is cast to the nearest"
        )]
        let whole = value.round() as i64;
        whole
    }
}

impl When {
    /// The bound that the value of the alert is held against.
    pub(crate) fn threshold(&self) -> f64 {
        match self {
            Self::Over(_, bound)
            | Self::Under(_, bound)
            | Self::AtLeast(_, bound)
            | Self::Is(_, bound) => *bound,
            Self::All(conditions) | Self::Any(conditions) => {
                conditions.first().map_or(0.0, Self::threshold)
            }
        }
    }

    pub(crate) fn measures(&self) -> Vec<Measure> {
        match self {
            Self::Over(measure, _)
            | Self::Under(measure, _)
            | Self::AtLeast(measure, _)
            | Self::Is(measure, _) => vec![*measure],
            Self::All(conditions) | Self::Any(conditions) => {
                conditions.iter().flat_map(Self::measures).collect()
            }
        }
    }
}

impl Rule {
    /// Where it says what to look at first.
    pub(crate) fn runbook_path(&self) -> String {
        format!("deploy/runbooks/{}.md", self.runbook)
    }
}

/// In PromQL.
impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |conditions: &[Self], between: &str| {
            let conditions: Vec<_> = conditions.iter().map(|it| format!("({it})")).collect();
            conditions.join(between)
        };
        match self {
            Self::Over(measure, bound) => write!(f, "{measure} > {bound}"),
            Self::Under(measure, bound) => write!(f, "{measure} < {bound}"),
            Self::AtLeast(measure, bound) => write!(f, "{measure} >= {bound}"),
            Self::Is(measure, bound) => write!(f, "{measure} == {bound}"),
            Self::All(conditions) => f.write_str(&list(conditions, " and ")),
            Self::Any(conditions) => f.write_str(&list(conditions, " or ")),
        }
    }
}
