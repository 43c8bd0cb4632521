//! The rankings by elapsed time at a station: of the whole field, and of each
//! category.
//!
//! What changes one changes the others, and in the same order. So it waits in
//! one place, is brought into order once, and is dealt out then.

use rustc_hash::FxHashMap;

use crate::block::{Carried, Change};
use crate::leaderboard::{FEW, Leaderboard, PENDING_MAX};
use crate::runner::Positions;

/// The whole field, and each category by its position.
#[derive(Debug)]
pub(crate) struct Field<B> {
    pub(crate) all: B,
    pub(crate) by_category: Vec<B>,
}

/// Whether a key's entry is in the race and has passed nothing later: then its
/// place in the race is its place here, behind all who have gone on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Here(pub(crate) bool);

/// The rankings at one station.
#[derive(Debug)]
pub(crate) struct Totals {
    boards: Field<Leaderboard<Here>>,
    /// What waits, in log order.
    pending: Vec<Dealt>,
}

/// A change, and the categories that it is dealt to.
#[derive(Clone, Copy, Debug)]
struct Dealt {
    change: Change<Here>,
    to: Set,
}

/// The categories of an entry. Many entries have the same.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Set(u32);

/// Numbers for them.
#[derive(Debug, Default)]
pub(crate) struct Sets {
    numbers: FxHashMap<Positions, Set>,
    all: Vec<Positions>,
}

impl Carried for Here {
    const COUNTS: bool = true;

    fn counts(self) -> bool {
        self.0
    }
}

impl<B> Field<B> {
    /// All made in the same way.
    pub(crate) fn new(categories: usize, make: impl Fn() -> B) -> Self {
        let by_category = std::iter::repeat_with(&make).take(categories).collect();
        Self {
            all: make(),
            by_category,
        }
    }

    /// The whole field, or one category.
    pub(crate) fn of(&self, category: Option<usize>) -> &B {
        category.map_or(&self.all, |category| &self.by_category[category])
    }

    pub(crate) fn each(&self) -> impl Iterator<Item = &B> {
        std::iter::once(&self.all).chain(&self.by_category)
    }

    pub(crate) fn each_mut(&mut self) -> impl Iterator<Item = &mut B> {
        std::iter::once(&mut self.all).chain(&mut self.by_category)
    }

    /// The whole field and some categories.
    pub(crate) fn with(&mut self, categories: &Positions, mut change: impl FnMut(&mut B)) {
        change(&mut self.all);
        for category in categories.iter() {
            change(&mut self.by_category[category]);
        }
    }
}

impl<B: Default> Default for Field<B> {
    fn default() -> Self {
        Self::new(0, B::default)
    }
}

impl Sets {
    pub(crate) fn of(&mut self, categories: &Positions) -> Set {
        let next = Set(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
        *self.numbers.entry(*categories).or_insert_with(|| {
            self.all.push(*categories);
            next
        })
    }

    fn get(&self, set: Set) -> &Positions {
        &self.all[set.0 as usize]
    }
}

impl Totals {
    pub(crate) fn new(categories: usize) -> Self {
        Self {
            boards: Field::new(categories, Leaderboard::default),
            pending: Vec::new(),
        }
    }

    /// Of the whole field, or of one category.
    pub(crate) fn of(&self, category: Option<usize>) -> &Leaderboard<Here> {
        self.boards.of(category)
    }

    pub(crate) fn each(&self) -> impl Iterator<Item = &Leaderboard<Here>> {
        self.boards.each()
    }

    pub(crate) fn forget(&mut self) {
        self.boards.each_mut().for_each(Leaderboard::forget);
    }

    /// Puts a change off until [`Totals::settle`]. Whether it is the first
    /// that waits.
    pub(crate) fn note(&mut self, change: Change<Here>, to: Set, sets: &Sets) -> bool {
        self.pending.push(Dealt { change, to });
        if self.pending.len() >= PENDING_MAX {
            self.settle(sets);
        }
        self.pending.len() == 1
    }

    /// Makes the changes that wait.
    pub(crate) fn settle(&mut self, sets: &Sets) {
        let boards = &mut self.boards;
        if self.pending.len() < FEW {
            for Dealt { change, to } in self.pending.drain(..) {
                boards.with(sets.get(to), |board| board.make(change));
            }
            return;
        }
        // Stable: the changes of one key stay in log order.
        self.pending.sort_by_key(|dealt| dealt.change.key);
        for Dealt { change, to } in self.pending.drain(..) {
            boards.with(sets.get(to), |board| {
                board.note(change);
            });
        }
        boards.each_mut().for_each(Leaderboard::settle);
    }
}
