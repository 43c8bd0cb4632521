//! Brings the file's schema up to date. The SQL is in `schema/sqlite`.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension};
use tokio::task::spawn_blocking;

use super::connections::{connect, create};
use super::lock::WriterLock;
use crate::error::Cause;
use crate::open::{Access, OpenError, Options};
use crate::schema::{Found, Need, USABLE, need};

// Gives the module `migrations`.
refinery::embed_migrations!("../../schema/sqlite");

/// Looks at the file at `path`, creates or migrates it where that is needed
/// and allowed, and gives back its one true name.
pub(super) async fn prepare(path: PathBuf, options: &Options) -> Result<PathBuf, OpenError> {
    let access = options.access;
    let engine = failure(&path);
    let found = blocking(&path, move |path| {
        let path = true_name(path).map_err(failure(path))?;
        inspect(&path, access).map(|need| (path, need))
    });
    let (path, need) = found.await?;
    if need == Need::Migration {
        // Under the writer's lock, so that of two processes that start at once
        // one waits, and a running one's tables do not change under it.
        let lock = WriterLock::take(&path, options.writer_wait)
            .await
            .map_err(|e| engine(e.into()))?;
        blocking(&path, move |path| {
            let _lock = lock;
            migrate(path)
        })
        .await?;
    }
    Ok(path)
}

/// The path that every process arrives at, through whichever links: the lock
/// beside it must be the same one for all.
fn true_name(path: &Path) -> Result<PathBuf, Cause> {
    match path.canonicalize() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let folder = path
                .parent()
                .filter(|folder| !folder.as_os_str().is_empty());
            let folder = folder.unwrap_or_else(|| Path::new(".")).canonicalize()?;
            Ok(folder.join(path.file_name().ok_or(error)?))
        }
        found => Ok(found?),
    }
}

fn inspect(path: &Path, access: Access) -> Result<Need, OpenError> {
    let found = if path.exists() {
        connect(path, access)
            .and_then(|c| version(&c))
            .map_err(|e| failure(path)(e.into()))?
    } else {
        None
    };
    need(
        found,
        &migrations::runner(),
        access,
        &path.display().to_string(),
    )
}

fn version(connection: &Connection) -> rusqlite::Result<Option<Found>> {
    if !has_table(connection, "refinery_schema_history")? {
        return Ok(None);
    }
    let last = "SELECT max(version) FROM refinery_schema_history";
    let Some(version) = connection.query_row(last, [], |row| row.get(0))? else {
        return Ok(None);
    };
    // The first migrations may have been cut short before there were settings.
    let usable = match has_table(connection, "settings")? {
        true => {
            let usable = "SELECT value FROM settings WHERE key = ?1";
            let found = connection.query_row(usable, [USABLE], |row| row.get(0));
            found.optional()?
        }
        false => None,
    };
    Ok(Some(Found { version, usable }))
}

fn has_table(connection: &Connection, name: &str) -> rusqlite::Result<bool> {
    let known = "SELECT 1 FROM sqlite_schema WHERE name = ?1";
    let found = connection.query_row(known, [name], |_| Ok(()));
    Ok(found.optional()?.is_some())
}

fn migrate(path: &Path) -> Result<(), OpenError> {
    let mut connection = create(path).map_err(|e| failure(path)(e.into()))?;
    match migrations::runner().run(&mut connection) {
        Ok(_) => Ok(()),
        Err(error) => Err(failure(path)(error.into())),
    }
}

fn failure(path: &Path) -> impl Fn(Cause) -> OpenError + use<> {
    let at = path.display().to_string();
    move |cause| OpenError::Engine {
        at: at.clone(),
        cause,
    }
}

async fn blocking<T: Send + 'static>(
    path: &Path,
    work: impl FnOnce(&Path) -> Result<T, OpenError> + Send + 'static,
) -> Result<T, OpenError> {
    let owned = path.to_owned();
    spawn_blocking(move || work(&owned))
        .await
        .map_err(|e| failure(path)(e.into()))?
}
