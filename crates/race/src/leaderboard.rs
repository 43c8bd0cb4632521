//! An ordered set that answers "how many are before this one?", now and at
//! any moment before.
//!
//! A rank is a query, not a field: in a wave start one passage can move
//! thousands of ranks, and none of them is touched until somebody looks.
//!
//! Keys stand in order in blocks of bounded length. Finding a block is a
//! binary search, the rest is a move of a few kilobytes inside one block,
//! which at the sizes of road races beats a pointer tree. How many stand in
//! the blocks before is a sum that a Fenwick tree keeps.
//!
//! Beside each key stands since when it is there, and keys that went are
//! remembered with the time that they were there: that is all that a look
//! into the past needs ([`crate::ranking`]).

use std::cmp::Ordering;

use crate::fenwick::Fenwick;
use crate::ledger::Place;

/// Keys in a block before it is split: an insertion moves at most 4 KiB.
const BLOCK_KEYS_MAX: usize = 128;

/// By what a ranking is ordered; smaller is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    /// Checkpoints still to go; 0 within one checkpoint.
    pub(crate) to_go: u32,
    /// Whose. Not a part of the ranking: it only tells equals apart.
    pub(crate) runner: u32,
    /// Official time.
    pub(crate) official: i64,
    /// The same, unrounded.
    pub(crate) raw: i64,
    /// Of the passage.
    pub(crate) instant: i64,
}

impl Key {
    /// Equal in everything that time can tell.
    pub(crate) fn same_time(&self, other: &Self) -> bool {
        (self.to_go, self.official, self.raw, self.instant)
            == (other.to_go, other.official, other.raw, other.instant)
    }

    /// Equal in what is published.
    pub(crate) fn same_official(&self, other: &Self) -> bool {
        (self.to_go, self.official) == (other.to_go, other.official)
    }

    /// The least key with this official time.
    pub(crate) fn official_floor(self) -> Self {
        Self {
            raw: i64::MIN,
            instant: i64::MIN,
            runner: 0,
            ..self
        }
    }

