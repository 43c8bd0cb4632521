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

/// The whole field, and each category by its position.
#[derive(Debug)]
pub(crate) struct Field<B> {
    pub(crate) all: B,
    pub(crate) by_category: Vec<B>,
}

/// Whether a key's entry is in the race and has passed nothing later: then its
/// place in the race is its place here, behind all who have gone on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Here(pub(crate) bool);

impl Carried for Here {
    const COUNTS: bool = true;

    fn counts(self) -> bool {
        self.0
    }
}

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

/// A passage that was added to what a runner had, by the fact at `place`.
pub(crate) struct Added<'a> {
    pub(crate) runner: u32,
    /// With the passage.
    pub(crate) standing: &'a Standing,
    pub(crate) station: usize,
    /// The last station passed before it.
    pub(crate) before: Option<usize>,
    pub(crate) place: Place,
}

impl<B> Default for Field<B>
where
    B: Default,
{
    fn default() -> Self {
        Self::new(0)
    }
}

impl<B: Default> Field<B> {
    fn new(categories: usize) -> Self {
        Self {
            all: B::default(),
            by_category: empty(categories),
        }
    }
}

impl<B> Field<B> {
    /// The whole field, or one category.
    pub(crate) fn of(&self, category: Option<usize>) -> &B {
        category.map_or(&self.all, |category| &self.by_category[category])
    }

    fn of_mut(&mut self, category: Option<usize>) -> &mut B {
        match category {
            None => &mut self.all,
            Some(category) => &mut self.by_category[category],
        }
    }

    fn each(&self) -> impl Iterator<Item = &B> {
        std::iter::once(&self.all).chain(&self.by_category)
    }

    fn each_mut(&mut self) -> impl Iterator<Item = &mut B> {
        std::iter::once(&mut self.all).chain(&mut self.by_category)
    }

    /// The whole field and some categories.
    fn with(&mut self, categories: &Positions, mut change: impl FnMut(&mut B)) {
        change(&mut self.all);
        for category in categories.iter() {
            change(&mut self.by_category[category]);
        }
    }
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
    pub(crate) totals: Vec<Field<Leaderboard<Here>>>,
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
    /// Station and category.
    Total(usize, Option<usize>),
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
            totals: std::iter::repeat_with(|| Field::new(categories))
                .take(stations)
                .collect(),
            here: Field {
                all: nobody(),
                by_category: std::iter::repeat_with(nobody).take(categories).collect(),
            },
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
                Touched::Total(at, category) => self.totals[at].of_mut(category).settle(),
                Touched::Road(at) => self.road[at].board.settle(),
                Touched::Leg(leg) => self.legs[leg].settle(),
                Touched::Section(section) => self.sections[section].settle(),
            }
        }
    }

    fn change_total(
        &mut self,
        at: usize,
        category: Option<usize>,
        old: Option<(Key, Here)>,
        new: Option<(Key, Here)>,
        place: Place,
    ) {
        for change in changes(old, new, place) {
            if self.totals[at].of_mut(category).note(change) {
                self.touched.push(Touched::Total(at, category));
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

    /// The same where a passage was added and nothing else changed.
    pub(crate) fn add(&mut self, added: &Added<'_>, course: &Course) {
        let Added {
            runner,
            standing: Standing {
                times, categories, ..
            },
            station,
            before,
            place,
        } = *added;
        let Some(mark) = times.marks[station] else {
            return;
        };
        if let Some(before) = before
            && let Some(key) = times.marks[before].and_then(|mark| total_key(mark, runner, 0))
        {
            let (was, is) = ((key, Here(true)), (key, Here(false)));
            self.change_totals(before, categories, Some(was), Some(is), place);
        }
        let is = total_key(mark, runner, 0).map(|key| (key, Here(true)));
        self.change_totals(station, categories, None, is, place);
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
        self.change_total(at, None, old, new, place);
        for category in categories.iter() {
            self.change_total(at, Some(category), old, new, place);
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
        let totals = self.totals.iter().flat_map(Field::each);
        let road = self.road.iter().map(|road| road.board.len());
        let others = self.legs.iter().chain(&self.sections);
        let totals = totals.map(Leaderboard::len).sum::<usize>();
        totals + road.sum::<usize>() + others.map(Leaderboard::len).sum::<usize>()
    }

    /// How many keys that went are remembered.
    pub(crate) fn gone(&self) -> usize {
        let totals = self.totals.iter().flat_map(Field::each);
        let totals = totals.map(|board| board.gone().len()).sum::<usize>();
        let road = self.road.iter().map(|road| road.board.gone().len());
        let others = self.legs.iter().chain(&self.sections);
        totals + road.sum::<usize>() + others.map(|board| board.gone().len()).sum::<usize>()
    }

    /// Forgets them.
    pub(crate) fn forget(&mut self) {
        let totals = self.totals.iter_mut().flat_map(Field::each_mut);
        totals.for_each(Leaderboard::forget);
        self.road.iter_mut().for_each(|road| road.board.forget());
        let others = self.legs.iter_mut().chain(&mut self.sections);
        others.for_each(Leaderboard::forget);
    }
}

/// Where a station of so many stands, counted from the last.
fn place_of(stations: usize, station: usize) -> usize {
    stations - 1 - station
}
