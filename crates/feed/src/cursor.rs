//! A viewer: a position in the ring of a view.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::watch;

use crate::tag::Tag;
use crate::view::View;

/// Holds a viewer's place. Nothing is queued for it: what it has not been
/// sent stands in the ring, once for everyone.
#[derive(Debug)]
pub struct Cursor {
    view: Arc<View>,
    position: Option<u64>,
    /// The state that the viewer has after all it was given.
    tag: Option<Tag>,
    end: watch::Receiver<u64>,
}

/// What is pending for a viewer.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Encoded events in order; empty if nothing is pending.
    pub frames: Vec<Bytes>,
    /// The position behind them.
    pub(crate) position: u64,
    /// The state that they lead to.
    pub(crate) tag: Tag,
    /// They begin with a snapshot, which replaces everything.
    pub rebased: bool,
}

impl Cursor {
    pub(crate) fn new(view: Arc<View>, position: Option<u64>, end: watch::Receiver<u64>) -> Self {
        Self {
            view,
            position,
            tag: None,
            end,
        }
    }

    /// Everything that is pending; the cursor moves behind it.
    pub fn take(&mut self) -> Delivery {
        // Marked as seen before looking: what comes in between wakes us again.
        self.end.borrow_and_update();
        let delivery = self.view.deliver(self.position);
        self.position = Some(delivery.position);
        self.tag = Some(delivery.tag);
        delivery
    }

    /// The state that the viewer has after all it was given, if that was
    /// anything.
    #[must_use]
    pub fn tag(&self) -> Option<Tag> {
        self.tag
    }

    /// Waits until something may be pending. Safe to drop midway.
    pub async fn wait(&mut self) {
        if self.end.changed().await.is_err() {
            // The view outlives its cursors, so its sender cannot be gone.
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Cursor {
    fn drop(&mut self) {
        self.view.leave();
    }
}
