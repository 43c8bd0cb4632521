//! The event log's contract, the same for every engine.
//!
//! A [`Log`] is read by anyone at any time. To append, a process opens the one
//! [`Writer`]: while it lives no other can be opened, and what one writes
//! after it has been superseded is refused by the database.
//!
//! Promises, checked against every engine by one story in the tests:
//! - what `append` and `restore` return is durable;
//! - `seq` has no gaps in a race, and a reader that has seen N never finds
//!   anything new below N;
//! - a fact is in the log once, however often it is handed in;
//! - a record never changes.

use async_trait::async_trait;
use futures::stream::BoxStream;
use tasuki_race::RaceId;

use crate::error::LogError;
use crate::record::{Appended, Draft, Head, Record};
use crate::vitals::{Occupancy, Vitals};

/// Records as they are read, in the order of `seq`.
pub type Records = BoxStream<'static, Result<Record, LogError>>;

/// Reads the log, and hands out the right to append to it.
#[async_trait]
pub trait Log: Send + Sync {
    /// Takes the right to append, which the writer keeps until it is dropped.
    ///
    /// # Errors
    /// [`LogError::Held`] if another process keeps it for longer than the
    /// configured wait.
    async fn open_writer(&self) -> Result<Box<dyn Writer>, LogError>;

    /// Every race that has a fact, in the order of their ids.
    async fn races(&self) -> Result<Vec<(RaceId, Head)>, LogError>;

    /// The last line of a race; none if it has no fact.
    async fn head(&self, race: &RaceId) -> Result<Option<Head>, LogError>;

    /// The records `after < seq <= until`, in constant memory. Ends after an
    /// error.
    fn read(&self, race: &RaceId, after: u64, until: Option<u64>) -> Records;

    /// The records behind `after`, then each new one as it becomes durable.
    /// Never ends: an error is passed on, and reading is tried again.
    fn follow(&self, race: &RaceId, after: u64) -> Records;

    /// Can the log be reached?
    async fn check(&self) -> Result<(), LogError>;

    /// How the database has done so far.
    fn vitals(&self) -> Vitals;

    /// How busy it is now.
    fn occupancy(&self) -> Occupancy;
}

/// The right to append. Dropping it gives the right back.
///
/// After [`LogError::Unavailable`] or [`LogError::Fenced`] it is not known
/// what was written, and every call is refused until `recover` has succeeded.
/// The same holds after a future of `append` or `restore` was dropped midway.
#[async_trait]
pub trait Writer: Send {
    /// Writes the drafts, of any races, in order, in one transaction. One
    /// answer per draft, in order; durable when it returns.
    async fn append(&mut self, drafts: Vec<Draft>) -> Result<Vec<Appended>, LogError>;

    /// Writes exported records as they are, in one transaction. Those that
    /// are there already are passed over.
    ///
    /// # Errors
    /// [`LogError::Refused`] names the first that differs from the one in the
    /// log, or does not follow from the last.
    async fn restore(&mut self, records: Vec<Record>) -> Result<(), LogError>;

    /// Connects again where that is needed, takes the right to append again,
    /// and forgets what it believed about the log. Afterwards whatever was in
    /// flight before is either readable or will never be written.
    async fn recover(&mut self) -> Result<(), LogError>;
}
