//! What a server answers, as far as a sender needs it.

use std::fmt;

use serde::Deserialize;

/// What became of the facts of one request, in their order.
#[derive(Debug, Deserialize)]
pub(crate) struct Answer {
    /// One per fact.
    pub(crate) results: Vec<Item>,
}

/// What became of one fact.
#[derive(Debug, Deserialize)]
pub(crate) struct Item {
    pub(crate) outcome: Outcome,
    /// Why it was rejected.
    pub(crate) code: Option<String>,
    pub(crate) detail: Option<String>,
    /// What is odd about it.
    #[serde(default)]
    pub(crate) warnings: Vec<Warning>,
}

/// Whether a fact is in the log now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// Since now.
    Accepted,
    /// Since an earlier request.
    Duplicate,
    /// It is not.
    Rejected,
}

/// A fact that was recorded and stands on the review list.
#[derive(Debug, Deserialize)]
pub(crate) struct Warning {
    pub(crate) code: String,
}

/// Why a whole request was refused (RFC 9457).
#[derive(Debug, Deserialize)]
pub(super) struct Problem {
    title: String,
    detail: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.detail.as_deref().unwrap_or(&self.title))
    }
}
