//! What of an open database may be changed while it is in use.

use std::time::Duration;

use crate::error::LogError;

/// How a database server is used by what reads and by the registry. The one that
/// appends has a connection of its own, which stays as it was opened.
pub trait Tuning: Send + Sync {
    /// Connections at a time.
    fn pool_size(&self) -> usize;

    /// How long to wait for a connection.
    fn connect_timeout(&self) -> Duration;

    /// How long one statement may run.
    fn statement_timeout(&self) -> Duration;

    /// From now on there are so many connections at most, once those that are in
    /// use have been given back.
    ///
    /// # Errors
    /// Says why there are not.
    fn set_pool_size(&self, size: usize) -> Result<(), LogError>;

    /// From now on so long is waited for a connection, a new one or one that others
    /// use.
    ///
    /// # Errors
    /// Says why not.
    fn set_connect_timeout(&self, timeout: Duration) -> Result<(), LogError>;

    /// From now on one statement may run so long.
    ///
    /// # Errors
    /// Says why not.
    fn set_statement_timeout(&self, timeout: Duration) -> Result<(), LogError>;
}
