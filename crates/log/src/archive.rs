//! Months of the log of operations that are kept in files.
//!
//! A month that is over is written to a file, the file is read back, and only then
//! does the database let go of it. What it held stands in [`Archived`], which stays
//! in the database: whoever looks for it there is told where it is.

use std::fmt;
use std::str::FromStr;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tasuki_race::Instant;

use crate::error::LogError;
use crate::hash::Hash;
use crate::operations::{Deed, Operation};

/// Operations in a page of a month.
pub(crate) const MONTH_PAGE_ROWS: u32 = 1_000;

/// A month of UTC, written like `2026-09`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: u16,
    month: u8,
}

/// Why a text is not a [`Month`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a month: write it like 2026-09")]
pub struct NotAMonth;

/// A month, or what of it came late, that is in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archived {
    /// Which.
    pub month: Month,
    /// 1; what came after the first was archived has 2, and so on.
    pub part: u32,
    /// The least number in it.
    pub first: u64,
    /// The greatest. Others between the two may belong to other months.
    pub last: u64,
    /// Operations in it.
    pub count: u64,
    /// Of its lines, before compression.
    pub sha256: Hash,
    /// The file's name.
    pub file: String,
    /// Where it was put, without what is secret.
    pub place: String,
    /// When.
    pub at: Instant,
}

/// Lets go of months, and takes them back.
#[async_trait]
pub trait Archive: Send + Sync {
    /// When something was done first from then on, as far as it is in the database.
    async fn earliest(&self, from: Instant) -> Result<Option<Instant>, LogError>;

    /// What was done in a month, in the order of numbers and behind one; empty where
    /// nothing more was.
    async fn of_month(&self, month: Month, after: u64) -> Result<Vec<Operation>, LogError>;

    /// What is in files, the newest month first.
    async fn archived(&self) -> Result<Vec<Archived>, LogError>;

    /// Lets go of a month, and writes down that it did. Gives the operation's
    /// number; none, and nothing is done, where the month has other operations by
    /// now than those that were counted.
    async fn let_go(&self, archived: &Archived, deed: &Deed) -> Result<Option<u64>, LogError>;

    /// Takes a month back, and writes down that it did. None, and nothing is done,
    /// where it is not in a file.
    async fn take_back(
        &self,
        archived: &Archived,
        operations: &[Operation],
        deed: &Deed,
    ) -> Result<Option<u64>, LogError>;
}

impl Month {
    /// The one that a moment belongs to; none before the year 0 and after 9999.
    #[must_use]
    pub fn of(moment: Instant) -> Option<Self> {
        moment.to_string().get(..7)?.parse().ok()
    }

    /// Its first moment.
    ///
    /// # Errors
    /// Where the year is beyond what a moment can be.
    pub fn begin(self) -> Result<Instant, NotAMonth> {
        format!("{self}-01T00:00:00Z")
            .parse()
            .map_err(|_| NotAMonth)
    }

    /// The first moment behind it.
    ///
    /// # Errors
    /// Where the year is beyond what a moment can be.
    pub fn end(self) -> Result<Instant, NotAMonth> {
        self.next().begin()
    }

    fn next(self) -> Self {
        match self.month {
            12 => Self {
                year: self.year + 1,
                month: 1,
            },
            month => Self {
                month: month + 1,
                ..self
            },
        }
    }

    /// From its first moment to the first behind it, milliseconds.
    pub(crate) fn span_ms(self) -> Result<(i64, i64), LogError> {
        let invalid = |error: NotAMonth| LogError::Invalid(error.to_string());
        let (begin, end) = (self.begin().map_err(invalid)?, self.end().map_err(invalid)?);
        Ok((begin.ms(), end.ms()))
    }
}

impl FromStr for Month {
    type Err = NotAMonth;

    fn from_str(text: &str) -> Result<Self, NotAMonth> {
        let (year, month) = text.split_once('-').ok_or(NotAMonth)?;
        let digits = |text: &str, wanted| {
            text.len() == wanted && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !digits(year, 4) || !digits(month, 2) {
            return Err(NotAMonth);
        }
        let (year, month) = (
            year.parse().map_err(|_| NotAMonth)?,
            month.parse().map_err(|_| NotAMonth)?,
        );
        match month {
            1..=12 => Ok(Self { year, month }),
            _ => Err(NotAMonth),
        }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// An operation as a line of a file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    number: u64,
    at: Instant,
    kind: String,
    by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    about: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    detail: Map<String, Value>,
}

impl Operation {
    /// As a line of an archive: JSON, the same each time, without the newline.
    ///
    /// # Errors
    /// Where its moment cannot be written.
    pub fn line(&self) -> Result<String, LogError> {
        let Self { number, deed } = self.clone();
        let line = Line {
            number,
            at: deed.at,
            kind: deed.kind,
            by: deed.by,
            about: deed.about,
            why: deed.why,
            detail: deed.detail,
        };
        serde_json::to_string(&line).map_err(LogError::unavailable)
    }

    /// Reads such a line.
    ///
    /// # Errors
    /// Says what is not understood.
    pub fn from_line(line: &str) -> Result<Self, serde_json::Error> {
        let line: Line = serde_json::from_str(line)?;
        Ok(Self {
            number: line.number,
            deed: Deed {
                at: line.at,
                kind: line.kind,
                by: line.by,
                about: line.about,
                why: line.why,
                detail: line.detail,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_begins_where_the_one_before_ends() {
        let december: Month = "2026-12".parse().expect("a month");
        let end = december.end().expect("a moment");
        assert_eq!(end.to_string(), "2027-01-01T00:00:00.000Z");
        assert_eq!(
            Month::of(end).map(|it| it.to_string()).as_deref(),
            Some("2027-01")
        );
        let last = Instant::from_ms(end.ms() - 1);
        assert_eq!(Month::of(last), Some(december));
        assert_eq!(december.begin().ok().and_then(Month::of), Some(december));
    }

    #[test]
    fn what_is_no_month_is_refused() {
        for text in [
            "",
            "2026",
            "2026-13",
            "2026-00",
            "2026-9",
            "26-09",
            "2026-09-01",
            "+026-09",
        ] {
            assert_eq!(text.parse::<Month>(), Err(NotAMonth), "{text}");
        }
    }
}
