//! What the conductor and a crowd say to each other: a line of JSON each, over
//! the socket that is the crowd's standard input.

use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// From the conductor.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub enum Command {
    /// Count from here on; everybody has the messages up to this one.
    Begin {
        /// This one.
        base: u32,
    },
    /// These messages, up to the last, are sent now. Said before they are, so
    /// that a crowd can look it up when they arrive.
    Sent {
        /// The last of them.
        last: u32,
        /// By [`now_us`].
        at_us: u64,
    },
    /// Keep when which message arrived, of all: they are sent by somebody else,
    /// and when is known only later.
    Trace,
    /// The viewers that were set apart stop reading.
    Stall,
    /// They read again.
    Wake,
    /// Say how it went since the beginning.
    Report,
}

/// From a crowd.
#[derive(Debug, Serialize, Deserialize)]
pub enum Notice {
    /// Everybody is connected and was greeted.
    Ready {
        /// Since the crowd began.
        took_us: u64,
    },
    /// Everybody who reads has this message and all before it.
    Reached {
        /// This one.
        last: u32,
    },
    /// The answer to [`Command::Report`].
    Report(Box<Report>),
}

/// Viewers that had the messages up to `from`, and from then on those up to `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// The last that they had.
    pub from: u32,
    /// The last that they have.
    pub to: u32,
    /// To the millisecond, by [`now_us`].
    pub at_ms: u64,
    /// How many viewers.
    pub viewers: u32,
}

/// What a crowd has seen since the beginning; sums over its viewers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Report {
    /// Messages, each viewer's counted: a frame that stands for three is three.
    pub delivered: u64,
    /// Events that carried them.
    pub frames: u64,
    /// Reads that brought something.
    pub reads: u64,
    /// Bytes, of whatever kind.
    pub bytes: u64,
    /// Messages for which no frame of their own came.
    pub merged: u64,
    /// Frames with a number before the one that the viewer had.
    pub backwards: u64,
    /// Viewers whose connection ended.
    pub closed: u64,
    /// Viewers, the stalled ones among them, that lack the last message sent.
    pub behind: u64,
    /// Of the sample: snapshots after the first.
    pub rebased: u64,
    /// From sending to receipt by a viewer that reads: microseconds, and how
    /// many deliveries took so long.
    pub delays_us: Vec<(u64, u64)>,
    /// From sending to receipt by the last of those who read, likewise.
    pub last_us: Vec<(u64, u64)>,
    /// Where it is traced: how many viewers got which messages when.
    pub arrivals: Vec<Arrival>,
    /// What the sample shows.
    pub states: Vec<Value>,
}

impl Report {
    /// Adds another crowd's.
    pub fn add(&mut self, other: Self) {
        self.delivered += other.delivered;
        self.frames += other.frames;
        self.reads += other.reads;
        self.bytes += other.bytes;
        self.merged += other.merged;
        self.backwards += other.backwards;
        self.closed += other.closed;
        self.behind += other.behind;
        self.rebased += other.rebased;
        self.delays_us.extend(other.delays_us);
        self.last_us.extend(other.last_us);
        self.arrivals.extend(other.arrivals);
        self.states.extend(other.states);
    }
}

/// The time of day, microseconds: the one clock that two processes share.
#[must_use]
pub fn now_us() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
    })
}
