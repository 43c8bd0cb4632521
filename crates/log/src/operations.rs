//! What was done to the server: by whom, when and why. Kept beside the race
//! log, in the same database and never in the log itself.
//!
//! A [`Deed`] is what somebody has done; the database gives it its number, which
//! makes it an [`Operation`]. Like a fact, it is never changed.

use async_trait::async_trait;
use serde_json::{Map, Value};
use tasuki_race::Instant;

use crate::archive::Archive;
use crate::error::LogError;
use crate::minutes::Minutes;
use crate::record::ACTOR_CHARS_MAX;

/// Longest `kind`, characters.
const KIND_CHARS_MAX: usize = 64;
/// Longest `about`, characters: an id or a name.
const ABOUT_CHARS_MAX: usize = 200;
/// Longest `why`, characters: as a fact's note.
pub const WHY_CHARS_MAX: usize = 500;
/// Largest `detail`, bytes of JSON: a few names and numbers.
const DETAIL_BYTES_MAX: usize = 4_096;
/// Most operations in a page.
pub const OPERATIONS_PAGE_MAX: u32 = 1_000;

/// Something that was done.
#[derive(Clone, Debug, PartialEq)]
pub struct Deed {
    /// When, by the server's clock.
    pub at: Instant,
    /// What, as a slug such as `setting_changed`.
    pub kind: String,
    /// By whom, at most [`ACTOR_CHARS_MAX`] characters.
    pub by: String,
    /// To what: an id or a name, at most 200 characters.
    pub about: Option<String>,
    /// For what reason, at most [`WHY_CHARS_MAX`] characters.
    pub why: Option<String>,
    /// What else there is to know, at most 4 KiB as JSON.
    pub detail: Map<String, Value>,
}

/// A deed in the log of operations.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// 1, 2, 3 … without a gap.
    pub number: u64,
    /// What was done.
    pub deed: Deed,
}

/// Which operations are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// Only those before that number; of a span of time, those that come behind it on
    /// the way into the past.
    pub before: Option<u64>,
    /// So many at most, and never more than [`OPERATIONS_PAGE_MAX`].
    pub limit: u32,
    /// Only those of that kind.
    pub kind: Option<String>,
    /// Only those at that moment or later.
    pub from: Option<Instant>,
    /// Only those before that moment.
    pub until: Option<Instant>,
}

/// Writes down what is done, and reads it back.
#[async_trait]
pub trait Operations: Archive + Minutes {
    /// Writes down what was done; durable when it returns. Gives its number:
    /// whoever has read up to it never finds anything new below.
    ///
    /// # Errors
    /// [`LogError::Invalid`] if it is longer than it may be.
    async fn append(&self, deed: &Deed) -> Result<u64, LogError>;

    /// What is wanted, the newest first: by number, and of a span of time by time.
    async fn page(&self, search: &Search) -> Result<Vec<Operation>, LogError>;

    /// Prepares for the months to come, where the engine keeps each apart. To be
    /// called at the start, and at least once a month; where it was not, nothing
    /// is lost.
    async fn make_room(&self) -> Result<(), LogError>;
}

impl Deed {
    /// Something that `by` does at that moment.
    #[must_use]
    pub fn new(at: Instant, kind: impl Into<String>, by: impl Into<String>) -> Self {
        Self {
            at,
            kind: kind.into(),
            by: by.into(),
            about: None,
            why: None,
            detail: Map::new(),
        }
    }

    /// To what it is done.
    #[must_use]
    pub fn about(self, about: impl Into<String>) -> Self {
        Self {
            about: Some(about.into()),
            ..self
        }
    }

    /// For what reason.
    #[must_use]
    pub fn why(self, why: impl Into<String>) -> Self {
        Self {
            why: Some(why.into()),
            ..self
        }
    }

