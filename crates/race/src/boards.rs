//! The rankings of a race, as ordered sets: per checkpoint, per leg, per
//! section and overall, each for the whole field and for every category.

use crate::block::{Carried, Change, What};
use crate::course::Course;
use crate::fenwick::Fenwick;
use crate::key::Key;
use crate::leaderboard::Leaderboard;
use crate::ledger::Place;
use crate::paces::{Median, Pace};
use crate::placing::{is_here, leg_key, road_key, section_key, total_key};
use crate::runner::{Positions, Standing};
use crate::times::Mark;
use crate::totals::{Field, Here, Sets, Totals};

/// The passages at a station by the clock on the road, everybody's.
#[derive(Debug, Default)]
pub(crate) struct Road {
    pub(crate) board: Leaderboard<Pace>,
    /// Of the stretch that ends here.
    pub(crate) stretch: Median,
    /// Of the time up to that stretch.
    pub(crate) so_far: Median,
}

/// One runner's move from what it was to what it is, by the fact at `place`.
pub(crate) struct Move<'a> {
    pub(crate) runner: u32,
    pub(crate) old: &'a Standing,
    pub(crate) new: &'a Standing,
    pub(crate) place: Place,
}

/// What an added passage, the fact at `place`, says of a runner.
#[derive(Clone, Copy)]
pub(crate) struct Added {
    pub(crate) runner: u32,
    pub(crate) station: usize,
    pub(crate) place: Place,
}

impl Road {
    /// Whether the board has to be settled now, and had not before.
    fn exchange(
        &mut self,
        old: Option<(Key, Pace)>,
        new: Option<(Key, Pace)>,
        place: Place,
    ) -> bool {
        if old == new {
            return false;
        }
        if let Some((_, pace)) = old {
            self.stretch.remove(pace.stretch_s);
            self.so_far.remove(pace.so_far_s);
        }
        if let Some((_, pace)) = new {
            self.stretch.add(pace.stretch_s);
            self.so_far.add(pace.so_far_s);
        }
        let mut first = false;
        // What it said of the stretch is part of the past: it goes and comes.
        let goes = old.map(|(key, _)| (key, What::Goes));
        let comes = new.map(|(key, pace)| (key, What::Comes(pace)));
        for (key, what) in goes.into_iter().chain(comes) {
            first |= self.board.note(Change { key, place, what });
        }
        first
    }
}

/// Every ranking of the race.
#[derive(Debug, Default)]
pub(crate) struct Boards {
    /// By station: by elapsed time. Also the ranking of the race, which is
    /// the later checkpoint first and there by elapsed time: of each station
    /// those who are [`Here`].
    pub(crate) totals: Vec<Totals>,
    sets: Sets,
    /// By station, the last first: how many are there.
    here: Field<Fenwick>,
    /// By station.
    pub(crate) road: Vec<Road>,
    /// By leg: by the time of the leg.
    pub(crate) legs: Vec<Leaderboard>,
    pub(crate) sections: Vec<Leaderboard>,
    /// Boards that changes wait for.
    touched: Vec<Touched>,
}

/// Names a board.
#[derive(Clone, Copy, Debug)]
enum Touched {
    Totals(usize),
    Road(usize),
    Leg(usize),
    Section(usize),
}

/// What turns one state of a key into another.
fn changes<C: Carried>(
    old: Option<(Key, C)>,
    new: Option<(Key, C)>,
    place: Place,
) -> impl Iterator<Item = Change<C>> {
    let (goes, comes) = match (old, new) {
        (Some(old), Some(new)) if old == new => (None, None),
        (Some((old, _)), Some((key, carried))) if old == key => {
            (None, Some((key, What::Carries(carried))))
        }
        (old, new) => (
            old.map(|(key, _)| (key, What::Goes)),
            new.map(|(key, carried)| (key, What::Comes(carried))),
        ),
    };
    let change = move |(key, what)| Change { key, place, what };
    goes.into_iter().chain(comes).map(change)
}

