//! The rankings of courses that were replaced, so that the past can be looked
//! at; and the bound on all that is kept of it.

use crate::boards::Boards;
use crate::ledger::Place;

/// Keys that are kept only for the past, over all rankings: 48 bytes each.
const PAST_KEYS_MAX: usize = 4_000_000;
/// Courses that are kept. A race is rarely laid anew once it runs.
const ERAS_MAX: usize = 64;
/// So many entries worked out anew between two looks at the first bound.
const LOOK_EVERY: usize = 100_000;

/// The rankings on a course that was in force until it was replaced.
#[derive(Debug)]
struct Era {
    boards: Boards,
    /// The fact that replaced it.
    until: Place,
}

/// The past courses, and since when the past is known.
#[derive(Debug, Default)]
pub(crate) struct Eras {
    ended: Vec<Era>,
    /// What was before this fact is forgotten.
    horizon: Place,
    worked_out: usize,
}

impl Eras {
    /// A course is replaced by the fact at `until`.
    pub(crate) fn end(&mut self, boards: Boards, until: Place) {
        // Before the first fact there was nothing.
        if until > 0 {
            self.ended.push(Era { boards, until });
        }
        while self.ended.len() > ERAS_MAX || self.keys() > PAST_KEYS_MAX {
            self.horizon = self.ended.remove(0).until;
        }
    }

    fn keys(&self) -> usize {
        let ended = self.ended.iter();
        ended.map(|era| era.boards.keys() + era.boards.gone()).sum()
    }

    /// Whether the state when the fact at `last` was the newest can be told.
    pub(crate) fn reach(&self, last: Place) -> bool {
        last >= self.horizon
    }

    /// The rankings of that moment, if they are not the present ones.
    pub(crate) fn at(&self, last: Place) -> Option<&Boards> {
        let era = self.ended.iter().find(|era| last < era.until);
        era.map(|era| &era.boards)
    }

    /// Forgets the past where it has grown too large, after the fact at
    /// `place` had so many entries worked out anew.
    pub(crate) fn bound(&mut self, boards: &mut Boards, place: Place, worked_out: usize) {
        self.worked_out += worked_out;
        if self.worked_out < LOOK_EVERY {
            return;
        }
        self.worked_out = 0;
        boards.settle();
        if self.keys() + boards.gone() > PAST_KEYS_MAX {
            boards.forget();
            self.ended.clear();
            self.horizon = place;
        }
    }
}
