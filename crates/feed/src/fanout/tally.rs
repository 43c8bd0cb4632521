//! What a fan-out has written.

use std::iter::Sum;
use std::ops::Add;
use std::sync::atomic::{AtomicU64, Ordering};

/// What was written to viewers since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Frames, snapshots among them.
    pub deliveries: u64,
    /// Facts that frames led on by: many where a frame stands for many.
    pub facts: u64,
    /// Calls that took them, many at a time where many were pending.
    pub writes: u64,
    /// Bytes, framing included.
    pub bytes: u64,
    /// Snapshots.
    pub snapshots: u64,
    /// Of those, the ones for viewers that had fallen behind.
    pub rebased: u64,
    /// Times that a socket was full.
    pub full: u64,
}

impl Add for Tally {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            deliveries: self.deliveries + other.deliveries,
            facts: self.facts + other.facts,
            writes: self.writes + other.writes,
            bytes: self.bytes + other.bytes,
            snapshots: self.snapshots + other.snapshots,
            rebased: self.rebased + other.rebased,
            full: self.full + other.full,
        }
    }
}

impl Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(tallies: I) -> Self {
        tallies.fold(Self::default(), Add::add)
    }
}

/// The same, to be read while it is written.
#[derive(Debug, Default)]
pub(super) struct Published {
    deliveries: AtomicU64,
    facts: AtomicU64,
    writes: AtomicU64,
    bytes: AtomicU64,
    snapshots: AtomicU64,
    rebased: AtomicU64,
    full: AtomicU64,
}

impl Published {
    /// By the one thread that counts.
    pub(super) fn set(&self, tally: Tally) {
        self.deliveries.store(tally.deliveries, Ordering::Relaxed);
        self.facts.store(tally.facts, Ordering::Relaxed);
        self.writes.store(tally.writes, Ordering::Relaxed);
        self.bytes.store(tally.bytes, Ordering::Relaxed);
        self.snapshots.store(tally.snapshots, Ordering::Relaxed);
        self.rebased.store(tally.rebased, Ordering::Relaxed);
        self.full.store(tally.full, Ordering::Relaxed);
    }

    pub(super) fn get(&self) -> Tally {
        Tally {
            deliveries: self.deliveries.load(Ordering::Relaxed),
            facts: self.facts.load(Ordering::Relaxed),
            writes: self.writes.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
            snapshots: self.snapshots.load(Ordering::Relaxed),
            rebased: self.rebased.load(Ordering::Relaxed),
            full: self.full.load(Ordering::Relaxed),
        }
    }
}