fn empty<T: Default>(count: usize) -> Vec<T> {
    std::iter::repeat_with(T::default).take(count).collect()
}

impl Boards {
    pub(crate) fn for_course(course: &Course) -> Self {
        let stations = course.stations.len();
        let categories = course.category_count();
        let nobody = || Fenwick::of(std::iter::repeat_n(0, stations));
        Self {
            totals: std::iter::repeat_with(|| Totals::new(categories))
                .take(stations)
                .collect(),
            sets: Sets::default(),
            here: Field::new(categories, nobody),
            road: empty(stations),
            legs: empty(course.legs.len()),
            sections: empty(course.sections.len()),
            touched: Vec::new(),
        }
    }

    /// Makes all changes that wait, so that the boards can be read.
    pub(crate) fn settle(&mut self) {
        for board in self.touched.drain(..) {
            match board {
                Touched::Totals(at) => self.totals[at].settle(&self.sets),
                Touched::Road(at) => self.road[at].board.settle(),
                Touched::Leg(leg) => self.legs[leg].settle(),
                Touched::Section(section) => self.sections[section].settle(),
            }
        }
    }

    fn change_leg(&mut self, leg: usize, old: Option<Key>, new: Option<Key>, place: Place) {
        let bare = |key: Option<Key>| key.map(|key| (key, ()));
        for change in changes(bare(old), bare(new), place) {
            if self.legs[leg].note(change) {
                self.touched.push(Touched::Leg(leg));
            }
        }
    }

    fn change_section(&mut self, at: usize, old: Option<Key>, new: Option<Key>, place: Place) {
        let bare = |key: Option<Key>| key.map(|key| (key, ()));
        for change in changes(bare(old), bare(new), place) {
            if self.sections[at].note(change) {
                self.touched.push(Touched::Section(at));
            }
        }
    }

    fn change_road(
        &mut self,
        at: usize,
        old: Option<(Key, Pace)>,
        new: Option<(Key, Pace)>,
        place: Place,
    ) {
        if self.road[at].exchange(old, new, place) {
            self.touched.push(Touched::Road(at));
        }
    }

    /// Moves one runner from where it stood to where it stands.
    pub(crate) fn exchange(&mut self, step: &Move<'_>, course: &Course) {
        for at in 0..course.stations.len() {
            self.exchange_at(at, step, course);
        }
        for at in 0..course.sections.len() {
            let key = |standing| section_key(standing, at, step.runner);
            self.change_section(at, key(step.old), key(step.new), step.place);
        }
    }

    /// The runner has gone on from a station where it stood.
    pub(crate) fn leave(&mut self, from: Added, standing: &Standing) {
        let mark = standing.times.marks[from.station];
        if let Some(key) = mark.and_then(|mark| total_key(mark, from.runner, 0)) {
            let (was, is) = (Some((key, Here(true))), Some((key, Here(false))));
            self.change_totals(from.station, &standing.categories, was, is, from.place);
        }
    }

    /// The runner has come to a station, and is there unless it has gone on.
    pub(crate) fn come(&mut self, to: Added, here: Here, standing: &Standing, course: &Course) {
        let Added {
            runner,
            station,
            place,
        } = to;
        let times = &standing.times;
        let Some(mark) = times.marks[station] else {
            return;
        };
        let is = total_key(mark, runner, 0).map(|key| (key, here));
        self.change_totals(station, &standing.categories, None, is, place);
        let seen = (road_key(mark, runner), Pace::of(times, station));
        self.change_road(station, None, Some(seen), place);
        if course.stations[station].kind.ends_leg() {
            let leg = course.stations[station].leg;
            self.change_leg(leg, None, leg_key(mark, runner), place);
        }
    }

