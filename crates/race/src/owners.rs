//! Whose a passage is, after pairings and reassignments.

use rustc_hash::FxHashMap;

use crate::ledger::{Moment, Place};

/// Decisions about whose passages are; most passages have none.
#[derive(Debug, Default)]
pub(crate) struct Owners {
    /// By passage, in log order.
    decided: FxHashMap<u32, Vec<Decision>>,
}

/// A reassignment or a pairing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decision {
    pub(crate) place: Place,
    /// Whose it is from here on.
    pub(crate) runner: u32,
    /// The recorded bib that it relies on.
    pub(crate) with: Option<Place>,
}

impl Owners {
    pub(crate) fn decide(&mut self, passage: u32, decision: Decision) {
        self.decided.entry(passage).or_default().push(decision);
    }

    /// Whose a passage is at a moment that was recorded as `recorded`'s.
    pub(crate) fn owner(
        &self,
        passage: u32,
        recorded: Option<u32>,
        moment: Moment<'_>,
    ) -> Option<u32> {
        let decided = self.latest(passage, moment);
        decided.map(|decision| decision.runner).or(recorded)
    }

    /// The decision that holds.
    pub(crate) fn latest(&self, passage: u32, moment: Moment<'_>) -> Option<&Decision> {
        let holds = |decision: &&Decision| {
            let with = decision.with.is_none_or(|with| moment.holds(with));
            moment.holds(decision.place) && with
        };
        self.decided.get(&passage)?.iter().rev().find(holds)
    }

    /// Passages and the recorded bibs that they are paired with.
    pub(crate) fn paired(&self, moment: Moment<'_>) -> impl Iterator<Item = (u32, Place)> {
        self.decided.keys().filter_map(move |&passage| {
            let with = self.latest(passage, moment)?.with?;
            Some((passage, with))
        })
    }
}
