//! The race at one moment, as it is looked at: now, or as it was.
//!
//! Both are read in the same way. What differs is where an entry's times come
//! from (kept, or worked out again from the facts of that moment) and how a
//! ranking is read ([`crate::ranking`]).

use crate::boards::Boards;
use crate::conditions::Conditions;
use crate::fact::{MarkedStatus, RaceState};
use crate::ids::Bib;
use crate::instant::Instant;
use crate::key::Key;
use crate::ledger::Place;
use crate::paces::Pace;
use crate::past::Past;
use crate::placing::to_go;
use crate::projector::Projector;
use crate::ranking::{Overall, Ranking};
use crate::runner::Standing;
use crate::totals::Here;

/// A moment of a race.
pub(crate) struct Scene<'a> {
    pub(crate) projector: &'a Projector,
    pub(crate) conditions: Conditions<'a>,
    boards: &'a Boards,
    /// `None` for the present.
    past: Option<&'a Past>,
    pub(crate) seq: u64,
    pub(crate) as_of: Instant,
    pub(crate) state: RaceState,
}

impl Projector {
    /// The present. Call [`Projector::settle`] first.
    pub(crate) fn now(&self) -> Scene<'_> {
        Scene {
            projector: self,
            conditions: self.conditions(),
            boards: &self.boards,
            past: None,
            seq: self.seq,
            as_of: self.as_of(),
            state: self.state,
        }
    }

    /// The moment when the fact at `last` was the newest.
    pub(crate) fn then<'a>(&'a self, last: Place, past: &'a Past) -> Scene<'a> {
        let conditions = past.conditions(self);
        let state = conditions.moment.latest(&self.declarations);
        Scene {
            projector: self,
            conditions,
            boards: self.eras.at(last).unwrap_or(&self.boards),
            past: Some(past),
            seq: u64::from(last) + 1,
            as_of: self.received[last as usize],
            state: state.map(|(_, state)| *state).unwrap_or_default(),
        }
    }
}

impl<'a> Scene<'a> {
    pub(crate) fn bib(&self, number: u32) -> &'a Bib {
        &self.projector.runners.get(number).bib
    }

    /// Where a runner stands.
    pub(crate) fn standing(&self, number: u32) -> &'a Standing {
        match self.past {
            None => &self.projector.runners.get(number).standing,
            Some(past) => past.standing(number, self.projector, &self.conditions),
        }
    }

    /// Runners that have or had any fact about them.
    pub(crate) fn runners(&self) -> impl Iterator<Item = u32> {
        (0..).take(self.projector.runners.len())
    }

    pub(crate) fn is_ranked(&self, number: u32) -> bool {
        let entry = self.standing(number).entry.as_ref();
        entry.is_some_and(|entry| entry.ranked)
    }

    /// By elapsed time at a station.
    pub(crate) fn totals(&self, station: usize, category: Option<usize>) -> Ranking<'a, Here> {
        let board = self.boards.totals[station].of(category);
        match self.past {
            None => Ranking::now(board),
            Some(past) => past.totals(board, station, category),
        }
    }

    /// By the clock on the road at a station.
    pub(crate) fn road(&self, station: usize) -> Ranking<'a, Pace> {
        let board = &self.boards.road[station].board;
        match self.past {
            None => Ranking::now(board),
            Some(past) => past.road(board, station),
        }
    }

    /// By the time of a leg.
    pub(crate) fn legs(&self, leg: usize) -> Ranking<'a> {
        let board = &self.boards.legs[leg];
        match self.past {
            None => Ranking::now(board),
            Some(past) => past.leg(board, leg),
        }
    }

    /// By the sum of a section.
    pub(crate) fn sections(&self, section: usize) -> Ranking<'a> {
        let board = &self.boards.sections[section];
        match self.past {
            None => Ranking::now(board),
            Some(past) => past.section(board, section),
        }
    }

    /// In the race.
    pub(crate) fn overall(&self, category: Option<usize>) -> Overall<'a> {
        match self.past {
            None => Overall::Now {
                boards: self.boards,
                category,
            },
            Some(past) => {
                let put_together = || self.overall_then(past, category);
                Overall::Then(past.overall(category, put_together))
            }
        }
    }

    /// The medians of the stretch that ends at a station, and of the time up
    /// to it, whole seconds.
    pub(crate) fn medians(&self, station: usize) -> (Option<u32>, Option<u32>) {
        let road = &self.boards.road[station];
        match self.past {
            None => (road.stretch.value(), road.so_far.value()),
            Some(past) => past.medians(&road.board, station),
        }
    }

    /// The ranking of the race as it was: everybody at the last station that
    /// they had passed.
    fn overall_then(&self, past: &Past, category: Option<usize>) -> Vec<Key> {
        let last = past.last_stations(|| self.last_stations());
        let stations = self.conditions.course.stations.len();
        let mut keys = Vec::new();
        for station in (0..stations).rev() {
            let here = |key: &&Key| last[key.runner() as usize] == Some(station_number(station));
            let to_go = to_go(stations, station);
            let there = self.totals(station, category);
            keys.extend(there.iter().filter(here).map(|key| key.with_to_go(to_go)));
        }
        keys
    }

    /// By runner: the last station passed, of those who had not given up.
    fn last_stations(&self) -> Vec<Option<u16>> {
        let mut last = vec![None; self.projector.runners.len()];
        for station in 0..self.conditions.course.stations.len() {
            for key in self.road(station).iter() {
                last[key.runner() as usize] = Some(station_number(station));
            }
        }
        for &number in &self.projector.marked {
            let runner = self.projector.runners.get(number);
            let status = runner.status(self.conditions.moment);
            if status.is_some_and(|(_, fact)| fact.status == MarkedStatus::Dnf) {
                last[number as usize] = None;
            }
        }
        last
    }
}

/// A course has at most a few hundred stations.
fn station_number(station: usize) -> u16 {
    u16::try_from(station).unwrap_or(u16::MAX)
}
