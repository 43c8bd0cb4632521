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
    sweep: Sweep,
    listener: Listener,
}

/// Goes round all viewers. Frames that come meanwhile are written from there on
/// and once round: nobody waits for more than one turn, and whoever was passed
/// by already is sent them together with the next.
#[derive(Clone, Copy, Debug, Default)]
struct Sweep {
    /// The place in the list that is next.
    next: usize,
    /// How many are left of the turn.
    left: usize,
}

impl Stream {
    pub(super) fn begin(view: &Arc<View>, listener: Listener) -> Self {
        Self {
            ring: view.listen(listener.clone()),
            view: Arc::clone(view),
            watched_by: Vec::new(),
            sweep: Sweep::default(),
            listener,
        }
    }

    /// Fetches the frames that have come, for all.
    pub(super) fn refresh(&mut self) {
        self.sweep.left = self.watched_by.len();
        match self.view.news(self.ring.end()) {
            Some(frames) => frames.into_iter().for_each(|frame| self.ring.push(frame)),
            // The shard itself was too slow: all begin with a snapshot.
            None => {
                self.view.unlisten(&self.listener);
                self.ring = self.view.listen(self.listener.clone());
            }
        }
    }

    /// The next viewers of the turn, at most so many; none when it is complete.
    pub(super) fn next_viewers(&mut self, most: usize) -> std::ops::Range<usize> {
        if self.sweep.next >= self.watched_by.len() {
            self.sweep.next = 0;
        }
        let begin = self.sweep.next;
        let count = most.min(self.sweep.left).min(self.watched_by.len() - begin);
        self.sweep.next += count;
        self.sweep.left -= count;
        begin..begin + count
    }

    /// Whether the turn is complete.
    pub(super) fn is_swept(&self) -> bool {
        self.sweep.left == 0
    }

    /// Lets a viewer go, who stands at that place of the list; who stands there
    /// now.
    pub(super) fn strike(&mut self, listed_at: u32) -> Option<u32> {
        let place = listed_at as usize;
        self.watched_by.swap_remove(place);
        if !self.is_swept() {
            // Somebody may have been moved behind the sweep.
            self.sweep.left = self.watched_by.len();
        }
        self.watched_by.get(place).copied()
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
