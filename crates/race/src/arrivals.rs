//! Passages as they come in.
//!
//! They wait until somebody looks or something else happens. Then those of one
//! runner are taken in together, in one visit to what is known of it: a log
//! that is replayed would else fetch every runner from memory as often as it
//! was seen. Each keeps the number of its fact, so that the past is the same
//! as if everyone had been taken in at once.

use crate::boards::Added;
use crate::course::Course;
use crate::ledger::Place;
use crate::projector::Projector;
use crate::runner::Runner;
use crate::times::{Known, Observed, StationNames};
use crate::totals::Here;
use crate::walk::carry_on;

/// Passages that may wait: six megabytes.
const ARRIVALS_MAX: usize = 262_144;

/// A passage that waits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrival {
    pub(crate) runner: u32,
    /// The fact.
    pub(crate) place: Place,
    pub(crate) seen: Observed,
}

impl Projector {
    pub(crate) fn arrive(&mut self, arrival: Arrival) {
        self.arrivals.push(arrival);
        if self.arrivals.len() >= ARRIVALS_MAX {
            self.take_in_arrivals();
        }
    }

    pub(crate) fn take_in_arrivals(&mut self) {
        let mut arrivals = std::mem::take(&mut self.arrivals);
        // Stable: those of one runner stay in log order.
        arrivals.sort_by_key(|arrival| arrival.runner);
        for of_runner in arrivals.chunk_by(|a, b| a.runner == b.runner) {
            self.take_in(of_runner);
        }
        arrivals.clear();
        // The room is kept for the next.
        self.arrivals = arrivals;
    }

    /// Takes in what came of one runner.
    fn take_in(&mut self, mut arrivals: &[Arrival]) {
        loop {
            arrivals = &arrivals[self.carry_on(arrivals)..];
            let Some((arrival, later)) = arrivals.split_first() else {
                return;
            };
            let runner = self.runners.get_mut(arrival.runner);
            runner.give(arrival.seen, &self.passages, self.course.stations.len());
            self.work_out(arrival.runner, arrival.place);
            arrivals = later;
        }
    }

    /// Lets the walk of a runner go on from where it stood, as long as all
    /// else that is known of it lies behind. How many passages were taken in.
    fn carry_on(&mut self, arrivals: &[Arrival]) -> usize {
        let Some(&Arrival { runner: number, .. }) = arrivals.first() else {
            return 0;
        };
        let (course, guns) = (&self.course, self.guns.arranged());
        let runner = self.runners.get_mut(number);
        let (mut taken, mut last) = (0, None);
        for arrival in arrivals {
            let Some(station) =
                station_ahead(runner, arrival.seen.name, course, &self.station_names)
            else {
                break;
            };
            taken += 1;
            runner.give(arrival.seen, &self.passages, course.stations.len());
            let standing = &mut runner.standing;
            let (entry, times) = (&standing.entry, &mut standing.times);
            let before = times.last;
            let known = Known {
                course,
                clock: self.clock,
                // What lies behind is not looked at again.
                passages: &[],
                names: &self.station_names,
                all: &self.passages,
                gun: &|leg| guns.gun(leg, number, &entry.as_ref()?.categories, course),
                adjustments: &[],
                marked: None,
                ranked: standing.ranked,
            };
            if !carry_on(&known, times, station, arrival.seen) {
                continue;
            }
            let to = |station| Added {
                runner: number,
                station,
                place: arrival.place,
            };
            match (last.replace(to(station)), before) {
                (Some(last), _) => self.boards.come(last, Here(false), standing, course),
                (None, Some(before)) => self.boards.leave(to(before), standing),
                (None, None) => {}
            }
        }
        if let Some(last) = last {
            let standing = &runner.standing;
            self.boards.come(last, Here(true), standing, course);
        }
        taken
    }
}

/// The station of that name, if it lies ahead of a runner and a passage there
/// changes nothing but itself.
fn station_ahead(
    runner: &Runner,
    name: u32,
    course: &Course,
    names: &StationNames,
) -> Option<usize> {
    if !runner.is_plain() {
        return None;
    }
    let from = runner.standing.times.last.map_or(0, |last| last + 1);
    let ahead = names.stations.get(from..)?;
    let station = from + ahead.iter().position(|known| *known == name)?;
    let ends_section = course.stations[station].kind.ends_leg() && !course.sections.is_empty();
    (course.places.is_empty() && !ends_section).then_some(station)
}
