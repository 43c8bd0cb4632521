//! What an abandonment (途中棄権) takes away (rules, section 3).

use tasuki_race::{AfterDnf, MarkedStatus};

use super::counting::Counted;
use super::course::Course;
use super::in_force::Mark;

/// Where an entry abandoned.
pub(super) struct Abandonment {
    /// The first checkpoint without elapsed time and rank.
    pub(super) cut: Option<usize>,
    /// The leg that was not completed; none once the finish was passed.
    leg: Option<usize>,
    after: AfterDnf,
}

impl Abandonment {
    pub(super) fn new(course: &Course, mark: Option<&Mark>, counted: &Counted) -> Option<Self> {
        let mark = mark.filter(|mark| mark.status == MarkedStatus::Dnf)?;
        let cut = cut(course, mark, counted);
        let open = counted
            .passages
            .iter()
            .rposition(Option::is_some)
            .map_or(0, |last| last + 1);
        let at = cut.unwrap_or(open);
        let leg = (at < course.checkpoints().len()).then(|| course.leg_of(at));
        Some(Self {
            cut,
            leg,
            after: course.definition.ranking.after_dnf,
        })
    }

    /// Whether that leg was abandoned or not reached any more.
    pub(super) fn reaches(&self, leg: usize) -> bool {
        self.leg.is_some_and(|abandoned| abandoned <= leg)
    }

    /// Whether that leg was run after the abandonment, outside the ranking.
    pub(super) fn is_reference(&self, leg: usize) -> bool {
        let later = self.leg.is_some_and(|abandoned| abandoned < leg);
        later && self.after == AfterDnf::Reference
    }

    /// Whether that leg has no rank and no record.
    pub(super) fn voids(&self, leg: usize) -> bool {
        self.leg == Some(leg) || self.is_reference(leg)
    }
}

/// From the named checkpoint on, else from the first passage after the time
/// of the mark, else from after the last passage, which cuts nothing.
fn cut(course: &Course, mark: &Mark, counted: &Counted) -> Option<usize> {
    let named = mark
        .checkpoint
        .as_ref()
        .and_then(|id| course.checkpoint_named(id));
    named.or_else(|| {
        let time = mark.time?;
        counted
            .passages
            .iter()
            .position(|passage| passage.is_some_and(|passage| passage > time))
    })
}
