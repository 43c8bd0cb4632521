//! Opens a log by its address.
//!
//! `sqlite:PATH` is a single file; `postgres://…` (or `postgresql://…`, or
//! `postgres:` and libpq's `key=value` pairs) is a database. Connections to
//! Postgres are not encrypted: keep it on this machine, on a Unix socket, or
//! behind a tunnel.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::config::SslMode;

use crate::contract::Log;
use crate::error::Cause;
use crate::operations::Operations;
use crate::people::People;
use crate::postgres::PostgresLog;
use crate::registry::Registry;
use crate::sqlite::SqliteLog;
use crate::tuning::Tuning;

/// Connections for reading and for the registry. The log is read to build the
/// standings and to export them, never for a viewer: a few are plenty.
const POOL_SIZE: usize = 8;
/// How long to wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long one statement may run.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(30);
/// How long to wait for the right to append: a server that is being replaced
/// drains its viewers meanwhile.
const WRITER_WAIT: Duration = Duration::from_secs(5);

/// How a log is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// What may be done to it.
    pub access: Access,
    /// Connections for reading and for the registry.
    pub pool_size: usize,
    /// How long to wait for a connection.
    pub connect_timeout: Duration,
    /// How long one statement may run.
    pub statement_timeout: Duration,
    /// How long to wait for the right to append.
    pub writer_wait: Duration,
}

/// What may be done to a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Creates what is missing and brings an older schema up to date.
    ReadWrite,
    /// Creates nothing and changes nothing.
    ReadOnly,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            access: Access::ReadWrite,
            pool_size: POOL_SIZE,
            connect_timeout: CONNECT_TIMEOUT,
            statement_timeout: STATEMENT_TIMEOUT,
            writer_wait: WRITER_WAIT,
        }
    }
}

/// An open database: the log, and what stands beside it.
#[derive(Clone)]
pub struct Store {
    /// The event log.
    pub log: Arc<dyn Log>,
    /// Devices and settings.
    pub registry: Arc<dyn Registry>,
    /// Users and sessions.
    pub people: Arc<dyn People>,
    /// What was done to the server.
    pub operations: Arc<dyn Operations>,
    /// How the database is used, where that may be changed.
    pub tuning: Option<Arc<dyn Tuning>>,
}

/// Why a log could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address is not one of a log.
    #[error("`{url}` is not the address of a log: {reason}")]
    Address {
        /// As it was given, without what may be a password.
        url: String,
        /// What to write instead.
        reason: String,
    },
    /// There is nothing there to read.
    #[error("there is no log at {at}")]
    Missing {
        /// Where.
        at: String,
    },
    /// It was written by another version of this program.
    #[error("the log's schema is of version {found}, this program knows {known}: {advice}")]
    Version {
        /// What the database has.
        found: i32,
        /// What this program has.
        known: i32,
        /// What to do about it.
        advice: &'static str,
    },
    /// The database does not answer, or refuses.
    #[error("cannot open the log {at}")]
    Engine {
        /// Which.
        at: String,
        /// The engine's own words.
        #[source]
        cause: Cause,
    },
}

/// Where a log is.
enum Address {
    Sqlite(PathBuf),
    Postgres(Box<tokio_postgres::Config>),
}

/// Opens the log at `url`.
///
/// # Errors
/// Says what is wrong with the address, or with what is there.
pub async fn open(url: &str, options: &Options) -> Result<Store, OpenError> {
    match parse(url)? {
        Address::Sqlite(path) => {
            let log = Arc::new(SqliteLog::open(path, options.clone()).await?);
            Ok(Store {
                log: log.clone(),
                registry: log.clone(),
                people: log.clone(),
                operations: log,
                tuning: None,
            })
        }
        Address::Postgres(config) => {
            let log = Arc::new(PostgresLog::open(*config, options.clone()).await?);
            Ok(Store {
                log: log.clone(),
                registry: log.clone(),
                people: log.clone(),
                operations: log.clone(),
                tuning: Some(log),
            })
        }
    }
}

fn parse(url: &str) -> Result<Address, OpenError> {
    let (scheme, rest) = url.split_once(':').unwrap_or((url, ""));
    match scheme {
        "sqlite" => parse_sqlite(url, rest),
        "postgres" | "postgresql" if rest.starts_with("//") => parse_postgres(url, url),
        "postgres" | "postgresql" => parse_postgres(url, rest),
        _ => Err(bad(
            url,
            "write sqlite:PATH or postgres://USER@HOST/DATABASE",
        )),
    }
}

fn parse_sqlite(url: &str, rest: &str) -> Result<Address, OpenError> {
    let path = rest.strip_prefix("//").unwrap_or(rest);
    match path {
        "" => Err(bad(
            url,
            "a path is missing, write it like sqlite:race.sqlite",
        )),
        ":memory:" => Err(bad(url, "a log in memory would be lost, name a file")),
        path => Ok(Address::Sqlite(path.into())),
    }
}

fn parse_postgres(url: &str, text: &str) -> Result<Address, OpenError> {
    let config: tokio_postgres::Config = text.parse().map_err(|error: tokio_postgres::Error| {
        let detail = std::error::Error::source(&error).map(ToString::to_string);
        bad(url, &detail.unwrap_or_else(|| error.to_string()))
    })?;
    if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
        return Err(bad(
            url,
            "a host is missing, write it like postgres://USER@HOST/DATABASE",
        ));
    }
    if config.get_ssl_mode() == SslMode::Require {
        return Err(bad(
            url,
            "encrypted connections are not supported, leave sslmode out",
        ));
    }
    Ok(Address::Postgres(Box::new(config)))
}

/// Keeps a password out of the message: of an address with one, only the
/// scheme is shown.
fn bad(url: &str, reason: &str) -> OpenError {
    let secret = url.contains('@') || url.contains("password");
    let scheme = url.split_once(':').map_or(url, |(scheme, _)| scheme);
    let url = if secret {
        format!("{scheme}:…")
    } else {
        url.to_owned()
    };
    OpenError::Address {
        url,
        reason: reason.to_owned(),
    }
}
