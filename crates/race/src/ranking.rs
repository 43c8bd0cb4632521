//! A ranking as it is read: now, or as it was at a moment of the log.
//!
//! Of the keys that stand in a [`Leaderboard`] today those stood there then
//! whose fact had come; of those that have gone the ones that had not gone
//! yet. Counting them block by block once makes every later question as quick
//! as one about the present.

use crate::block::{Block, Carried};
use crate::boards::Boards;
use crate::key::Key;
use crate::leaderboard::Leaderboard;
use crate::ledger::Place;
use crate::placing::to_go;

/// A board, now or then.
#[derive(Debug)]
pub(crate) struct Ranking<'a, C = ()> {
    board: &'a Leaderboard<C>,
    then: Option<&'a Then>,
}

/// What was different on a board at a moment.
#[derive(Debug)]
pub(crate) struct Then {
    /// The newest fact of that moment.
    last: Place,
    /// By block: how many keys stood in those before it.
    before: Vec<usize>,
    /// What stood there and has gone since, in order.
    gone: Vec<Key>,
}

impl<C> Clone for Ranking<'_, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for Ranking<'_, C> {}

impl Then {
    /// Looks through a board once.
    pub(crate) fn of<C: Carried>(board: &Leaderboard<C>, last: Place) -> Self {
        let mut sum = 0;
        let before = board.blocks().iter().map(|block| {
            let here = sum;
            sum += stood(&block.since, last);
            here
        });
        let before = before.collect();
        let gone = board.gone().iter();
        let gone = gone.filter(|gone| gone.since <= last && last < gone.until);
        let mut gone: Vec<Key> = gone.map(|gone| gone.key).collect();
        gone.sort_unstable();
        Self { last, before, gone }
    }
}

/// How many of these had come.
fn stood(since: &[Place], last: Place) -> usize {
    since.iter().filter(|since| **since <= last).count()
}

impl<'a, C: Carried> Ranking<'a, C> {
    pub(crate) fn now(board: &'a Leaderboard<C>) -> Self {
        Self { board, then: None }
    }

    pub(crate) fn at(board: &'a Leaderboard<C>, then: &'a Then) -> Self {
        Self {
            board,
            then: Some(then),
        }
    }

    /// How many are strictly before `key`, and all from it on, in order.
    pub(crate) fn seek(&self, key: &Key) -> (usize, Keys<'a, C>) {
        let (block, within) = self.board.find(key);
        let Some(then) = self.then else {
            let keys = self.keys_from(block, within, &[]);
            return (self.board.count_before(key), keys);
        };
        let earlier = then.before.get(block).copied().unwrap_or_default();
        let here = self.board.blocks().get(block);
        let here = here.map_or(0, |block| stood(&block.since[..within], then.last));
        let gone = then.gone.partition_point(|gone| gone < key);
        let keys = self.keys_from(block, within, &then.gone[gone..]);
        (earlier + here + gone, keys)
    }

    /// All, in order.
    pub(crate) fn iter(&self) -> Keys<'a, C> {
        self.keys_from(0, 0, self.then.map_or(&[], |then| &then.gone))
    }

    fn keys_from(&self, block: usize, within: usize, gone: &'a [Key]) -> Keys<'a, C> {
        Keys {
            blocks: self.board.blocks().get(block..).unwrap_or_default(),
            within,
            last: self.then.map(|then| then.last),
            gone,
        }
    }
}

/// An order that places can be told in.
pub(crate) trait Order {
    /// How many are strictly before `key`.
    fn count_before(&self, key: &Key) -> usize;

    /// Runs `each` for those from `floor` on that are the `same`.
    fn each_equal(&self, floor: &Key, same: &dyn Fn(&Key) -> bool, each: &mut dyn FnMut(&Key));
}

impl<C: Carried> Order for Ranking<'_, C> {
    fn count_before(&self, key: &Key) -> usize {
        match self.then {
            None => self.board.count_before(key),
            Some(_) => self.seek(key).0,
        }
    }

    fn each_equal(&self, floor: &Key, same: &dyn Fn(&Key) -> bool, each: &mut dyn FnMut(&Key)) {
        self.seek(floor)
            .1
            .take_while(|key| same(key))
            .for_each(each);
    }
}

/// The ranking of the race: the later checkpoint first, there by elapsed time.
pub(crate) enum Overall<'a> {
    /// Of each station those who have gone no further.
    Now {
        boards: &'a Boards,
        category: Option<usize>,
    },
    /// As it was, put together: all of them in order.
    Then(&'a [Key]),
}

