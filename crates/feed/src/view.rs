//! One selection of a race's standings, as its viewers see it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use bytes::Bytes;
use tasuki_race::{Selection, Snapshot, diff};
use tokio::sync::watch;

use crate::cursor::Delivery;
use crate::frame::{Frame, event};
use crate::ring::Ring;
use crate::tag::{Origin, Tag};

/// A selection, the state its viewers have, and the way there.
#[derive(Debug)]
pub(crate) struct View {
    selection: Selection,
    origin: Origin,
    // A plain mutex: nothing awaits inside, and it is held for a copy of
    // pointers, or once per tick for one diff.
    state: Mutex<State>,
    /// The end of the ring; moves when there is something to send.
    end: watch::Sender<u64>,
}

#[derive(Debug)]
struct State {
    snapshot: Snapshot,
    /// Encoded when the first viewer asks for it.
    snapshot_frame: Option<Bytes>,
    ring: Ring,
    viewers: usize,
    /// When the last viewer left.
    idle_since: Instant,
}

impl View {
    pub(crate) fn new(selection: Selection, origin: Origin, snapshot: Snapshot) -> Self {
        let state = State {
            snapshot,
            snapshot_frame: None,
            ring: Ring::default(),
            viewers: 0,
            idle_since: Instant::now(),
        };
        Self {
            selection,
            origin,
            state: Mutex::new(state),
            end: watch::Sender::new(0),
        }
    }

    pub(crate) fn selection(&self) -> &Selection {
        &self.selection
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tag(&self, seq: u64) -> Tag {
        Tag::new(self.origin, &self.selection, seq)
    }

    /// Takes the view to a later state; returns the bytes of the new frame.
    pub(crate) fn advance(&self, next: Snapshot) -> usize {
        let mut state = self.state();
        if next.seq <= state.snapshot.seq {
            return 0;
        }
        let patch = diff(&state.snapshot, &next).to_string();
        let (from, to) = (state.snapshot.seq, next.seq);
        let bytes = event("diff", &self.tag(to), &patch);
        let size = bytes.len();
        state.ring.push(Frame { bytes, from, to });
        state.snapshot = next;
        state.snapshot_frame = None;
        self.end.send_replace(state.ring.end());
        size
    }

    /// Where a viewer begins that says what it has seen last.
    pub(crate) fn join(&self, last_seen: Option<Tag>) -> (Option<u64>, watch::Receiver<u64>) {
        let mut state = self.state();
        state.viewers += 1;
        let seen = last_seen.filter(|tag| *tag == self.tag(tag.seq));
        let position = seen.and_then(|tag| {
            if tag.seq == state.snapshot.seq {
                Some(state.ring.end())
            } else {
                state.ring.leading_from(tag.seq)
            }
        });
        (position, self.end.subscribe())
    }

    pub(crate) fn leave(&self) {
        let mut state = self.state();
        state.viewers -= 1;
        state.idle_since = Instant::now();
    }

    pub(crate) fn viewers(&self) -> usize {
        self.state().viewers
    }

    /// Since when nobody has watched; `None` while somebody does.
    pub(crate) fn idle_since(&self) -> Option<Instant> {
        let state = self.state();
        (state.viewers == 0).then_some(state.idle_since)
    }

    /// What to send to a viewer at `position`, and its position afterwards.
    /// Without a position, or behind the ring, that is a snapshot.
    pub(crate) fn deliver(&self, position: Option<u64>) -> Delivery {
        let mut state = self.state();
        let tag = self.tag(state.snapshot.seq);
        if let Some(frames) = position.and_then(|position| state.ring.from(position)) {
            let frames = frames.map(|frame| frame.bytes.clone()).collect();
            return Delivery {
                frames,
                position: state.ring.end(),
                tag,
                rebased: false,
            };
        }
        let frame = match &state.snapshot_frame {
            Some(frame) => frame.clone(),
            None => {
                // Texts, integers and objects with text keys: always JSON.
                let json = serde_json::to_string(&state.snapshot).unwrap_or_default();
                let frame = event("snapshot", &tag, &json);
                state.snapshot_frame.insert(frame).clone()
            }
        };
        Delivery {
            frames: vec![frame],
            position: state.ring.end(),
            tag,
            rebased: true,
        }
    }
}
