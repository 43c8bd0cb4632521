//! An ordered set that answers "how many are before this one?".
//!
//! A rank is a query, not a field: in a wave start one passage can move
//! thousands of ranks, and none of them is touched until somebody looks.
//!
//! Keys stand in order in blocks of bounded length. Finding a block is a
//! binary search, the rest is a move of a few kilobytes inside one block,
//! which at the sizes of road races beats a pointer tree.

use std::cmp::Ordering;

/// Keys in a block before it is split. Long enough that a field of 50,000 has
/// a few hundred blocks, short enough that an insertion moves at most 16 KiB.
const BLOCK_KEYS_MAX: usize = 512;

/// By what a ranking is ordered; smaller is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    /// Checkpoints still to go; 0 within one checkpoint.
    pub(crate) to_go: u32,
    /// Official time.
    pub(crate) official: i64,
    /// The same, unrounded.
    pub(crate) raw: i64,
    /// Of the passage.
    pub(crate) instant: i64,
    /// Whose. Not a part of the ranking: it only tells equals apart.
    pub(crate) runner: u32,
}

impl Key {
    /// Equal in everything that time can tell.
    pub(crate) fn same_time(&self, other: &Self) -> bool {
        (self.to_go, self.official, self.raw, self.instant)
            == (other.to_go, other.official, other.raw, other.instant)
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
        (
            self.to_go,
            self.official,
            self.raw,
            self.instant,
            self.runner,
        )
            .cmp(&(
                other.to_go,
                other.official,
                other.raw,
                other.instant,
                other.runner,
            ))
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Keys in order.
#[derive(Debug, Default)]
pub(crate) struct Leaderboard {
    /// None is empty.
    blocks: Vec<Vec<Key>>,
    /// The first key of each block, side by side: the search for a block
    /// stays in a few cache lines.
    firsts: Vec<Key>,
    /// The length of each block, side by side, to be summed quickly.
    lengths: Vec<u32>,
}

impl Leaderboard {
    /// The block that holds `key` or would.
    fn block_of(&self, key: &Key) -> usize {
        let later = self.firsts.partition_point(|first| first <= key);
        later.saturating_sub(1)
    }

    pub(crate) fn insert(&mut self, key: Key) {
        if self.blocks.is_empty() {
            self.add_block(0, vec![key]);
            return;
        }
        let at = self.block_of(&key);
        let block = &mut self.blocks[at];
        let Err(place) = block.binary_search(&key) else {
            return;
        };
        block.insert(place, key);
        if block.len() > BLOCK_KEYS_MAX {
            let upper = block.split_off(block.len() / 2);
            self.add_block(at + 1, upper);
        }
        self.note(at);
    }

    pub(crate) fn remove(&mut self, key: &Key) {
        if self.blocks.is_empty() {
            return;
        }
        let at = self.block_of(key);
        let Ok(place) = self.blocks[at].binary_search(key) else {
            return;
        };
        self.blocks[at].remove(place);
        if self.blocks[at].is_empty() {
            self.blocks.remove(at);
            self.firsts.remove(at);
            self.lengths.remove(at);
        } else {
            self.note(at);
        }
    }

    fn add_block(&mut self, at: usize, block: Vec<Key>) {
        self.firsts.insert(at, block[0]);
        self.lengths.insert(at, 0);
        self.blocks.insert(at, block);
        self.note(at);
    }

    /// Brings what is known of a block up to date.
    fn note(&mut self, at: usize) {
        let block = &self.blocks[at];
        self.firsts[at] = block[0];
        self.lengths[at] = u32::try_from(block.len()).unwrap_or(u32::MAX);
    }

    /// Replaces `old` by `new`, either of which may be absent.
    pub(crate) fn exchange(&mut self, old: Option<Key>, new: Option<Key>) {
        if old == new {
            return;
        }
        if let Some(key) = old {
            self.remove(&key);
        }
        if let Some(key) = new {
            self.insert(key);
        }
    }

    /// How many are strictly before `key`.
    pub(crate) fn count_before(&self, key: &Key) -> usize {
        self.seek(key).0
    }

    /// How many are strictly before `key`, and all from it on, in order.
    pub(crate) fn seek(&self, key: &Key) -> (usize, impl Iterator<Item = &Key>) {
        let at = self.block_of(key);
        let earlier = self.lengths[..at].iter().sum::<u32>() as usize;
        let (within, first, rest) = match self.blocks.get(at) {
            Some(block) => {
                let within = block.partition_point(|k| k < key);
                (within, &block[within..], &self.blocks[at + 1..])
            }
            None => (0, &[][..], &[][..]),
        };
        (earlier + within, first.iter().chain(rest.iter().flatten()))
    }

    /// All, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Key> {
        self.blocks.iter().flatten()
    }
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
            let mut board = Leaderboard::default();
            let mut list = std::collections::BTreeSet::new();
            for (add, official, runner) in steps {
                let key = key(official, runner);
                if add {
                    board.insert(key);
                    list.insert(key);
                } else {
                    board.remove(&key);
                    list.remove(&key);
                }
                prop_assert_eq!(board.count_before(&key), list.range(..key).count());
            }
            prop_assert!(board.iter().eq(list.iter()));
            let middle = key(200, 3);
            prop_assert!(board.seek(&middle).1.eq(list.range(middle..)));
        }
    }

    #[test]
    fn blocks_split_and_vanish() {
        let mut board = Leaderboard::default();
        (0..5000).for_each(|i| board.insert(key(i64::from(i) * 7 % 5000, i)));
        assert!(board.blocks.len() > 5);
        assert!(
            board
                .blocks
                .iter()
                .all(|b| !b.is_empty() && b.len() <= BLOCK_KEYS_MAX)
        );
        (0..5000).for_each(|i| board.remove(&key(i64::from(i) * 7 % 5000, i)));
        assert!(board.blocks.is_empty());
    }
}
