//! A viewer: a position in the ring of a view.

use std::sync::Arc;

use tokio::sync::watch;

use crate::frame::Piece;
use crate::tag::Tag;
use crate::view::View;

/// A viewer's place in a view, which counts it until this is dropped. Nothing
/// is queued for it: what it has not been sent stands in the ring, once for
/// everyone.
#[derive(Debug)]
pub struct Place {
    pub(crate) view: Arc<View>,
    /// Where it begins; `None` for a snapshot.
    pub(crate) position: Option<u64>,
}

/// Walks a place along, for a task that waits and writes.
#[derive(Debug)]
pub struct Cursor {
    place: Place,
    /// The state that the viewer has after all it was given.
    tag: Option<Tag>,
    end: watch::Receiver<u64>,
}

/// What is pending for a viewer.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Encoded events in order; empty if nothing is pending.
    pub frames: Vec<Piece>,
    /// The position behind them.
    pub(crate) position: u64,
    /// The state that they lead to.
    pub(crate) tag: Tag,
    /// Facts that diffs among them lead on by.
    pub facts: u64,
    /// They begin with a snapshot, which replaces everything.
    pub rebased: bool,
}

impl Place {
    pub(crate) fn join(view: &Arc<View>, last_seen: Option<Tag>) -> Self {
        Self {
            view: Arc::clone(view),
            position: view.join(last_seen),
        }
    }

    /// Whether it may be one of many in the same view, for whom text is
    /// compressed together.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.view.selection().bibs.is_none()
    }

    /// Walks it along.
    #[must_use]
    pub fn cursor(self) -> Cursor {
        Cursor {
            end: self.view.end(),
            place: self,
            tag: None,
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.view.leave();
    }
}

impl Cursor {
    /// Everything that is pending; the cursor moves behind it.
    pub fn take(&mut self) -> Delivery {
        // Marked as seen before looking: what comes in between wakes us again.
        self.end.borrow_and_update();
        let delivery = self.place.view.deliver(self.place.position);
        self.place.position = Some(delivery.position);
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
