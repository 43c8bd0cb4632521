//! The course by position: which leg a checkpoint lies in, where a leg ends.

use std::ops::RangeInclusive;

use tasuki_race::{Checkpoint, Definition, Leg, Slug};

/// The definition in force, with checkpoints and legs counted from 0.
pub(super) struct Course {
    pub(super) definition: Definition,
    /// The checkpoint that ends each leg.
    ends: Vec<usize>,
}

impl Course {
    pub(super) fn new(definition: Definition) -> Self {
        let ends_leg = |&c: &usize| definition.checkpoints[c].kind.ends_leg();
        let ends = (0..definition.checkpoints.len()).filter(ends_leg).collect();
        Self { definition, ends }
    }

    pub(super) fn checkpoints(&self) -> &[Checkpoint] {
        &self.definition.checkpoints
    }

    pub(super) fn legs(&self) -> &[Leg] {
        &self.definition.legs
    }

    /// The last checkpoint.
    pub(super) fn is_finish(&self, checkpoint: usize) -> bool {
        checkpoint + 1 == self.checkpoints().len()
    }

    /// The leg on which a checkpoint lies; an exchange ends its leg.
    pub(super) fn leg_of(&self, checkpoint: usize) -> usize {
        self.ends.iter().filter(|&&end| end < checkpoint).count()
    }

    /// The exchange or finish at the end of a leg.
    pub(super) fn end_of(&self, leg: usize) -> usize {
        self.ends[leg]
    }

    /// The exchange at which a leg begins; the first leg has none.
    pub(super) fn exchange_before(&self, leg: usize) -> Option<usize> {
        leg.checked_sub(1).map(|before| self.ends[before])
    }

    /// Whether a leg begins only by a `started` fact.
    pub(super) fn begins_after_break(&self, leg: usize) -> bool {
        self.exchange_before(leg)
            .is_some_and(|exchange| self.checkpoints()[exchange].is_break)
    }

    /// The checkpoints of a leg. The start belongs to the first.
    pub(super) fn checkpoints_of(&self, leg: usize) -> RangeInclusive<usize> {
        let first = self.exchange_before(leg).map_or(0, |exchange| exchange + 1);
        first..=self.end_of(leg)
    }

    /// Whether a passage recorded at `recorded` may be this checkpoint's: it
    /// names it, or the place of which this is a visit.
    pub(super) fn may_be_at(&self, checkpoint: usize, recorded: &Slug) -> bool {
        let visit = &self.checkpoints()[checkpoint];
        visit.id == *recorded || visit.place.as_ref() == Some(recorded)
    }

    /// The checkpoints before this one that are visits of the same place.
    pub(super) fn visits_before(&self, checkpoint: usize) -> Vec<usize> {
        let place = &self.checkpoints()[checkpoint].place;
        let same = |&before: &usize| place.is_some() && self.checkpoints()[before].place == *place;
        (0..checkpoint).filter(same).collect()
    }

    pub(super) fn checkpoint_named(&self, id: &Slug) -> Option<usize> {
        self.checkpoints()
            .iter()
            .position(|checkpoint| checkpoint.id == *id)
    }

    pub(super) fn leg_named(&self, id: &Slug) -> Option<usize> {
        self.legs().iter().position(|leg| leg.id == *id)
    }

    pub(super) fn has_category(&self, id: &Slug) -> bool {
        self.definition
            .categories
            .iter()
            .any(|category| category.id == *id)
    }
}
