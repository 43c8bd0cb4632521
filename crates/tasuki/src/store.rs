//! Which log a command works on, and how it is opened.

use std::time::Duration;

use clap::Args;
use tasuki_log::{Access, OpenError, Options, Store};

use crate::failure::Failure;

/// Flags of the commands that open a log.
#[derive(Debug, Args)]
pub(crate) struct StoreArgs {
    /// The log: sqlite:PATH or postgres://USER@HOST/DATABASE
    #[arg(
        long,
        env = "TASUKI_LOG",
        value_name = "URL",
        default_value = "sqlite:tasuki.sqlite"
    )]
    #[arg(hide_env_values = true)]
    log: String,
    /// Most connections to the database for reading the log
    #[arg(long, env = "TASUKI_POOL_SIZE", value_name = "N", default_value = "8")]
    #[arg(hide_env_values = true, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pool_size: u16,
    /// How long to wait for a connection to the database, milliseconds
    #[arg(
        long,
        env = "TASUKI_CONNECT_TIMEOUT_MS",
        value_name = "MS",
        default_value = "10000"
    )]
    #[arg(hide_env_values = true, value_parser = clap::value_parser!(u64).range(1..=600_000))]
    connect_timeout_ms: u64,
    /// How long one statement may run in the database, milliseconds
    #[arg(
        long,
        env = "TASUKI_STATEMENT_TIMEOUT_MS",
        value_name = "MS",
        default_value = "30000"
    )]
    #[arg(hide_env_values = true, value_parser = clap::value_parser!(u64).range(1..=3_600_000))]
    statement_timeout_ms: u64,
}

impl StoreArgs {
    /// Opens the log. An address that names no log is a wrong configuration,
    /// and creates nothing.
    pub(crate) async fn open(&self, access: Access) -> Result<Store, Failure> {
        let options = Options {
            access,
            pool_size: usize::from(self.pool_size),
            connect_timeout: Duration::from_millis(self.connect_timeout_ms),
            statement_timeout: Duration::from_millis(self.statement_timeout_ms),
            ..Options::default()
        };
        tasuki_log::open(&self.log, &options)
            .await
            .map_err(|error| match error {
                OpenError::Address { .. } | OpenError::Missing { .. } => {
                    Failure::Configuration(anyhow::Error::new(error))
                }
                OpenError::Version { .. } | OpenError::Engine { .. } => {
                    Failure::Runtime(anyhow::Error::new(error))
                }
            })
    }

    /// The address without what may be a password.
    pub(crate) fn shown(&self) -> String {
        match self.log.split_once("://") {
            Some((scheme, rest)) if rest.contains('@') => {
                let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
                format!("{scheme}://…@{}", host.split('?').next().unwrap_or(host))
            }
            _ if self.log.contains("password") => "postgres:…".to_owned(),
            _ => self.log.clone(),
        }
    }
}