    /// The least key with these times.
    pub(crate) fn time_floor(self) -> Self {
        Self { runner: 0, ..self }
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        let order = |key: &Self| (key.to_go, key.official, key.raw, key.instant, key.runner);
        order(self).cmp(&order(other))
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
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

/// Keys in order, each with something that it carries.
#[derive(Debug)]
pub(crate) struct Leaderboard<C = ()> {
    blocks: Vec<Block<C>>,
    /// The first key of each block, side by side: the search for a block
    /// stays in a few cache lines.
    firsts: Vec<Key>,
    /// The length of each block.
    lengths: Fenwick,
    /// What has gone, in log order; nothing where nobody asks for the past.
    gone: Vec<Gone<C>>,
    /// Since the last [`Leaderboard::take_changed_from`]: the least key that
    /// came or went. Ranks before it are as they were.
    changed_from: Option<Key>,
}

impl<C> Default for Leaderboard<C> {
    fn default() -> Self {
        Self {
            blocks: Vec::new(),
            firsts: Vec::new(),
            lengths: Fenwick::default(),
            gone: Vec::new(),
            changed_from: None,
        }
    }
}

impl<C: Copy + PartialEq> Leaderboard<C> {
    /// The block that holds `key` or would.
    fn block_of(&self, key: &Key) -> usize {
        let later = self.firsts.partition_point(|first| first <= key);
        later.saturating_sub(1)
    }

    pub(crate) fn insert(&mut self, key: Key, since: Place, carried: C) {
        self.note_change(key);
        let at = match self.firsts.last() {
            None => return self.add_block(0, Block::of(key, since, carried)),
            // Most come in behind everybody else.
            Some(last) if *last < key => self.blocks.len() - 1,
            Some(_) => self.block_of(&key),
        };
        let is_last = at + 1 == self.blocks.len();
        let block = &mut self.blocks[at];
        let place = match block.keys.last() {
            Some(last) if *last < key => block.keys.len(),
            _ => match block.keys.binary_search(&key) {
                Ok(_) => return,
                Err(place) => place,
            },
        };
        if block.keys.len() < BLOCK_KEYS_MAX {
            block.insert(place, key, since, carried);
            self.lengths.add(at, 1);
            if place == 0 {
                self.firsts[at] = key;
            }
            return;
        }
        // A full last block stays full: the next ones come in behind it, too.
        if place == block.keys.len() && is_last {
            return self.add_block(at + 1, Block::of(key, since, carried));
        }
        let mut upper = block.split();
        if place <= block.keys.len() {
            block.insert(place, key, since, carried);
        } else {
            upper.insert(place - block.keys.len(), key, since, carried);
        }
        self.firsts[at] = block.keys[0];
        self.add_block(at + 1, upper);
    }

    /// Takes a key out; says since when it was there.
    pub(crate) fn remove(&mut self, key: &Key) -> Option<Gone<C>> {
        if self.blocks.is_empty() {
            return None;
        }
        self.note_change(*key);
        let at = self.block_of(key);
        let block = &mut self.blocks[at];
        let place = block.keys.binary_search(key).ok()?;
        block.keys.remove(place);
        let since = block.since.remove(place);
        let carried = block.carried.remove(place);
        if block.keys.is_empty() {
            self.blocks.remove(at);
            self.firsts.remove(at);
            self.recount();
        } else {
            self.firsts[at] = block.keys[0];
            self.lengths.subtract(at, 1);
        }
        Some(Gone {
            key: *key,
            carried,
            since,
            until: Place::MAX,
        })
    }

    fn add_block(&mut self, at: usize, block: Block<C>) {
        self.firsts.insert(at, block.keys[0]);
        self.blocks.insert(at, block);
        if at + 1 == self.blocks.len() && at > 0 && self.blocks[at].keys.len() == 1 {
            self.lengths.push(1);
        } else {
            self.recount();
        }
    }

    fn recount(&mut self) {
        self.lengths = Fenwick::of(self.blocks.iter().map(|block| count(block.keys.len())));
    }

    /// Replaces `old` by `new`, either of which may be absent, by the fact at
    /// `place`; what goes is forgotten.
    pub(crate) fn exchange(&mut self, old: Option<Key>, new: Option<(Key, C)>, place: Place) {
        if let Some(key) = old {
            self.remove(&key);
        }
        if let Some((key, carried)) = new {
            self.insert(key, place, carried);
        }
    }

    /// The same; what goes is remembered, if the past has seen it.
    pub(crate) fn exchange_remembering(
        &mut self,
        old: Option<Key>,
        new: Option<(Key, C)>,
        place: Place,
    ) {
        if let Some(key) = old
            && let Some(gone) = self.remove(&key)
            && gone.since < place
        {
            let until = place;
            self.gone.push(Gone { until, ..gone });
        }
        if let Some((key, carried)) = new {
            self.insert(key, place, carried);
        }
    }

    fn note_change(&mut self, key: Key) {
        let least = self.changed_from.is_none_or(|least| key < least);
        if least {
            self.changed_from = Some(key);
        }
    }

    /// The least key that came or went since this was last asked.
    pub(crate) fn take_changed_from(&mut self) -> Option<Key> {
        self.changed_from.take()
    }

    /// How many are strictly before `key`.
    pub(crate) fn count_before(&self, key: &Key) -> usize {
        self.seek(key).0
    }

    /// How many are strictly before `key`, and all from it on, in order.
    pub(crate) fn seek(&self, key: &Key) -> (usize, impl Iterator<Item = &Key>) {
        let (at, within) = self.find(key);
        let before = self.lengths.sum_before(at) as usize + within;
        (before, self.from(at, within))
    }

    /// Where `key` stands or would: the block, and the place in it.
    pub(crate) fn find(&self, key: &Key) -> (usize, usize) {
        let at = self.block_of(key);
        let block = self.blocks.get(at);
        let within = block.map_or(0, |block| block.keys.partition_point(|k| k < key));
        (at, within)
    }

    /// All from a place in a block on, in order.
    pub(crate) fn from(&self, block: usize, within: usize) -> impl Iterator<Item = &Key> {
        let (first, rest) = match self.blocks.get(block) {
            Some(it) => (&it.keys[within..], &self.blocks[block + 1..]),
            None => (&[][..], &[][..]),
        };
        first.iter().chain(rest.iter().flat_map(|it| &it.keys))
    }

    /// All, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Key> {
        self.from(0, 0)
    }

    pub(crate) fn len(&self) -> usize {
        self.lengths.sum_before(self.blocks.len()) as usize
    }

    pub(crate) fn blocks(&self) -> &[Block<C>] {
        &self.blocks
    }

    pub(crate) fn gone(&self) -> &[Gone<C>] {
        &self.gone
    }

    /// Forgets what has gone.
    pub(crate) fn forget(&mut self) {
        self.gone = Vec::new();
    }
}

impl<C> Block<C> {
    fn new() -> Self {
        Self {
            keys: Vec::with_capacity(BLOCK_KEYS_MAX),
            since: Vec::with_capacity(BLOCK_KEYS_MAX),
            carried: Vec::with_capacity(BLOCK_KEYS_MAX),
        }
    }

