//! The recent diffs of a view, for viewers that are a little behind.

use std::collections::VecDeque;

use crate::deflate::Sum;
use crate::frame::Frame;

/// What a ring holds at most.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room {
    frames: usize,
    bytes: usize,
}

impl Room {
    /// Of a view that many may share: several minutes of a busy race at four
    /// ticks a second.
    pub(crate) const SHARED: Self = Self {
        frames: 1_024,
        bytes: 4 * 1024 * 1024,
    };
    /// Of a view of some bibs. There may be thousands of them, most with one
    /// viewer, and a new snapshot is small: a minute, for a phone that changes
    /// its network.
    pub(crate) const FOLLOWED: Self = Self {
        frames: 64,
        bytes: 256 * 1024,
    };
}

/// Frames in order, each with a position that never changes. A copy shares
/// them.
#[derive(Clone, Debug)]
pub(crate) struct Ring {
    room: Room,
    frames: VecDeque<Frame>,
    /// Position of the oldest frame that is still held.
    first: u64,
    bytes: usize,
    /// The state behind the newest frame.
    seq: u64,
    /// Of all text that went through.
    sum: Sum,
}

impl Ring {
    /// Of a view that shows the state `seq`.
    pub(crate) fn new(room: Room, seq: u64) -> Self {
        Self {
            room,
            frames: VecDeque::new(),
            first: 0,
            bytes: 0,
            seq,
            sum: Sum::default(),
        }
    }

    pub(crate) fn push(&mut self, frame: Frame) {
        self.bytes += frame.len();
        (self.seq, self.sum) = (frame.to, frame.sums.1);
        self.frames.push_back(frame);
        while self.frames.len() > self.room.frames || self.bytes > self.room.bytes {
            let Some(oldest) = self.frames.pop_front() else {
                break;
            };
            self.bytes -= oldest.len();
            self.first += 1;
        }
    }

    /// The sum of all text that went through.
    pub(crate) fn sum(&self) -> Sum {
        self.sum
    }

    /// The position behind the newest frame.
    pub(crate) fn end(&self) -> u64 {
        self.first + self.frames.len() as u64
    }

    /// The position of the oldest frame.
    pub(crate) fn first(&self) -> u64 {
        self.first
    }

    /// The oldest frame that is held.
    pub(crate) fn oldest(&self) -> Option<&Frame> {
        self.frames.front()
    }

    /// The state in front of `position`, unless that is behind the ring.
    pub(crate) fn state_at(&self, position: u64) -> Option<u64> {
        let at = usize::try_from(position.checked_sub(self.first)?).ok()?;
        Some(self.frames.get(at).map_or(self.seq, |frame| frame.from))
    }

    /// The frames from `position` on; `None` if some are no longer held.
    pub(crate) fn from(&self, position: u64) -> Option<impl Iterator<Item = &Frame>> {
        let skip = usize::try_from(position.checked_sub(self.first)?).ok()?;
        Some(self.frames.iter().skip(skip))
    }

    /// The position of the frame that leads on from state `seq`, or of a comment
    /// before it.
    pub(crate) fn leading_from(&self, seq: u64) -> Option<u64> {
        let at = self
            .frames
            .binary_search_by_key(&seq, |frame| frame.from)
            .ok()?;
        Some(self.first + at as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Piece;

    fn frame(from: u64, size: usize) -> Frame {
        Frame {
            piece: Piece::of(&"x".repeat(size)),
            from,
            to: from + 1,
            made: std::time::Instant::now(),
            common: None,
            sums: Default::default(),
        }
    }

    #[test]
    fn old_frames_go_when_there_are_too_many() {
        let mut ring = Ring::new(Room::SHARED, 0);
        (0..5_000).for_each(|seq| ring.push(frame(seq, 10)));
        assert_eq!(ring.end(), 5_000);
        assert!(ring.from(10).is_none());
        assert_eq!(ring.from(4_990).map(Iterator::count), Some(10));
        assert_eq!(ring.leading_from(10), None);
        assert_eq!(ring.leading_from(4_999), Some(4_999));
        assert_eq!(ring.leading_from(5_000), None);
        assert_eq!(ring.state_at(4_990), Some(4_990));
        assert_eq!(ring.state_at(5_000), Some(5_000));
        assert_eq!(ring.state_at(10), None);
    }

    #[test]
    fn comments_lead_nowhere_and_hide_no_frame() {
        let mut ring = Ring::new(Room::SHARED, 0);
        let comment = |seq| Frame {
            to: seq,
            ..frame(seq, 3)
        };
        let frames = [frame(0, 9), comment(1), comment(1), frame(1, 9), comment(2)];
        frames.into_iter().for_each(|frame| ring.push(frame));
        for (seq, to) in [(0, 1), (1, 2), (2, 2)] {
            let begin = ring.leading_from(seq).expect("it is held");
            let rest: Vec<&Frame> = ring.from(begin).expect("it is held").collect();
            assert_eq!(rest[0].from, seq);
            let mut states = rest.iter().filter(|frame| frame.to > frame.from);
            assert!(states.next().is_none_or(|frame| frame.to == to));
            assert_eq!(ring.state_at(begin), Some(seq));
        }
    }

    #[test]
    fn old_frames_go_when_they_are_too_large() {
        let mut ring = Ring::new(Room::SHARED, 0);
        (0..20).for_each(|seq| ring.push(frame(seq, 1024 * 1024 - 16)));
        assert_eq!(ring.from(16).map(Iterator::count), Some(4));
        assert!(ring.from(15).is_none());
    }
}
