//! The pool, made anew where it is to be another.
//!
//! How a connection is set up is said when it is opened, so those that are open are
//! not changed: others take their place. Who has one keeps it until the work is
//! done; then it ends with the pool that it came from.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use deadpool_postgres::Pool;

use super::connect::Server;
use super::{PostgresLog, Shared};
use crate::error::LogError;
use crate::open::Options;
use crate::tuning::Tuning;

/// Apart from the pool: one to set a switch with, one to look what others have set.
const OFFICE_SIZE: usize = 2;

/// Connections that are all set up alike.
pub(super) struct Pooled {
    pub(super) pool: Pool,
    /// For the operator: switches, and what tells of them. Whoever wants to mend a
    /// pool that is used up must not have to wait for a connection of it.
    pub(super) office: Pool,
    pub(super) server: Server,
}

impl Pooled {
    pub(super) fn new(server: Server) -> Result<Self, LogError> {
        let make = |size| server.pool(size).map_err(LogError::unavailable);
        Ok(Self {
            pool: make(server.options().pool_size)?,
            office: make(OFFICE_SIZE)?,
            server,
        })
    }
}

impl Shared {
    /// The connections as they are to be now.
    pub(super) fn pooled(&self) -> Arc<Pooled> {
        let pooled = self.pooled.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&pooled)
    }

    fn change(&self, change: impl FnOnce(&mut Options)) -> Result<(), LogError> {
        // Held from the look to the change, so that of two neither is lost.
        let mut pooled = self.pooled.write().unwrap_or_else(PoisonError::into_inner);
        let mut options = pooled.server.options().clone();
        change(&mut options);
        *pooled = Arc::new(Pooled::new(pooled.server.with(options))?);
        Ok(())
    }
}

impl Tuning for PostgresLog {
    fn pool_size(&self) -> usize {
        self.shared.pooled().server.options().pool_size
    }

    fn connect_timeout(&self) -> Duration {
        self.shared.pooled().server.options().connect_timeout
    }

    fn statement_timeout(&self) -> Duration {
        self.shared.pooled().server.options().statement_timeout
    }

    fn set_pool_size(&self, size: usize) -> Result<(), LogError> {
        self.shared.change(|options| options.pool_size = size)
    }

    fn set_connect_timeout(&self, timeout: Duration) -> Result<(), LogError> {
        self.shared
            .change(|options| options.connect_timeout = timeout)
    }

    fn set_statement_timeout(&self, timeout: Duration) -> Result<(), LogError> {
        self.shared
            .change(|options| options.statement_timeout = timeout)
    }
}
