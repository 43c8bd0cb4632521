//! What a server measured, minute by minute, kept for a month.
//!
//! Whoever looks back on an incident needs the ordinary minutes as well, to know what
//! was usual; so all of them are kept, in a row each, and not those only in which
//! something was wrong. They are forgotten in time, as no operation may be: so they
//! have a table of their own. A month of them is 43,200 rows.

use async_trait::async_trait;
use tasuki_race::Instant;

use crate::error::LogError;

/// A minute, in milliseconds.
pub const MINUTE_MS: i64 = 60_000;
/// Most minutes that are read at once: a day.
pub const MINUTES_PAGE_MAX: u32 = 1_440;

/// What was measured in a minute. Where nothing was to be measured, it is 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Minute {
    /// Its first moment, milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// Requests that were answered.
    pub requests: u64,
    /// Of them, those answered by a status from 500 on.
    pub failed: u64,
    /// Of them, viewers for whom there was no place.
    pub turned_away: u64,
    /// Within what 95 % of the answers were given, milliseconds.
    pub p95_ms: u64,
    /// Viewers at its end.
    pub viewers: u64,
    /// Facts that were recorded.
    pub facts: u64,
    /// Within what 99 % of the submissions were durable, milliseconds.
    pub append_p99_ms: u64,
    /// Within what 99 % of the facts were shown, milliseconds.
    pub shown_p99_ms: u64,
    /// Transactions of the log that failed.
    pub commit_failures: u64,
    /// Connections to the database in use at its end.
    pub pool_in_use: u64,
    /// How many there might have been.
    pub pool_max: u64,
}

/// Keeps minutes, and forgets them.
#[async_trait]
pub trait Minutes: Send + Sync {
    /// Keeps a minute. What another process has measured in the same one is added to:
    /// counts are summed up, of all else the greater holds.
    async fn keep_minute(&self, minute: &Minute) -> Result<(), LogError>;

    /// The minutes that begin at `from` or later and before `until`, the oldest first,
    /// and [`MINUTES_PAGE_MAX`] at most.
    async fn minutes(&self, from: Instant, until: Instant) -> Result<Vec<Minute>, LogError>;

    /// Forgets the minutes that began before that.
    async fn forget_minutes(&self, before: Instant) -> Result<(), LogError>;
}

impl Minute {
    /// The one that a moment belongs to, with nothing in it.
    #[must_use]
    pub fn of(moment: Instant) -> Self {
        Self {
            at_ms: moment.ms() - moment.ms().rem_euclid(MINUTE_MS),
            ..Self::default()
        }
    }

    /// Its first moment.
    #[must_use]
    pub fn begin(&self) -> Instant {
        Instant::from_ms(self.at_ms)
    }

    /// The first moment behind it.
    #[must_use]
    pub fn end(&self) -> Instant {
        Instant::from_ms(self.at_ms.saturating_add(MINUTE_MS))
    }

    /// As the database keeps it: the figures in the order of its columns.
    pub(crate) fn columns(&self) -> [i64; 12] {
        let figure = |figure: u64| i64::try_from(figure).unwrap_or(i64::MAX);
        [
            self.at_ms,
            figure(self.requests),
            figure(self.failed),
            figure(self.turned_away),
            figure(self.p95_ms),
            figure(self.viewers),
            figure(self.facts),
            figure(self.append_p99_ms),
            figure(self.shown_p99_ms),
            figure(self.commit_failures),
            figure(self.pool_in_use),
            figure(self.pool_max),
        ]
    }

    /// Reads the columns.
    pub(crate) fn from_columns(columns: [i64; 12]) -> Self {
        // Nothing below nothing was ever kept.
        let figure = |place: usize| u64::try_from(columns[place]).unwrap_or(0);
        Self {
            at_ms: columns[0],
            requests: figure(1),
            failed: figure(2),
            turned_away: figure(3),
            p95_ms: figure(4),
            viewers: figure(5),
            facts: figure(6),
            append_p99_ms: figure(7),
            shown_p99_ms: figure(8),
            commit_failures: figure(9),
            pool_in_use: figure(10),
            pool_max: figure(11),
        }
    }
}
