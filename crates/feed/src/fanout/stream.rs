//! A view as a shard sees it.

use std::sync::Arc;
use std::time::Instant;

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
    /// When the oldest frame of the present turn was made.
    turn_since: Option<Instant>,
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
            turn_since: None,
            listener,
        }
    }

    /// Fetches the frames that have come, for all.
    pub(super) fn refresh(&mut self) {
        self.sweep.left = self.watched_by.len();
        let oldest = match self.view.news(self.ring.end()) {
            Some(frames) => {
                let oldest = frames.first().map(|frame| frame.made);
                frames.into_iter().for_each(|frame| self.ring.push(frame));
                oldest
            }
            // The shard itself was too slow: all begin with a snapshot.
            None => {
                self.view.unlisten(&self.listener);
                self.ring = self.view.listen(self.listener.clone());
                self.ring.oldest().map(|frame| frame.made)
            }
        };
        self.turn_since = self.turn_since.or(oldest);
    }

    /// A turn is complete; when its oldest frame was made.
    pub(super) fn end_turn(&mut self) -> Option<Instant> {
        self.turn_since.take()
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

    /// Takes a viewer into the list; at which place.
    pub(super) fn list(&mut self, viewer: u32) -> usize {
        self.watched_by.push(viewer);
        if !self.is_swept() {
            // The way round has become longer.
            self.sweep.left += 1;
        }
        self.watched_by.len() - 1
    }

    /// Lets a viewer go, who stands at that place of the list; who stands there
    /// now.
    pub(super) fn strike(&mut self, listed_at: u32) -> Option<u32> {
        let place = listed_at as usize;
        self.watched_by.swap_remove(place);
        let moved = self.watched_by.get(place).copied();
        if moved.is_some() && !self.is_swept() {
            // Perhaps to behind the sweep.
            self.sweep.left = self.watched_by.len();
        }
        // Nobody is left where there is nobody.
        self.sweep.left = self.sweep.left.min(self.watched_by.len());
        moved
    }

    /// The state of a viewer that has everything up to `position`; `None` where
    /// that is behind the ring.
    pub(super) fn tag_at(&self, position: u64) -> Option<Tag> {
        let seq = self.ring.state_at(position)?;
        Some(self.view.tag(seq))
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.view.unlisten(&self.listener);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use tasuki_race::{Projector, Selection};

    use super::*;
    use crate::channel::Channel;
    use crate::fanout::STALLED_TIME_MAX;
    use crate::fanout::lag::lag;
    use crate::fanout::shard::Shard;
    use crate::tag::Origin;

    /// What happens to a list while it is swept.
    #[derive(Clone, Debug)]
    enum Step {
        Comes,
        Goes(usize),
        Sweeps(usize),
        /// There is a new frame.
        Begins,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            2 => Just(Step::Comes),
            2 => (0..100_usize).prop_map(Step::Goes),
            4 => (1..9_usize).prop_map(Step::Sweeps),
            1 => Just(Step::Begins),
        ];
        prop::collection::vec(step, 1..200)
    }

    fn stream() -> Stream {
        let shard = Shard::new(STALLED_TIME_MAX, lag()).expect("an epoll");
        let projector = Projector::new("race".parse().expect("a slug"));
        let channel = Channel::new(Origin(1), std::time::Duration::ZERO);
        let place = channel.join(&Selection::all(), &projector, None);
        let listener = Listener {
            bell: Arc::clone(shard.bell()),
            stream: 0,
        };
        Stream::begin(&place.expect("there is room").view, listener)
    }

    proptest! {
        #[test]
        fn a_sweep_passes_everybody_who_was_there_when_it_began(steps in steps()) {
            let mut stream = stream();
            let mut number = 0;
            // Those who have not got the newest frame.
            let mut waiting = BTreeSet::new();
            let sweep = |stream: &mut Stream, waiting: &mut BTreeSet<u32>, most| {
                let some = stream.next_viewers(most);
                stream.watched_by[some].iter().for_each(|viewer| { waiting.remove(viewer); });
            };
            for step in steps {
                match step {
                    Step::Comes => {
                        // It is sent everything at once.
                        stream.list(number);
                        number += 1;
                    }
                    Step::Goes(place) if place < stream.watched_by.len() => {
                        waiting.remove(&stream.watched_by[place]);
                        stream.strike(super::super::shard::number(place));
                    }
                    Step::Goes(_) => {}
                    Step::Sweeps(most) => sweep(&mut stream, &mut waiting, most),
                    Step::Begins => {
                        stream.refresh();
                        waiting.extend(&stream.watched_by);
                    }
                }
            }
            while !stream.is_swept() {
                sweep(&mut stream, &mut waiting, 3);
            }
            prop_assert_eq!(waiting, BTreeSet::new());
        }
    }
}
