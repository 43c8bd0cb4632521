//! Connections to the file, and a small pool of them for everything that does
//! not append.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::error::LogError;
use crate::open::{Access, Options};
use crate::vitals::{Occupancy, Query, Vitals, statement};

/// How long a connection waits for another that is writing: longer than any
/// group takes to commit, shorter than a caller's patience.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The WAL is cut back to this size after a checkpoint, so that one large
/// import does not keep its space for ever.
const WAL_BYTES_KEPT: u32 = 64 * 1024 * 1024;

/// Opens the file, which must be there.
pub(super) fn connect(path: &Path, access: Access) -> rusqlite::Result<Connection> {
    // To write even where only reading is wanted: a connection that may not
    // write cannot clear up the WAL's files that it needs while it reads.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    configure(&connection)?;
    connection.pragma_update(None, "query_only", access == Access::ReadOnly)?;
    Ok(connection)
}

/// Creates the file where it is missing, and opens it to write.
pub(super) fn create(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    drop(Connection::open_with_flags(path, flags)?);
    connect_to_write(path)
}

/// Opens the file, which must be there, in WAL mode. Only who holds the
/// writer's lock may: SQLite does not queue for a change of the journal's mode.
pub(super) fn connect_to_write(path: &Path) -> rusqlite::Result<Connection> {
    let connection = connect(path, Access::ReadWrite)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "journal_size_limit", WAL_BYTES_KEPT)?;
    Ok(connection)
}

fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    // In WAL mode FULL is what makes a commit durable; on macOS a plain fsync
    // leaves it in the drive's cache.
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // A file from elsewhere must not run functions that its schema names.
    connection.pragma_update(None, "trusted_schema", false)
}

/// Idle connections, and how many there may be.
pub(super) struct Connections {
    path: PathBuf,
    access: Access,
    wait: Duration,
    permits: Arc<Semaphore>,
    max: usize,
    // A std mutex: it is held to push or pop, never across an await.
    idle: Arc<Mutex<Vec<Connection>>>,
    vitals: Vitals,
}

impl Connections {
    pub(super) fn new(path: PathBuf, options: &Options) -> Self {
        let max = options.pool_size.max(1);
        Self {
            path,
            access: options.access,
            wait: options.connect_timeout,
            permits: Arc::new(Semaphore::new(max)),
            max,
            idle: Arc::default(),
            vitals: Vitals::new(),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn vitals(&self) -> Vitals {
        self.vitals.clone()
    }

    pub(super) fn occupancy(&self) -> Occupancy {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let in_use = self.max.saturating_sub(self.permits.available_permits());
        Occupancy {
            open: in_use + idle.len(),
            in_use,
            // A semaphore does not tell; who waits is counted by how long.
            waiting: 0,
            max: self.max,
        }
    }

    /// Runs `work` beside the log on a connection, off the async threads. A
    /// connection whose work failed is closed rather than used again.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, LogError> + Send + 'static,
    ) -> Result<T, LogError> {
        self.ask(Query::Registry, work).await
    }

    /// The same for queries of that kind.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        query: Query,
        work: impl FnOnce(&mut Connection) -> Result<T, LogError> + Send + 'static,
    ) -> Result<T, LogError> {
        let statement = statement(&work);
        let permit = self.permit().await?;
        let asked = Instant::now();
        let (path, access, idle) = (self.path.clone(), self.access, self.idle.clone());
        let work = spawn_blocking(move || {
            // Given back when the work is over, even if nobody waits for it.
            let _permit = permit;
            let pooled = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut connection = pooled.map_or_else(|| connect(&path, access), Ok)?;
            let result = work(&mut connection)?;
            idle.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(connection);
            Ok(result)
        });
        let answer = work.await.map_err(LogError::unavailable).flatten();
        self.vitals.answered(query, statement, asked, &answer);
        answer
    }

    /// The right to use a connection.
    async fn permit(&self) -> Result<OwnedSemaphorePermit, LogError> {
        let wanted = Instant::now();
        let permit = timeout(self.wait, self.permits.clone().acquire_owned()).await;
        let permit = permit
            .ok()
            .and_then(Result::ok)
            .ok_or_else(|| LogError::unavailable("all connections stayed busy"));
        self.vitals.connected(wanted, &permit);
        permit
    }
}
