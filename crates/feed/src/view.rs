//! One selection of a race's standings, as its viewers see it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tasuki_race::{RaceId, Selection};
use tokio::sync::watch;

use crate::cursor::Delivery;
use crate::deflate::Common;
use crate::fanout::{HEARTBEAT_EVERY, Listener};
use crate::frame::{Frame, HEARTBEAT, Piece, event};
use crate::ring::{Ring, Room};
use crate::shown::{Patches, Shown, moment};
use crate::tag::{Origin, Tag};

/// Frames are compressed for all from so many viewers on: 300 KB for each view.
const COMMON_VIEWERS_MIN: usize = 32;

/// A view that was silent for so long has a comment sent to all its viewers. A
/// little less than what a viewer is promised: who has it from here needs none of
/// its own, and those who share a compressed stream go on sharing it.
const SILENT_MAX: Duration = Duration::from_secs(HEARTBEAT_EVERY.as_secs() - 1);
/// And so much less, so that views which became silent within a second speak in
/// one tick.
const TOGETHER: Duration = Duration::from_secs(1);

/// A selection, the state its viewers have, and the way there.
#[derive(Debug)]
pub(crate) struct View {
    race: RaceId,
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
    shown: Shown,
    /// How far the race has gone on without changing anything of it.
    holds_until: Option<(u64, tasuki_race::Instant)>,
    /// When the last frame was made that led on.
    sent: Instant,
    /// When the last frame was made at all.
    spoke: Instant,
    /// Encoded when the first viewer asks for it.
    snapshot_frame: Option<Piece>,
    ring: Ring,
    /// Compresses frames for all, while many want that.
    common: Option<Common>,
    /// Viewers that are sent compressed text.
    packed_viewers: usize,
    /// Shards that have viewers of it.
    listeners: Vec<Listener>,
    viewers: usize,
    /// When the last viewer left.
    idle_since: Instant,
}

impl State {
    /// The last fact of which it is known what it does to the view.
    fn known(&self) -> u64 {
        let until = self.holds_until.map(|(seq, _)| seq);
        until.unwrap_or(self.shown.seq)
    }

    /// When its viewers are to be told that it is still there.
    fn comment_due(&self) -> Option<Instant> {
        (self.viewers > 0).then(|| self.spoke + SILENT_MAX)
    }
}

/// A state of a view as a viewer begins with it.
pub(crate) struct Standpoint {
    pub(crate) piece: Piece,
    /// The next frame's.
    pub(crate) position: u64,
}

/// What became of a view in a tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// It has a new frame.
    pub(crate) sent: bool,
    /// When something is to be said though nothing happens: that nothing of it
    /// changed, or that it is still there.
    pub(crate) due: Option<Instant>,
}

