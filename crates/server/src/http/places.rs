//! How many connections there are, and how many there may be. More may be allowed
//! later, and never fewer: this bounds descriptors, and nobody is sent away here.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A listener's places for connections. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Places {
    free: Arc<Semaphore>,
    max: Arc<AtomicUsize>,
}

impl Places {
    pub(crate) fn new(max: usize) -> Self {
        Self {
            free: Arc::new(Semaphore::new(max)),
            max: Arc::new(AtomicUsize::new(max)),
        }
    }

    /// There are at least so many from now on.
    pub(crate) fn grow_to(&self, wanted: usize) {
        let before = self.max.fetch_max(wanted, Ordering::Relaxed);
        self.free.add_permits(wanted.saturating_sub(before));
    }

    /// Waits for a place, which is given back when it is dropped.
    pub(crate) async fn take(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.free).acquire_owned().await.ok()
    }

    /// Places that are taken, but for the one that is held ready for who comes next.
    pub(crate) fn taken(&self) -> usize {
        let free_or_ready = self.free.available_permits() + 1;
        self.max().saturating_sub(free_or_ready)
    }

    pub(crate) fn max(&self) -> usize {
        self.max.load(Ordering::Relaxed)
    }
}
