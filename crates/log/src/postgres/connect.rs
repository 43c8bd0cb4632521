//! Connections to the server: how each is set up, and the pool of them.

use std::time::Duration;

use deadpool_postgres::{BuildError, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use tokio::time::timeout;
use tokio_postgres::config::Host;
use tokio_postgres::tls::NoTlsStream;
use tokio_postgres::{Client, Config, Connection, NoTls, Socket};

use crate::error::{Cause, LogError};
use crate::open::{Access, OpenError, Options};

/// How much longer than the statement timeout to wait for an answer: a server
/// that is there has given its own by then.
const ANSWER_GRACE: Duration = Duration::from_secs(5);
/// An idle connection is probed after this many seconds, from both ends. A
/// writer whose machine vanished must not keep the right to append for hours.
const KEEPALIVE_IDLE_S: u64 = 10;
/// Seconds between probes, and how many may go unanswered.
const KEEPALIVE_INTERVAL_S: u64 = 5;
const KEEPALIVE_RETRIES: u32 = 3;

/// A database on a server, and how to talk to it.
#[derive(Clone)]
pub(super) struct Server {
    /// As the address says.
    given: Config,
    /// With what every session is told.
    config: Config,
    options: Options,
}

impl Server {
    pub(super) fn new(given: Config, options: Options) -> Self {
        let settings = session_settings(&given, &options);
        let mut config = given.clone();
        config
            .options(settings)
            .connect_timeout(options.connect_timeout)
            .keepalives_idle(Duration::from_secs(KEEPALIVE_IDLE_S))
            .keepalives_interval(Duration::from_secs(KEEPALIVE_INTERVAL_S))
            .keepalives_retries(KEEPALIVE_RETRIES);
        if config.get_application_name().is_none() {
            config.application_name("tasuki");
        }
        Self {
            given,
            config,
            options,
        }
    }

    /// The same database, to be used in another way.
    pub(super) fn with(&self, options: Options) -> Self {
        Self::new(self.given.clone(), options)
    }

    pub(super) fn options(&self) -> &Options {
        &self.options
    }

    /// How long an answer may take before the server is taken for gone.
    pub(super) fn patience(&self) -> Duration {
        self.options.statement_timeout + ANSWER_GRACE
    }

    /// A connection outside the pool, which whoever asked for it must keep going.
    pub(super) async fn connect_raw(
        &self,
    ) -> Result<(Client, Connection<Socket, NoTlsStream>), LogError> {
        let connecting = timeout(self.options.connect_timeout, self.config.connect(NoTls)).await;
        Ok(connecting.map_err(LogError::unavailable)??)
    }

    /// A connection outside the pool. It ends when the client is dropped.
    pub(super) async fn connect(&self) -> Result<Client, LogError> {
        let (client, connection) = self.connect_raw().await?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(
                    error = &error as &dyn std::error::Error,
                    "a connection was lost"
                );
            }
        });
        Ok(client)
    }

    /// So many connections, each made when it is wanted first.
    pub(super) fn pool(&self, size: usize) -> Result<Pool, BuildError> {
        let manager = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let wait = Some(self.options.connect_timeout);
        Pool::builder(Manager::from_config(self.config.clone(), NoTls, manager))
            .max_size(size.max(1))
            .wait_timeout(wait)
            .create_timeout(wait)
            .recycle_timeout(wait)
            .runtime(Runtime::Tokio1)
            .build()
    }

    /// The database's name for messages: host and name, never the password.
    pub(super) fn name(&self) -> String {
        let host = match self.config.get_hosts().first() {
            Some(Host::Tcp(host)) => host.clone(),
            #[cfg(unix)]
            Some(Host::Unix(path)) => path.display().to_string(),
            None => "the server".to_owned(),
        };
        format!(
            "postgres:{host}/{}",
            self.config.get_dbname().unwrap_or_default()
        )
    }

    pub(super) fn failure(&self, cause: Cause) -> OpenError {
        OpenError::Engine {
            at: self.name(),
            cause,
        }
    }
}

/// What every session is told at its start, behind what the address says.
fn session_settings(config: &Config, options: &Options) -> String {
    let timeout_ms = options.statement_timeout.as_millis();
    let read_only = if options.access == Access::ReadOnly {
        "on"
    } else {
        "off"
    };
    // Durable means synced, whatever the database's default is.
    format!(
        "{} -c statement_timeout={timeout_ms} -c idle_in_transaction_session_timeout={timeout_ms} \
         -c synchronous_commit=on -c default_transaction_read_only={read_only} \
         -c tcp_keepalives_idle={KEEPALIVE_IDLE_S} -c tcp_keepalives_interval={KEEPALIVE_INTERVAL_S} \
         -c tcp_keepalives_count={KEEPALIVE_RETRIES}",
        config.get_options().unwrap_or_default()
    )
}
