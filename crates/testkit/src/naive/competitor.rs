//! One entry with its times, before it is compared with others.

use tasuki_race::{Entry, EntryStatus, MarkedStatus, Slug};

use super::Logged;
use super::abandonment::Abandonment;
use super::clock::Clock;
use super::counting::{self, Counted};
use super::course::Course;
use super::in_force::{self, Mark};
use super::passages::Passage;
use super::starts;
use super::times::{self, Time};

/// An entry and what it ran.
pub(super) struct Competitor {
    pub(super) entry: Entry,
    pub(super) counted: Counted,
    /// By checkpoint, penalties included; none from an abandonment on.
    pub(super) elapsed: Vec<Option<Time>>,
    /// By leg, without penalties.
    pub(super) leg_times: Vec<Option<Time>>,
    /// By leg: the penalties that name it.
    pub(super) leg_adjustments_ms: Vec<i64>,
    pub(super) abandonment: Option<Abandonment>,
    pub(super) mark: Option<Mark>,
}

impl Competitor {
    pub(super) fn new(
        facts: &[&Logged],
        passages: &[Passage],
        course: &Course,
        clock: Option<&Clock>,
        entry: Entry,
    ) -> Self {
        let counted = observed(facts, passages, course, &entry);
        let mark = in_force::mark(facts, &entry.bib);
        let abandonment = Abandonment::new(course, mark.as_ref(), &counted);
        let adjustments = in_force::adjustments(facts, &entry.bib);
        let mut elapsed = match clock {
            Some(clock) => times::elapsed(course, clock, &counted),
            None => vec![None; course.checkpoints().len()],
        };
        for (checkpoint, time) in elapsed.iter_mut().enumerate() {
            let delta_ms = adjustment_at(course, &adjustments, checkpoint);
            *time = time.map(|time| time.adjusted(delta_ms));
        }
        if let Some(cut) = abandonment.as_ref().and_then(|abandonment| abandonment.cut) {
            elapsed[cut..].fill(None);
        }
        let leg_times = match clock {
            Some(clock) => times::legs(course, clock, &counted),
            None => vec![None; course.legs().len()],
        };
        let leg_adjustments_ms = course
            .legs()
            .iter()
            .map(|leg| sum(&adjustments, |id| id == Some(&leg.id)))
            .collect();
        Self {
            entry,
            counted,
            elapsed,
            leg_times,
            leg_adjustments_ms,
            abandonment,
            mark,
        }
    }

    /// The last counted checkpoint in course order.
    pub(super) fn last(&self) -> Option<usize> {
        self.counted.passages.iter().rposition(Option::is_some)
    }

    /// Did not start or was disqualified: times without ranks.
    pub(super) fn is_out(&self) -> bool {
        matches!(self.status(), EntryStatus::Dns | EntryStatus::Dsq)
    }

    pub(super) fn status(&self) -> EntryStatus {
        let passages = &self.counted.passages;
        let started = self.counted.starts.first().is_some_and(Option::is_some);
        match self.mark.as_ref().map(|mark| mark.status) {
            Some(MarkedStatus::Dns) => EntryStatus::Dns,
            Some(MarkedStatus::Dnf) => EntryStatus::Dnf,
            Some(MarkedStatus::Dsq) => EntryStatus::Dsq,
            _ if passages.last().is_some_and(Option::is_some) => EntryStatus::Finished,
            _ if started || self.last().is_some() => EntryStatus::Running,
            _ => EntryStatus::Entered,
        }
    }

    /// Whether a leg takes part in rankings and record marks.
    pub(super) fn leg_stands(&self, leg: usize) -> bool {
        !self
            .abandonment
            .as_ref()
            .is_some_and(|abandonment| abandonment.voids(leg))
    }
}

/// What counts of the observations of one bib.
fn observed(facts: &[&Logged], passages: &[Passage], course: &Course, entry: &Entry) -> Counted {
    let guns: Vec<_> = (0..course.legs().len())
        .map(|leg| starts::gun(facts, course, leg, entry))
        .collect();
    let own: Vec<_> = passages
        .iter()
        .filter(|passage| passage.bib == entry.bib)
        .collect();
    counting::count(course, &guns, &own)
}

/// The penalties in the elapsed time at a checkpoint: of the legs up to its
/// own, and at the finish those without a leg.
fn adjustment_at(course: &Course, all: &[(Option<Slug>, i64)], checkpoint: usize) -> i64 {
    sum(all, |leg| match leg {
        Some(id) => course
            .leg_named(id)
            .is_some_and(|leg| leg <= course.leg_of(checkpoint)),
        None => course.is_finish(checkpoint),
    })
}

fn sum(adjustments: &[(Option<Slug>, i64)], of: impl Fn(Option<&Slug>) -> bool) -> i64 {
    let chosen = adjustments.iter().filter(|(leg, _)| of(leg.as_ref()));
    chosen.fold(0, |sum, (_, delta_ms)| sum.saturating_add(*delta_ms))
}