    fn exchange_at(&mut self, at: usize, step: &Move<'_>, course: &Course) {
        let Move {
            runner,
            old,
            new,
            place,
        } = *step;
        let mark = |standing: &Standing| standing.times.marks.get(at).copied().flatten();
        let (before, after) = (mark(old), mark(new));
        if before.is_none() && after.is_none() {
            return;
        }
        self.exchange_totals(at, step);
        let road = |mark: Option<Mark>, standing: &Standing| {
            mark.map(|m| (road_key(m, runner), Pace::of(&standing.times, at)))
        };
        self.change_road(at, road(before, old), road(after, new), place);
        if course.stations[at].kind.ends_leg() {
            let leg = |mark: Option<Mark>| mark.and_then(|m| leg_key(m, runner));
            let (before, after) = (leg(before), leg(after));
            self.change_leg(course.stations[at].leg, before, after, place);
        }
    }

    fn exchange_totals(&mut self, at: usize, step: &Move<'_>) {
        let stood = |standing: &Standing| {
            let mark = standing.times.marks.get(at).copied().flatten()?;
            let key = total_key(mark, step.runner, 0)?;
            Some((key, Here(is_here(standing, at))))
        };
        let (before, after) = (stood(step.old), stood(step.new));
        let (was, is) = (&step.old.categories, &step.new.categories);
        if was != is {
            // Rare: the entry was registered anew, in other categories.
            self.change_totals(at, was, before, None, step.place);
            self.change_totals(at, is, None, after, step.place);
        } else if before != after {
            self.change_totals(at, is, before, after, step.place);
        }
    }

    /// Changes the whole field and some categories.
    fn change_totals(
        &mut self,
        at: usize,
        categories: &Positions,
        old: Option<(Key, Here)>,
        new: Option<(Key, Here)>,
        place: Place,
    ) {
        let to = self.sets.of(categories);
        for change in changes(old, new, place) {
            if self.totals[at].note(change, to, &self.sets) {
                self.touched.push(Touched::Totals(at));
            }
        }
        let from_last = place_of(self.totals.len(), at);
        if old.is_some_and(|(_, here)| here.0) {
            self.here
                .with(categories, |here| here.subtract(from_last, 1));
        }
        if new.is_some_and(|(_, here)| here.0) {
            self.here.with(categories, |here| here.add(from_last, 1));
        }
    }

    /// How many are in the race, and beyond a station.
    pub(crate) fn beyond(&self, station: usize, category: Option<usize>) -> usize {
        let here = self.here.of(category);
        here.sum_before(place_of(self.totals.len(), station)) as usize
    }

    /// How many keys stand on all boards together.
    pub(crate) fn keys(&self) -> usize {
        let totals = self.totals.iter().flat_map(Totals::each);
        let road = self.road.iter().map(|road| road.board.len());
        let others = self.legs.iter().chain(&self.sections);
        let totals = totals.map(Leaderboard::len).sum::<usize>();
        totals + road.sum::<usize>() + others.map(Leaderboard::len).sum::<usize>()
    }

    /// How many keys that went are remembered.
    pub(crate) fn gone(&self) -> usize {
        let totals = self.totals.iter().flat_map(Totals::each);
        let totals = totals.map(|board| board.gone().len()).sum::<usize>();
        let road = self.road.iter().map(|road| road.board.gone().len());
        let others = self.legs.iter().chain(&self.sections);
        totals + road.sum::<usize>() + others.map(|board| board.gone().len()).sum::<usize>()
    }

    /// Forgets them.
    pub(crate) fn forget(&mut self) {
        self.totals.iter_mut().for_each(Totals::forget);
        self.road.iter_mut().for_each(|road| road.board.forget());
        let others = self.legs.iter_mut().chain(&mut self.sections);
        others.for_each(Leaderboard::forget);
    }
}

/// Where a station of so many stands, counted from the last.
fn place_of(stations: usize, station: usize) -> usize {
    stations - 1 - station
}
