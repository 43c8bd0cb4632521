//! Where requests run of a program that is not asynchronous.

use anyhow::Result;
use tokio::runtime::{Builder, Runtime};

/// One of a single thread.
///
/// # Errors
/// When the system gives nothing to wait with.
pub fn runtime() -> Result<Runtime> {
    Ok(Builder::new_current_thread().enable_all().build()?)
}
