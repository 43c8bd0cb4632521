//! What a board is made of: keys in blocks, and the changes that facts make.

use crate::key::Key;
use crate::ledger::Place;

/// Keys in a block before it is split: an insertion moves at most 4 KiB.
pub(crate) const BLOCK_KEYS_MAX: usize = 128;

/// What a key carries. Some of what is carried counts, and is counted.
pub(crate) trait Carried: Copy + PartialEq {
    /// Whether any of it counts.
    const COUNTS: bool;

    fn counts(self) -> bool;
}

impl Carried for () {
    const COUNTS: bool = false;

    fn counts(self) -> bool {
        false
    }
}

/// A key that is no longer there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gone<C> {
    pub(crate) key: Key,
    pub(crate) carried: C,
    /// The fact that put it there.
    pub(crate) since: Place,
    /// The fact that took it away.
    pub(crate) until: Place,
}

/// Some keys in order; never empty.
#[derive(Debug)]
pub(crate) struct Block<C> {
    pub(crate) keys: Vec<Key>,
    /// By key: the fact that put it there. Side by side, to be counted fast.
    pub(crate) since: Vec<Place>,
    pub(crate) carried: Vec<C>,
}

/// What a fact does to a board.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change<C> {
    pub(crate) key: Key,
    /// The fact.
    pub(crate) place: Place,
    pub(crate) what: What<C>,
}

/// What becomes of a key.
#[derive(Clone, Copy, Debug)]
pub(crate) enum What<C> {
    /// It comes, and carries this.
    Comes(C),
    /// It goes.
    Goes,
    /// It stays, and carries this from now on.
    Carries(C),
}

impl<C> Gone<C> {
    /// Whether it stood there at the end of any fact.
    pub(crate) fn was_seen(&self) -> bool {
        self.since < self.until
    }
}

impl<C> Block<C> {
    pub(crate) fn new() -> Self {
        Self {
            keys: Vec::with_capacity(BLOCK_KEYS_MAX),
            since: Vec::with_capacity(BLOCK_KEYS_MAX),
            carried: Vec::with_capacity(BLOCK_KEYS_MAX),
        }
    }

    pub(crate) fn of(key: Key, since: Place, carried: C) -> Self {
        let mut block = Self::new();
        block.insert(0, key, since, carried);
        block
    }

    pub(crate) fn insert(&mut self, place: usize, key: Key, since: Place, carried: C) {
        self.keys.insert(place, key);
        self.since.insert(place, since);
        self.carried.insert(place, carried);
    }

    pub(crate) fn counting(&self) -> u32
    where
        C: Carried,
    {
        counting(&self.carried)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Key, Place, C)>
    where
        C: Copy,
    {
        let beside = self.since.iter().zip(&self.carried);
        let all = self.keys.iter().zip(beside);
        all.map(|(key, (since, carried))| (*key, *since, *carried))
    }

    /// Where a key stands, or else would.
    pub(crate) fn place_of(&self, key: &Key) -> Result<usize, usize> {
        let place = self.keys.partition_point(|k| k.is_before(key));
        match self.keys.get(place) {
            Some(found) if found == key => Ok(place),
            _ => Err(place),
        }
    }

    /// Leaves the lower half and returns the upper.
    pub(crate) fn split(&mut self) -> Self {
        let middle = self.keys.len() / 2;
        let mut upper = Self::new();
        upper.keys.extend(self.keys.drain(middle..));
        upper.since.extend(self.since.drain(middle..));
        upper.carried.extend(self.carried.drain(middle..));
        upper
    }
}

pub(crate) fn counting<C: Carried>(carried: &[C]) -> u32 {
    carried.iter().map(|it| u32::from(it.counts())).sum()
}

pub(crate) fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
