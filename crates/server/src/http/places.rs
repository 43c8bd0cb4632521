//! How many connections there are, and how many there may be.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A listener's places for connections. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Places {
    free: Arc<Semaphore>,
    max: usize,
}

impl Places {
    pub(crate) fn new(max: usize) -> Self {
        Self {
            free: Arc::new(Semaphore::new(max)),
            max,
        }
    }

    /// Waits for a place, which is given back when it is dropped.
    pub(crate) async fn take(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.free).acquire_owned().await.ok()
    }

    /// Places that are taken, but for the one that is held ready for who comes next.
    pub(crate) fn taken(&self) -> usize {
        let free_or_ready = self.free.available_permits() + 1;
        self.max.saturating_sub(free_or_ready)
    }

    pub(crate) fn max(&self) -> usize {
        self.max
    }
}
