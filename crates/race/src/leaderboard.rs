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

use crate::block::{BLOCK_KEYS_MAX, Block, Carried, Change, Gone, What, count, counting};
use crate::fenwick::Fenwick;
use crate::key::Key;
use crate::ledger::Place;
use crate::rebuilding::merge;

/// Changes that may wait: a few megabytes.
pub(crate) const PENDING_MAX: usize = 65_536;
/// Up to so many changes are made one by one, whatever the board.
pub(crate) const FEW: usize = 32;
/// Of a larger board one in so many keys may change that way.
const FEW_ONE_IN: usize = 16;

/// Keys in order, each with something that it carries.
#[derive(Debug)]
pub(crate) struct Leaderboard<C = ()> {
    blocks: Vec<Block<C>>,
    /// The first key of each block, side by side: the search for a block
    /// stays in a few cache lines.
    firsts: Vec<Key>,
    /// The length of each block.
    lengths: Fenwick,
    /// Of each block: how many of its keys carry something that counts.
    counting: Fenwick,
    /// What has gone, in log order.
    gone: Vec<Gone<C>>,
    /// What is to be done before anybody looks, in log order.
    pending: Vec<Change<C>>,
}

impl<C> Default for Leaderboard<C> {
    fn default() -> Self {
        Self {
            blocks: Vec::new(),
            firsts: Vec::new(),
            lengths: Fenwick::default(),
            counting: Fenwick::default(),
            gone: Vec::new(),
            pending: Vec::new(),
        }
    }
}

impl<C: Carried> Leaderboard<C> {
    /// The block that holds `key` or would.
    fn block_of(&self, key: &Key) -> usize {
        let later = self.firsts.partition_point(|first| !key.is_before(first));
        later.saturating_sub(1)
    }

    fn insert(&mut self, key: Key, since: Place, carried: C) {
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
            _ => match block.place_of(&key) {
                Ok(_) => return,
                Err(place) => place,
            },
        };
        if block.keys.len() < BLOCK_KEYS_MAX {
            block.insert(place, key, since, carried);
            self.lengths.add(at, 1);
            if carried.counts() {
                self.counting.add(at, 1);
            }
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
    fn remove(&mut self, key: &Key) -> Option<Gone<C>> {
        if self.blocks.is_empty() {
            return None;
        }
        let at = self.block_of(key);
        let block = &mut self.blocks[at];
        let place = block.place_of(key).ok()?;
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
            if carried.counts() {
                self.counting.subtract(at, 1);
            }
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
            if C::COUNTS {
                self.counting.push(self.blocks[at].counting());
            }
        } else {
            self.recount();
        }
    }

    fn recount(&mut self) {
        self.lengths = Fenwick::of(self.blocks.iter().map(|block| count(block.keys.len())));
        if C::COUNTS {
            self.counting = Fenwick::of(self.blocks.iter().map(Block::counting));
        }
    }

    /// Puts a change off until [`Leaderboard::settle`]. Whether it is the
    /// first that waits.
    pub(crate) fn note(&mut self, change: Change<C>) -> bool {
        self.pending.push(change);
        if self.pending.len() >= PENDING_MAX {
            self.settle();
        }
        self.pending.len() == 1
    }

    /// Makes the changes that wait: one by one where they are few, else all
    /// in one pass over the board.
    pub(crate) fn settle(&mut self) {
        let mut pending = std::mem::take(&mut self.pending);
        if pending.len() * FEW_ONE_IN < self.len() || pending.len() < FEW {
            for change in pending.drain(..) {
                self.make(change);
            }
            // The room is kept for the next.
            self.pending = pending;
        } else {
            self.rebuild(pending);
        }
    }

    fn rebuild(&mut self, pending: Vec<Change<C>>) {
        self.blocks = merge(&self.blocks, pending, &mut self.gone);
        self.firsts = self.blocks.iter().map(|block| block.keys[0]).collect();
        self.recount();
    }