    fn of(key: Key, since: Place, carried: C) -> Self {
        let mut block = Self::new();
        block.insert(0, key, since, carried);
        block
    }

    fn insert(&mut self, place: usize, key: Key, since: Place, carried: C) {
        self.keys.insert(place, key);
        self.since.insert(place, since);
        self.carried.insert(place, carried);
    }

    /// Leaves the lower half and returns the upper.
    fn split(&mut self) -> Self {
        let middle = self.keys.len() / 2;
        let mut upper = Self::new();
        upper.keys.extend(self.keys.drain(middle..));
        upper.since.extend(self.since.drain(middle..));
        upper.carried.extend(self.carried.drain(middle..));
        upper
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(official: i64, runner: u32) -> Key {
        Key {
            to_go: 0,
            official,
            raw: 0,
            instant: 0,
            runner,
        }
    }

    proptest! {
        #[test]
        fn agrees_with_a_sorted_list(steps in prop::collection::vec((any::<bool>(), 0..400_i64, 0..8_u32), 1..3000)) {
            let mut board = Leaderboard::<()>::default();
            let mut list = std::collections::BTreeSet::new();
            for (add, official, runner) in steps {
                let key = key(official, runner);
                if add {
                    board.insert(key, 0, ());
                    list.insert(key);
                } else {
                    board.remove(&key);
                    list.remove(&key);
                }
                prop_assert_eq!(board.count_before(&key), list.range(..key).count());
            }
            prop_assert_eq!(board.len(), list.len());
            prop_assert!(board.iter().eq(list.iter()));
            let middle = key(200, 3);
            prop_assert!(board.seek(&middle).1.eq(list.range(middle..)));
        }
    }

    #[test]
    fn blocks_split_and_vanish() {
        let mut board = Leaderboard::<()>::default();
        (0..5000).for_each(|i| board.insert(key(i64::from(i) * 7 % 5000, i), i, ()));
        assert!(board.blocks.len() > 5);
        assert!(
            board
                .blocks
                .iter()
                .all(|b| !b.keys.is_empty() && b.keys.len() <= BLOCK_KEYS_MAX)
        );
        for i in 0..5000 {
            let gone = board.remove(&key(i64::from(i) * 7 % 5000, i));
            assert_eq!(gone.map(|gone| gone.since), Some(i));
        }
        assert!(board.blocks.is_empty());
    }

    #[test]
    fn who_comes_in_behind_everybody_fills_the_blocks() {
        let mut board = Leaderboard::<()>::default();
        (0..1_000).for_each(|i| board.insert(key(i64::from(i), i), 0, ()));
        assert_eq!(board.blocks.len(), 1_000_usize.div_ceil(BLOCK_KEYS_MAX));
        assert_eq!(board.count_before(&key(777, 0)), 777);
    }

    #[test]
    fn the_least_change_is_told_once() {
        let mut board = Leaderboard::<()>::default();
        board.insert(key(5, 0), 0, ());
        board.insert(key(3, 1), 1, ());
        board.insert(key(9, 2), 2, ());
        assert_eq!(board.take_changed_from(), Some(key(3, 1)));
        assert_eq!(board.take_changed_from(), None);
        board.exchange(Some(key(9, 2)), Some((key(8, 2), ())), 3);
        assert_eq!(board.take_changed_from(), Some(key(8, 2)));
    }
}
