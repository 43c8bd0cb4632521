//! What is the same for every entry at a moment: the course, the clock, the
//! guns, and which facts hold.

use std::sync::Arc;

use crate::clock::OfficialClock;
use crate::course::Course;
use crate::definition::Definition;
use crate::entering::Passage;
use crate::guns::{Arranged, Gun};
use crate::ids::Slug;
use crate::instant::Instant;
use crate::ledger::Moment;
use crate::runner::{Runner, Standing};
use crate::times::{Known, Marked, Observed, StationNames, Verdict};
use crate::walk::work_out;

/// The circumstances of a moment.
#[derive(Clone, Copy)]
pub(crate) struct Conditions<'a> {
    pub(crate) course: &'a Course,
    pub(crate) clock: Option<OfficialClock>,
    pub(crate) guns: &'a Arranged,
    pub(crate) names: &'a StationNames,
    pub(crate) moment: Moment<'a>,
}

/// The official clock, once there is a zero.
pub(crate) fn zero_clock(
    zero: Option<Instant>,
    definition: Option<&Definition>,
) -> Option<OfficialClock> {
    let (zero, definition) = zero.zip(definition)?;
    Some(OfficialClock {
        zero,
        resolution_ms: definition.resolution_ms,
        rounding: definition.rounding,
    })
}

impl Conditions<'_> {
    /// Works out where a runner stands that has these of `all` passages; tells
    /// `verdict` what becomes of each. A bib without an entry stands nowhere.
    pub(crate) fn look_at(
        &self,
        runner: &Runner,
        number: u32,
        passages: &[Observed],
        all: &[Passage],
        standing: &mut Standing,
        verdict: &mut dyn FnMut(Observed, Verdict),
    ) {
        let Some(entry) = runner.registered(self.moment) else {
            return;
        };
        standing.entry = Some(Arc::clone(entry));
        standing.ranked = entry.ranked;
        standing.categories = entry
            .categories
            .iter()
            .filter_map(|c| self.course.category(c))
            .collect();
        let known = Known {
            course: self.course,
            clock: self.clock,
            passages,
            names: self.names,
            all,
            gun: &|leg| self.gun(leg, number, &entry.categories),
            adjustments: &self.adjustments(runner),
            marked: self.marked(runner),
            ranked: entry.ranked,
        };
        work_out(&known, &mut standing.times, verdict);
    }

    /// The gun in force for a leg of an entry.
    pub(crate) fn gun(&self, leg: usize, number: u32, categories: &[Slug]) -> Option<Gun> {
        self.guns.gun(leg, number, categories, self.course)
    }

    fn adjustments(&self, runner: &Runner) -> Vec<(Option<usize>, i64)> {
        let all = runner.rare.iter().flat_map(|rare| &rare.adjustments);
        let in_force = all.filter(|(place, ..)| self.moment.holds(*place));
        in_force
            .filter_map(|(_, leg, ms)| match leg {
                None => Some((None, *ms)),
                // A leg that the course no longer has adjusts nothing.
                Some(leg) => self.course.leg(leg).map(|leg| (Some(leg), *ms)),
            })
            .collect()
    }

    fn marked(&self, runner: &Runner) -> Option<Marked> {
        let (_, fact) = runner.status(self.moment)?;
        let station = fact
            .checkpoint
            .as_ref()
            .and_then(|id| self.course.station(id));
        Some(Marked {
            status: fact.status,
            station,
            time: fact.time,
        })
    }
}
