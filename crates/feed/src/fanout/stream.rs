//! A view as a shard sees it.

use std::sync::Arc;

use crate::fanout::bell::Listener;
use crate::ring::Ring;
use crate::tag::Tag;
use crate::view::View;

/// The shard's own copy of a view's ring, which shares the frames, and who
/// watches: the view is asked once per tick, whatever the number of viewers.
pub(super) struct Stream {
    pub(super) view: Arc<View>,
    pub(super) ring: Ring,
    /// Viewers, by number, in no order.
    pub(super) watched_by: Vec<u32>,
    listener: Listener,
}

impl Stream {
    pub(super) fn begin(view: &Arc<View>, listener: Listener) -> Self {
        Self {
            ring: view.listen(listener.clone()),
            view: Arc::clone(view),
            watched_by: Vec::new(),
            listener,
        }
    }

    /// Fetches the frames that have come.
    pub(super) fn refresh(&mut self) {
        match self.view.news(self.ring.end()) {
            Some(frames) => frames.into_iter().for_each(|frame| self.ring.push(frame)),
            // The shard itself was too slow: all begin with a snapshot.
            None => {
                self.view.unlisten(&self.listener);
                self.ring = self.view.listen(self.listener.clone());
            }
        }
    }

    /// The state of a viewer that has everything up to `position`.
    pub(super) fn tag_at(&self, position: u64) -> Tag {
        let seq = self.ring.state_at(position);
        // Where no frame tells, nothing has changed since it came.
        self.view
            .tag(seq.unwrap_or_else(|| self.view.snapshot().seq))
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.view.unlisten(&self.listener);
    }
}
