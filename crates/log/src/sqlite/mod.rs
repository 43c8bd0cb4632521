//! The log in one SQLite file.
//!
//! One writer, on a thread of its own ([`writer`]), with a lock file beside
//! the database ([`lock`]); any number of readers on pooled connections
//! ([`connections`]). The file is in WAL mode, so readers and the writer do
//! not wait for each other.

mod archive;
mod connections;
mod lock;
mod minutes;
mod operations;
mod people;
mod reading;
mod registry;
mod schema;
mod writer;
mod writing;

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use tasuki_race::RaceId;
use tokio::sync::watch;

use crate::contract::{Log, Records, Writer};
use crate::error::LogError;
use crate::open::{Access, OpenError, Options};
use crate::paging::{self, Pages};
use crate::record::{Head, Record};
use crate::vitals::{Occupancy, Query, Vitals};

use connections::Connections;

impl From<rusqlite::Error> for LogError {
    fn from(error: rusqlite::Error) -> Self {
        Self::unavailable(error)
    }
}

/// A log in a SQLite file.
pub(crate) struct SqliteLog {
    shared: Arc<Shared>,
    options: Options,
}

/// What outlives the log while a stream still reads from it.
struct Shared {
    connections: Connections,
    appended: watch::Sender<()>,
    /// Never sends: whoever waits for news of a file looks for itself.
    quiet: watch::Sender<()>,
}

impl SqliteLog {
    /// Opens the file, and creates it where that is allowed.
    pub(crate) async fn open(path: PathBuf, options: Options) -> Result<Self, OpenError> {
        let path = schema::prepare(path, &options).await?;
        let connections = Connections::new(path, &options);
        let shared = Arc::new(Shared {
            connections,
            appended: watch::Sender::new(()),
            quiet: watch::Sender::new(()),
        });
        Ok(Self { shared, options })
    }
}

#[async_trait]
impl Log for SqliteLog {
    async fn open_writer(&self) -> Result<Box<dyn Writer>, LogError> {
        if self.options.access == Access::ReadOnly {
            return Err(LogError::Invalid(
                "the log was opened for reading only".to_owned(),
            ));
        }
        let lock = lock::WriterLock::take(self.shared.connections.path(), self.options.writer_wait)
            .await?;
        let appended = self.shared.appended.clone();
        Ok(Box::new(writer::SqliteWriter::start(lock, appended).await?))
    }

    async fn races(&self) -> Result<Vec<(RaceId, Head)>, LogError> {
        self.shared
            .connections
            .ask(Query::Races, reading::races)
            .await
    }

    async fn head(&self, race: &RaceId) -> Result<Option<Head>, LogError> {
        let race = race.clone();
        let tip = self
            .shared
            .connections
            .ask(Query::Head, move |connection| {
                reading::tip(connection, &race)
            })
            .await?;
        Ok(tip.map(|tip| Head {
            seq: tip.seq,
            hash: tip.hash,
        }))
    }

    fn read(&self, race: &RaceId, after: u64, until: Option<u64>) -> Records {
        paging::read(self.shared.clone(), race.clone(), after, until)
    }

    fn follow(&self, race: &RaceId, after: u64) -> Records {
        paging::follow(self.shared.clone(), race.clone(), after)
    }

    async fn check(&self) -> Result<(), LogError> {
        self.shared
            .connections
            .ask(Query::Check, |connection| reading::check(connection))
            .await
    }

    fn vitals(&self) -> Vitals {
        self.shared.connections.vitals()
    }

    fn occupancy(&self) -> Occupancy {
        self.shared.connections.occupancy()
    }
}

#[async_trait]
impl Pages for Shared {
    async fn page(&self, race: &RaceId, after: u64, until: u64) -> Result<Vec<Record>, LogError> {
        let race = race.clone();
        self.connections
            .ask(Query::Page, move |connection| {
                reading::page(connection, &race, after, until)
            })
            .await
    }

    fn appended(&self) -> watch::Receiver<()> {
        self.appended.subscribe()
    }
}