    /// Makes a change now.
    pub(crate) fn make(&mut self, Change { key, place, what }: Change<C>) {
        match what {
            What::Comes(carried) => self.insert(key, place, carried),
            What::Goes => {
                let went = self.remove(&key).map(|gone| Gone {
                    until: place,
                    ..gone
                });
                self.gone.extend(went.filter(Gone::was_seen));
            }
            What::Carries(carried) => self.carry(&key, carried),
        }
    }

    /// Lets a key that stands there carry something else.
    fn carry(&mut self, key: &Key, carried: C) {
        let (at, within) = self.find(key);
        let Some(block) = self.blocks.get_mut(at) else {
            return;
        };
        if block.keys.get(within) != Some(key) {
            return;
        }
        let before = std::mem::replace(&mut block.carried[within], carried);
        match (before.counts(), carried.counts()) {
            (true, false) => self.counting.subtract(at, 1),
            (false, true) => self.counting.add(at, 1),
            _ => {}
        }
    }

    /// How many before `key` carry something that counts.
    pub(crate) fn counting_before(&self, key: &Key) -> usize {
        let (at, within) = self.find(key);
        let block = self.blocks.get(at);
        let here = block.map_or(0, |block| counting(&block.carried[..within]));
        (self.counting.sum_before(at) + here) as usize
    }

    /// Those that carry something that counts, in order.
    pub(crate) fn iter_counting(&self) -> impl Iterator<Item = &Key> {
        self.blocks.iter().flat_map(|block| {
            let all = block.keys.iter().zip(&block.carried);
            all.filter(|(_, carried)| carried.counts())
                .map(|(key, _)| key)
        })
    }

    /// Those from `floor` on that are the `same`, with what they carry.
    pub(crate) fn group(
        &self,
        floor: &Key,
        same: impl Fn(&Key) -> bool,
    ) -> impl Iterator<Item = (&Key, C)> {
        let (at, within) = self.find(floor);
        let blocks = self.blocks.get(at..).unwrap_or_default();
        let all = blocks.iter().enumerate().flat_map(move |(nth, block)| {
            let from = if nth == 0 { within } else { 0 };
            let carried = block.carried[from..].iter().copied();
            block.keys[from..].iter().zip(carried)
        });
        all.take_while(move |(key, _)| same(key))
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
        let within = block.map_or(0, |block| block.keys.partition_point(|k| k.is_before(key)));
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
    #[cfg(test)]
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(official: i64, runner: u32) -> Key {
        Key::new(0, official, 0, 0, runner)
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

    proptest! {
        #[test]
        fn changes_come_out_the_same_one_by_one_and_all_at_once(
            steps in prop::collection::vec((0..4_u8, 0..40_i64, 0..2_u32, any::<bool>()), 1..400),
            settles in prop::collection::vec(any::<bool>(), 400),
        ) {
            use crate::totals::Here;
            let (mut single, mut bulk) = (Leaderboard::default(), Leaderboard::default());
            for (((what, official, runner, here), place), settles) in steps.into_iter().zip(0..).zip(settles) {
                let what = match what {
                    0 | 1 => What::Comes(Here(here)),
                    2 => What::Goes,
                    _ => What::Carries(Here(here)),
                };
                let change = Change { key: key(official, runner), place, what };
                single.make(change);
                bulk.note(change);
                if settles && place % 50 == 49 {
                    let pending = std::mem::take(&mut bulk.pending);
                    bulk.rebuild(pending);
                }
            }
            let pending = std::mem::take(&mut bulk.pending);
            bulk.rebuild(pending);
            let all = |board: &Leaderboard<Here>| board.blocks.iter().flat_map(Block::iter).collect::<Vec<_>>();
            prop_assert_eq!(all(&single), all(&bulk));
            for official in 0..40 {
                let key = key(official, 1);
                prop_assert_eq!(single.count_before(&key), bulk.count_before(&key));
                prop_assert_eq!(single.counting_before(&key), bulk.counting_before(&key));
            }
            let gone = |board: &Leaderboard<Here>| {
                let mut gone: Vec<_> = board.gone.iter().map(|g| (g.key, g.since, g.until)).collect();
                gone.sort_unstable();
                gone
            };
            prop_assert_eq!(gone(&single), gone(&bulk));
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
}
