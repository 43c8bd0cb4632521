//! What an import would do, row by row.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use tasuki_race::{EventId, Fact, Instant, Name, Slug};

use crate::decode::Delimiter;

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "RowOutcome")]
pub enum Outcome {
    /// Something new is recorded.
    Add,
    /// Something that was there is replaced.
    Change,
    /// It is there already.
    Unchanged,
    /// It was recorded from a file before, or stands in this one twice.
    Duplicate,
    /// It cannot be understood; nothing is recorded of it.
    Reject,
}

/// What a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "RowSubject")]
pub enum What {
    /// A competitor or team.
    Entry,
    /// Who runs a leg.
    Member,
    /// A bib at a checkpoint at a time.
    Passage,
    /// The same without a bib.
    Time,
    /// The same without a time.
    Bib,
    /// When somebody starts.
    Start,
}

/// Something odd about a row that is taken all the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "RowWarning")]
pub struct Warning {
    /// A stable slug.
    pub code: Cow<'static, str>,
    /// The same in words.
    pub detail: String,
}

/// Why a row is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) code: &'static str,
    pub(crate) detail: String,
}

impl Trouble {
    pub(crate) fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
        }
    }
}

/// A row of the file, or one cell of it where each cell says something.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "ImportedRow")]
pub struct Row {
    /// Where it begins in the file, counted from 1.
    pub line: u64,
    /// What it is about.
    pub what: What,
    /// What becomes of it.
    pub outcome: Outcome,
    /// The bib, as it was understood.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bib: Option<String>,
    /// The name that goes with the bib.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// The leg of a member or a start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leg: Option<Slug>,
    /// Where something was observed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<Slug>,
    /// When, as it was understood.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<Instant>,
    /// The id of the fact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<EventId>,
    /// Its number in the log, once it is recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    /// What is replaced.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub before: Map<String, Value>,
    /// By what.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub after: Map<String, Value>,
    /// Why it is not taken, as a stable slug.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'static str>,
    /// What to change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What is odd about it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
}

impl Row {
    pub(crate) fn new(line: u64, what: What) -> Self {
        Self {
            line,
            what,
            outcome: Outcome::Unchanged,
            bib: None,
            name: None,
            leg: None,
            checkpoint: None,
            time: None,
            event: None,
            seq: None,
            before: Map::new(),
            after: Map::new(),
            code: None,
            detail: None,
            warnings: Vec::new(),
        }
    }

    /// Marks the row as refused.
    pub fn reject(&mut self, code: &'static str, detail: impl Into<String>) {
        self.outcome = Outcome::Reject;
        self.code = Some(code);
        self.detail = Some(detail.into());
        self.event = None;
    }

    pub(crate) fn refuse(&mut self, trouble: Trouble) {
        self.reject(trouble.code, trouble.detail);
    }

    pub(crate) fn duplicate_of(&mut self, detail: impl Into<String>) {
        self.outcome = Outcome::Duplicate;
        self.detail = Some(detail.into());
    }

    /// Adds a remark, unless one of its kind is there.
    pub fn warn(&mut self, code: impl Into<Cow<'static, str>>, detail: impl Into<String>) {
        let code = code.into();
        if self.warnings.iter().all(|warning| warning.code != code) {
            self.warnings.push(Warning {
                code,
                detail: detail.into(),
            });
        }
    }
}

/// A fact that the import would record, and the rows that it comes from.
#[derive(Debug)]
pub struct Planned {
    /// The fact.
    pub fact: Fact,
    /// Positions in [`Plan::rows`].
    pub rows: Vec<usize>,
}

/// How many rows have each outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[expect(missing_docs, reason = "each is the outcome of that name")]
#[schemars(rename = "ImportSummary")]
pub struct Summary {
    pub add: usize,
    pub change: usize,
    pub unchanged: usize,
    pub duplicate: usize,
    pub reject: usize,
}

/// What importing a file would do.
#[derive(Debug)]
pub struct Plan {
    /// The encoding that the file was read in.
    pub encoding: &'static str,
    /// Of a file of cells.
    pub delimiter: Option<Delimiter>,
    /// What was found in which column, by its header.
    pub columns: Map<String, Value>,
    /// Headers of columns that were not understood, and not used.
    pub ignored: Vec<String>,
    /// What becomes of each row, in the order of the file.
    pub rows: Vec<Row>,
    /// What to record, in order.
    pub facts: Vec<Planned>,
}

impl Plan {
    /// Counts the outcomes.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let mut summary = Summary::default();
        for row in &self.rows {
            *match row.outcome {
                Outcome::Add => &mut summary.add,
                Outcome::Change => &mut summary.change,
                Outcome::Unchanged => &mut summary.unchanged,
                Outcome::Duplicate => &mut summary.duplicate,
                Outcome::Reject => &mut summary.reject,
            } += 1;
        }
        summary
    }
}