impl View {
    pub(crate) fn new(race: RaceId, selection: Selection, origin: Origin, shown: Shown) -> Self {
        let room = match selection.bibs {
            Some(_) => Room::FOLLOWED,
            None => Room::SHARED,
        };
        let ring = Ring::new(room, shown.seq);
        let state = State {
            shown,
            holds_until: None,
            sent: Instant::now(),
            spoke: Instant::now(),
            snapshot_frame: None,
            ring,
            common: None,
            packed_viewers: 0,
            listeners: Vec::new(),
            viewers: 0,
            idle_since: Instant::now(),
        };
        Self {
            race,
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

    /// The id of one of its states.
    pub(crate) fn tag(&self, seq: u64) -> Tag {
        Tag::new(self.origin, &self.selection, seq)
    }

    /// Whether it is known already what it shows of the race at that fact.
    pub(crate) fn knows(&self, seq: u64) -> bool {
        self.state().known() >= seq
    }

    /// Takes the view to a later state. Where nothing of it changed, a frame
    /// says so only `patience` after the last one.
    pub(crate) fn advance(
        &self,
        next: Shown,
        patches: &mut Patches<'_>,
        now: Instant,
        patience: Duration,
    ) -> Step {
        let mut state = self.state();
        if next.seq <= state.known() {
            return self.remind(&mut state, now, patience);
        }
        if state.shown.differs(&next) {
            let patch = state.shown.patch(&next, patches);
            let from = std::mem::replace(&mut state.shown, next).seq;
            return self.push(&mut state, from, &patch, now);
        }
        state.holds_until = Some((next.seq, next.as_of));
        // Equal, and shared with more views than before.
        state.shown.rows = next.rows;
        state.shown.common = next.common;
        self.remind(&mut state, now, patience)
    }

    /// Says that nothing changed, if it is time to.
    pub(crate) fn rest(&self, now: Instant, patience: Duration) -> Step {
        self.remind(&mut self.state(), now, patience)
    }

    fn remind(&self, state: &mut State, now: Instant, patience: Duration) -> Step {
        let Some((seq, as_of)) = state.holds_until else {
            return self.comment(state, now);
        };
        let due = state.sent + patience;
        if now < due {
            let step = self.comment(state, now);
            let sooner = step.due.map_or(due, |comment| comment.min(due));
            return Step {
                due: Some(sooner),
                ..step
            };
        }
        let from = std::mem::replace(&mut state.shown.seq, seq);
        state.shown.as_of = as_of;
        self.push(state, from, &format!("{{{}", moment(seq, as_of)), now)
    }

    /// A comment, where nothing was said for long. It is a frame that leads
    /// nowhere, and so has its place in what viewers share.
    fn comment(&self, state: &mut State, now: Instant) -> Step {
        let is_due = state.comment_due().is_some_and(|due| now + TOGETHER >= due);
        if is_due {
            let seq = state.shown.seq;
            self.append(state, HEARTBEAT.clone(), [seq, seq], now);
        }
        Step {
            sent: is_due,
            due: state.comment_due(),
        }
    }

    /// A frame that leads to what is shown now.
    fn push(&self, state: &mut State, from: u64, patch: &str, now: Instant) -> Step {
        let to = state.shown.seq;
        let piece = event("diff", &self.tag(to), patch);
        self.append(state, piece, [from, to], now);
        state.holds_until = None;
        state.snapshot_frame = None;
        state.sent = now;
        Step {
            sent: true,
            due: state.comment_due(),
        }
    }

    /// Puts a frame into the ring and tells who waits for it.
    fn append(&self, state: &mut State, piece: Piece, [from, to]: [u64; 2], now: Instant) {
        let (position, sum) = (state.ring.end(), state.ring.sum());
        let common = state.common.as_mut();
        let frame = Frame {
            common: common.map(|common| common.block(position, &piece.text())),
            sums: (sum, sum.then(piece.sum())),
            piece,
            from,
            to,
            made: now,
        };
        state.ring.push(frame);
        state.spoke = now;
        self.end.send_replace(state.ring.end());
        state.listeners.iter().for_each(Listener::tell);
    }

    /// Lets a shard know from now on when there are frames; those that are
    /// there already.
    pub(crate) fn listen(&self, listener: Listener) -> Ring {
        let mut state = self.state();
        state.listeners.push(listener);
        state.ring.clone()
    }

    /// One more viewer that is sent compressed text; or one less.
    pub(crate) fn pack(&self, more: bool) {
        let mut state = self.state();
        state.packed_viewers = if more {
            state.packed_viewers + 1
        } else {
            state.packed_viewers.saturating_sub(1)
        };
        let many = state.packed_viewers >= COMMON_VIEWERS_MIN;
        if many != state.common.is_some() {
            state.common = many.then(Common::new);
        }
    }

    /// No longer.
    pub(crate) fn unlisten(&self, listener: &Listener) {
        let listeners = &mut self.state().listeners;
        listeners.retain(|other| other != listener);
    }

    /// The frames from `position` on; `None` if some are no longer held.
    pub(crate) fn news(&self, position: u64) -> Option<Vec<Frame>> {
        let state = self.state();
        let frames = state.ring.from(position)?;
        Some(frames.cloned().collect())
    }

    /// The end of the ring: moves when there is something to send.
    pub(crate) fn end(&self) -> watch::Receiver<u64> {
        self.end.subscribe()
    }

    /// Where a viewer begins that says what it has seen last.
    pub(crate) fn join(&self, last_seen: Option<Tag>) -> Option<u64> {
        let mut state = self.state();
        state.viewers += 1;
        let seen = last_seen.filter(|tag| *tag == self.tag(tag.seq));
        seen.and_then(|tag| {
            if tag.seq == state.shown.seq {
                Some(state.ring.end())
            } else {
                state.ring.leading_from(tag.seq)
            }
        })
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
        let tag = self.tag(state.shown.seq);
        if let Some(frames) = position.and_then(|position| state.ring.from(position)) {
            let frames: Vec<&Frame> = frames.collect();
            return Delivery {
                facts: frames.iter().map(|frame| frame.to - frame.from).sum(),
                frames: frames.iter().map(|frame| frame.piece.clone()).collect(),
                position: state.ring.end(),
                tag,
                rebased: false,
            };
        }
        Delivery {
            frames: vec![self.snapshot_frame(&mut state)],
            facts: 0,
            position: state.ring.end(),
            tag,
            rebased: true,
        }
    }

    /// The present state, and where it stands.
    pub(crate) fn snapshot(&self) -> Standpoint {
        let mut state = self.state();
        Standpoint {
            piece: self.snapshot_frame(&mut state),
            position: state.ring.end(),
        }
    }

    fn snapshot_frame(&self, state: &mut State) -> Piece {
        if let Some(frame) = &state.snapshot_frame {
            return frame.clone();
        }
        let tag = self.tag(state.shown.seq);
        let frame = event("snapshot", &tag, &state.shown.snapshot(&self.race));
        state.snapshot_frame.insert(frame).clone()
    }
}