impl<'a> Overall<'a> {
    /// All, in order.
    pub(crate) fn iter(&self) -> Box<dyn Iterator<Item = Key> + 'a> {
        match *self {
            Self::Now { boards, category } => {
                let stations = boards.totals.iter().enumerate().rev();
                let count = boards.totals.len();
                Box::new(stations.flat_map(move |(station, field)| {
                    let to_go = to_go(count, station);
                    let here = field.of(category).iter_counting();
                    here.map(move |key| key.with_to_go(to_go))
                }))
            }
            Self::Then(keys) => Box::new(keys.iter().copied()),
        }
    }
}

/// The station whose board a key of the race stands on, and its key there.
fn on_board(boards: &Boards, key: &Key) -> (usize, Key) {
    let station = boards.totals.len() - key.to_go() as usize;
    (station, key.with_to_go(0))
}

impl Order for Overall<'_> {
    fn count_before(&self, key: &Key) -> usize {
        match *self {
            Self::Now { boards, category } => {
                let (station, key) = on_board(boards, key);
                let board = boards.totals[station].of(category);
                boards.beyond(station, category) + board.counting_before(&key)
            }
            Self::Then(keys) => keys.partition_point(|k| k.is_before(key)),
        }
    }

    fn each_equal(&self, floor: &Key, same: &dyn Fn(&Key) -> bool, each: &mut dyn FnMut(&Key)) {
        match *self {
            Self::Now { boards, category } => {
                let to_go = floor.to_go();
                let (station, floor) = on_board(boards, floor);
                let board = boards.totals[station].of(category);
                let in_race = |key: &Key| key.with_to_go(to_go);
                let group = board.group(&floor, |key| same(&in_race(key)));
                let here = group.filter(|(_, here)| here.0);
                here.for_each(|(key, _)| each(&in_race(key)));
            }
            Self::Then(keys) => {
                let from = keys.partition_point(|key| key.is_before(floor));
                let group = keys[from..].iter().take_while(|key| same(key));
                group.for_each(each);
            }
        }
    }
}

/// Keys in order: those that stand there, and those that have gone, merged.
pub(crate) struct Keys<'a, C> {
    blocks: &'a [Block<C>],
    within: usize,
    last: Option<Place>,
    gone: &'a [Key],
}

impl<'a, C> Keys<'a, C> {
    /// The next that stands there and had come; stays on it.
    fn standing(&mut self) -> Option<&'a Key> {
        loop {
            let block = self.blocks.first()?;
            let Some(key) = block.keys.get(self.within) else {
                self.blocks = &self.blocks[1..];
                self.within = 0;
                continue;
            };
            let had_come = self
                .last
                .is_none_or(|last| block.since[self.within] <= last);
            if had_come {
                return Some(key);
            }
            self.within += 1;
        }
    }
}

impl<'a, C> Iterator for Keys<'a, C> {
    type Item = &'a Key;

    fn next(&mut self) -> Option<&'a Key> {
        let standing = self.standing();
        match (standing, self.gone.first()) {
            (Some(standing), Some(gone)) if gone < standing => {
                self.gone = &self.gone[1..];
                Some(gone)
            }
            (None, Some(gone)) => {
                self.gone = &self.gone[1..];
                Some(gone)
            }
            (standing, _) => {
                self.within += 1;
                standing
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::{Change, What};
    use proptest::prelude::*;

    fn key(official: i64, runner: u32) -> Key {
        Key::new(0, official, 0, 0, runner)
    }

    proptest! {
        #[test]
        fn a_board_remembers_what_stood_on_it(steps in prop::collection::vec((any::<bool>(), 0..40_i64, 0..3_u32), 1..600)) {
            let mut board = Leaderboard::<()>::default();
            let mut list = std::collections::BTreeSet::new();
            let mut states = Vec::new();
            for ((add, official, runner), place) in steps.into_iter().zip(0..) {
                let key = key(official, runner);
                let change = |what| Change { key, place, what };
                if add && list.insert(key) {
                    board.note(change(What::Comes(())));
                } else if !add && list.remove(&key) {
                    board.note(change(What::Goes));
                }
                states.push(list.clone());
            }
            board.settle();
            for (state, last) in states.iter().zip(0..) {
                let then = Then::of(&board, last);
                let ranking = Ranking::at(&board, &then);
                prop_assert!(ranking.iter().eq(state.iter()));
                let middle = key(20, 1);
                let (before, from) = ranking.seek(&middle);
                prop_assert_eq!(before, state.range(..middle).count());
                prop_assert!(from.eq(state.range(middle..)));
            }
        }
    }
}
