//! The log in a Postgres database (15 or newer).
//!
//! One writer on a connection of its own ([`writer`], [`session`]); readers
//! and the registry on a pool. What a reader sees is committed, and what is
//! committed has no gap before it, since one transaction follows the other.

mod archive;
mod connect;
mod insert;
mod minutes;
mod news;
mod operations;
mod people;
mod reading;
mod registry;
mod schema;
mod session;
mod tuning;
mod writer;

use std::sync::{Arc, RwLock};
use std::time::Instant;

use async_trait::async_trait;
use deadpool_postgres::{Object, Pool};
use tasuki_race::RaceId;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::contract::{Log, Records, Writer};
use crate::error::LogError;
use crate::open::{Access, OpenError, Options};
use crate::paging::{self, Pages};
use crate::record::{Head, Record};
use crate::vitals::{Occupancy, Query, Vitals, statement};

use connect::Server;
use tuning::Pooled;

impl From<tokio_postgres::Error> for LogError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::unavailable(error)
    }
}

/// A log in a Postgres database.
pub(crate) struct PostgresLog {
    shared: Arc<Shared>,
    server: Server,
}

/// What outlives the log while a stream still reads from it.
struct Shared {
    // A plain lock: nothing awaits while it is held.
    pooled: RwLock<Arc<Pooled>>,
    appended: watch::Sender<()>,
    vitals: Vitals,
}

impl PostgresLog {
    /// Connects, and creates or migrates the tables where that is allowed.
    pub(crate) async fn open(
        config: tokio_postgres::Config,
        options: Options,
    ) -> Result<Self, OpenError> {
        let server = Server::new(config, options);
        schema::prepare(&server).await?;
        let pooled = Pooled::new(server.clone()).map_err(|error| server.failure(error.into()))?;
        let shared = Arc::new(Shared {
            pooled: RwLock::new(Arc::new(pooled)),
            appended: watch::Sender::new(()),
            vitals: Vitals::new(),
        });
        Ok(Self { shared, server })
    }
}

impl Shared {
    /// Runs queries beside the log on a pooled connection, and does not wait for
    /// ever.
    async fn run<T>(
        &self,
        work: impl AsyncFnOnce(&Object) -> Result<T, LogError>,
    ) -> Result<T, LogError> {
        self.ask(Query::Registry, work).await
    }

    /// The same for queries of that kind.
    async fn ask<T>(
        &self,
        query: Query,
        work: impl AsyncFnOnce(&Object) -> Result<T, LogError>,
    ) -> Result<T, LogError> {
        let pooled = self.pooled();
        self.ask_on(&pooled, &pooled.pool, query, work).await
    }

    /// For the operator, who has connections apart.
    async fn run_in_office<T>(
        &self,
        work: impl AsyncFnOnce(&Object) -> Result<T, LogError>,
    ) -> Result<T, LogError> {
        let pooled = self.pooled();
        let query = Query::Registry;
        self.ask_on(&pooled, &pooled.office, query, work).await
    }

    async fn ask_on<T>(
        &self,
        pooled: &Pooled,
        pool: &Pool,
        query: Query,
        work: impl AsyncFnOnce(&Object) -> Result<T, LogError>,
    ) -> Result<T, LogError> {
        let statement = statement(&work);
        let client = self.connection(pool).await?;
        let asked = Instant::now();
        let answer = match timeout(pooled.server.patience(), work(&client)).await {
            Ok(result) => result,
            Err(elapsed) => {
                // Whatever it is still waiting for, nobody else should.
                drop(Object::take(client));
                Err(LogError::unavailable(elapsed))
            }
        };
        self.vitals.answered(query, statement, asked, &answer);
        answer
    }

    async fn connection(&self, pool: &Pool) -> Result<Object, LogError> {
        let wanted = Instant::now();
        let connection = pool.get().await.map_err(LogError::unavailable);
        self.vitals.connected(wanted, &connection);
        connection
    }

    fn occupancy(&self) -> Occupancy {
        let status = self.pooled().pool.status();
        Occupancy {
            open: status.size,
            in_use: status.size.saturating_sub(status.available),
            waiting: status.waiting,
            max: status.max_size,
        }
    }
}

#[async_trait]
impl Log for PostgresLog {
    async fn open_writer(&self) -> Result<Box<dyn Writer>, LogError> {
        if self.server.options().access == Access::ReadOnly {
            return Err(LogError::Invalid(
                "the log was opened for reading only".to_owned(),
            ));
        }
        let appended = self.shared.appended.clone();
        Ok(Box::new(
            writer::PostgresWriter::open(self.server.clone(), appended).await?,
        ))
    }

    async fn races(&self) -> Result<Vec<(RaceId, Head)>, LogError> {
        self.shared
            .ask(Query::Races, async |client| reading::races(client).await)
            .await
    }

    async fn head(&self, race: &RaceId) -> Result<Option<Head>, LogError> {
        self.shared
            .ask(Query::Head, async |client| {
                reading::head(client, race).await
            })
            .await
    }

    fn read(&self, race: &RaceId, after: u64, until: Option<u64>) -> Records {
        paging::read(self.shared.clone(), race.clone(), after, until)
    }

    fn follow(&self, race: &RaceId, after: u64) -> Records {
        paging::follow(self.shared.clone(), race.clone(), after)
    }

    async fn check(&self) -> Result<(), LogError> {
        self.shared
            .ask(Query::Check, async |client| reading::check(client).await)
            .await
    }

    fn vitals(&self) -> Vitals {
        self.shared.vitals.clone()
    }

    fn occupancy(&self) -> Occupancy {
        self.shared.occupancy()
    }
}

#[async_trait]
impl Pages for Shared {
    async fn page(&self, race: &RaceId, after: u64, until: u64) -> Result<Vec<Record>, LogError> {
        let page = async |client: &Object| reading::page(client, race, after, until).await;
        self.ask(Query::Page, page).await
    }

    fn appended(&self) -> watch::Receiver<()> {
        self.appended.subscribe()
    }
}