    /// Something else to know of it.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.detail.insert(name.to_owned(), value.into());
        self
    }

    /// As the database keeps it, if all of it can be kept.
    pub(crate) fn columns(&self) -> Result<Columns<'_>, LogError> {
        let (about, why) = (self.about.as_deref(), self.why.as_deref());
        check_text("kind", &self.kind, KIND_CHARS_MAX)?;
        check_text("by", &self.by, ACTOR_CHARS_MAX)?;
        check_text("about", about.unwrap_or(""), ABOUT_CHARS_MAX)?;
        check_text("why", why.unwrap_or(""), WHY_CHARS_MAX)?;
        let detail = Value::Object(self.detail.clone()).to_string();
        // Postgres reads no NUL in JSON either.
        if detail.len() > DETAIL_BYTES_MAX || detail.contains("\\u0000") {
            return Err(LogError::Invalid(format!(
                "`detail` must be at most {DETAIL_BYTES_MAX} bytes, and no NUL"
            )));
        }
        Ok(Columns {
            at_ms: self.at.ms(),
            kind: &self.kind,
            by: &self.by,
            about,
            why,
            detail,
        })
    }
}

/// A deed as it is kept.
pub(crate) struct Columns<'d> {
    pub(crate) at_ms: i64,
    pub(crate) kind: &'d str,
    pub(crate) by: &'d str,
    pub(crate) about: Option<&'d str>,
    pub(crate) why: Option<&'d str>,
    pub(crate) detail: String,
}

fn check_text(field: &str, text: &str, chars_max: usize) -> Result<(), LogError> {
    // Postgres cannot keep a NUL in a text.
    if text.chars().count() > chars_max || text.contains('\0') {
        return Err(LogError::Invalid(format!(
            "`{field}` must be at most {chars_max} characters, and no NUL"
        )));
    }
    Ok(())
}

/// A value of a [`Search`], as a parameter of its query.
pub(crate) enum Bound<'s> {
    Number(i64),
    Text(&'s str),
}

impl Search {
    /// Of a span of time, the number from which it goes on: when that was done has to
    /// be known for the query.
    pub(crate) fn goes_on_from(&self) -> Option<i64> {
        let is_of_a_span = self.from.is_some() || self.until.is_some();
        let before = self.before.filter(|_| is_of_a_span)?;
        i64::try_from(before).ok()
    }

    /// The query for it and its parameters, which it names by `mark` and a
    /// number. It says no more than is wanted, so that an index fits it: one by number,
    /// or one by time. Were a span of time read by number, the way to its end would be
    /// as long as what was done since.
    pub(crate) fn query(&self, mark: char, before_ms: Option<i64>) -> (String, Vec<Bound<'_>>) {
        let before = self
            .before
            .and_then(|before| i64::try_from(before).ok())
            .unwrap_or(i64::MAX);
        let limit = i64::from(self.limit.min(OPERATIONS_PAGE_MAX));
        let mut bounds = vec![Bound::Number(before), Bound::Number(limit)];
        let behind = match before_ms {
            None => format!("number < {mark}1"),
            Some(before_ms) => {
                bounds.push(Bound::Number(before_ms));
                format!("(at_ms, number) < ({mark}3, {mark}1)")
            }
        };
        let mut query = format!(
            "SELECT number, at_ms, kind, by, about, why, detail FROM operations WHERE {behind}"
        );
        if let Some(kind) = &self.kind {
            bounds.push(Bound::Text(kind));
            query += &format!(" AND kind = {mark}{}", bounds.len());
        }
        for (comparison, moment) in [(">=", self.from), ("<", self.until)] {
            let Some(moment) = moment else { continue };
            bounds.push(Bound::Number(moment.ms()));
            query += &format!(" AND at_ms {comparison} {mark}{}", bounds.len());
        }
        let order = match (self.from, self.until) {
            (None, None) => "number DESC",
            _ => "at_ms DESC, number DESC",
        };
        query += &format!(" ORDER BY {order} LIMIT {mark}2");
        (query, bounds)
    }
}

/// Reads a detail that was kept.
pub(crate) fn read_detail(json: &str) -> Result<Map<String, Value>, LogError> {
    serde_json::from_str(json).map_err(LogError::unavailable)
}
