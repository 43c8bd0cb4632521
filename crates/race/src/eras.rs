//! The rankings of courses that were replaced, so that the past can be looked
//! at; and the bound on all that is kept of it.

use crate::boards::Boards;
use crate::course::Course;
use crate::ledger::Place;
use crate::times::StationNames;

/// A race is rarely laid anew once it runs; each time costs as much memory
/// as its rankings.
const ERAS_MAX: usize = 4;
/// Keys that went and are remembered: 48 bytes each, over all rankings.
const GONE_MAX: usize = 4_000_000;
/// So many entries worked out anew between two looks at that bound.
const LOOK_EVERY: usize = 100_000;

/// A course that was in force until it was replaced, and its rankings.
#[derive(Debug)]
pub(crate) struct Era {
    pub(crate) course: Course,
    pub(crate) boards: Boards,
    pub(crate) names: StationNames,
    /// The fact that replaced it.
    pub(crate) until: Place,
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
    pub(crate) fn end(
        &mut self,
        course: Course,
        boards: Boards,
        names: StationNames,
        until: Place,
    ) {
        // Before the first fact there was nothing.
        if until == 0 {
            return;
        }
        self.ended.push(Era {
            course,
            boards,
            names,
            until,
        });
        if self.ended.len() > ERAS_MAX {
            self.horizon = self.ended.remove(0).until;
        }
    }

    /// Whether the state when the fact at `last` was the newest can be told.
    pub(crate) fn reach(&self, last: Place) -> bool {
        last >= self.horizon
    }

    /// The course of that moment, if it is not the present one.
    pub(crate) fn at(&self, last: Place) -> Option<&Era> {
        self.ended.iter().find(|era| last < era.until)
    }

    /// Forgets the past where it has grown too large, after the fact at
    /// `place` had so many entries worked out anew.
    pub(crate) fn bound(&mut self, boards: &mut Boards, place: Place, worked_out: usize) {
        self.worked_out += worked_out;
        if self.worked_out < LOOK_EVERY {
            return;
        }
        self.worked_out = 0;
        let past: usize = self.ended.iter().map(|era| era.boards.gone()).sum();
        if past + boards.gone() > GONE_MAX {
            boards.forget();
            self.ended.clear();
            self.horizon = place;
        }
    }
}
