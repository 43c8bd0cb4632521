//! The rankings of a race, as ordered sets: per checkpoint, per leg, per
//! section and overall, each for the whole field and for every category.

use crate::course::Course;
use crate::fact::MarkedStatus;
use crate::leaderboard::{Key, Leaderboard};
use crate::ledger::Place;
use crate::paces::{Median, Pace};
use crate::runner::Standing;
use crate::times::{Duration, Mark};

/// The whole field, and each category by its position.
#[derive(Debug, Default)]
pub(crate) struct Field {
    pub(crate) all: Leaderboard,
    pub(crate) by_category: Vec<Leaderboard>,
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

impl Field {
    fn new(categories: usize) -> Self {
        Self {
            all: Leaderboard::default(),
            by_category: empty(categories),
        }
    }

    /// The whole field, or one category.
    pub(crate) fn of(&self, category: Option<usize>) -> &Leaderboard {
        category.map_or(&self.all, |category| &self.by_category[category])
    }

    fn gone(&self) -> usize {
        let all = std::iter::once(&self.all).chain(&self.by_category);
        all.map(|board| board.gone().len()).sum()
    }

    fn forget(&mut self) {
        self.all.forget();
        self.by_category.iter_mut().for_each(Leaderboard::forget);
    }

    /// Moves one runner: its old key in its old categories, its new ones.
    fn exchange(&mut self, old: Option<Key>, new: Option<Key>, step: &Move<'_>, remember: bool) {
        let exchange = |board: &mut Leaderboard, old: Option<Key>, new: Option<Key>| {
            let new = new.map(|key| (key, ()));
            if remember {
                board.exchange_remembering(old, new, step.place);
            } else {
                board.exchange(old, new, step.place);
            }
        };
        let (before, after) = (&step.old.categories, &step.new.categories);
        if old != new {
            exchange(&mut self.all, old, new);
        }
        if before == after {
            if old != new {
                for &category in after {
                    exchange(&mut self.by_category[category], old, new);
                }
            }
            return;
        }
        for &category in before {
            exchange(&mut self.by_category[category], old, None);
        }
        for &category in after {
            exchange(&mut self.by_category[category], None, new);
        }
    }
}

impl Road {
    fn exchange(&mut self, old: Option<(Key, Pace)>, new: Option<(Key, Pace)>, place: Place) {
        if old == new {
            return;
        }
        if let Some((_, pace)) = old {
            self.stretch.remove(pace.stretch_s);
            self.so_far.remove(pace.so_far_s);
        }
        if let Some((_, pace)) = new {
            self.stretch.add(pace.stretch_s);
            self.so_far.add(pace.so_far_s);
        }
        self.board
            .exchange_remembering(old.map(|(key, _)| key), new, place);
    }
}

/// Every ranking of the race.
#[derive(Debug, Default)]
pub(crate) struct Boards {
    /// By station: by elapsed time.
    pub(crate) totals: Vec<Field>,
    /// By station.
    pub(crate) road: Vec<Road>,
    /// By leg: by the time of the leg.
    pub(crate) legs: Vec<Leaderboard>,
    pub(crate) sections: Vec<Leaderboard>,
    /// The later checkpoint first, there by elapsed time. Everybody moves in
    /// it all the time, so its past is put together from that of the others.
    pub(crate) overall: Field,
}

fn empty<T: Default>(count: usize) -> Vec<T> {
    std::iter::repeat_with(T::default).take(count).collect()
}

impl Boards {
    pub(crate) fn for_course(course: &Course) -> Self {
        let stations = course.stations.len();
        let categories = course.category_count();
        Self {
            totals: std::iter::repeat_with(|| Field::new(categories))
                .take(stations)
                .collect(),
            road: empty(stations),
            legs: empty(course.legs.len()),
            sections: empty(course.sections.len()),
            overall: Field::new(categories),
        }
    }

    /// Moves one runner from where it stood to where it stands.
    pub(crate) fn exchange(&mut self, step: &Move<'_>, course: &Course) {
        for at in 0..course.stations.len() {
            self.exchange_at(at, step, course);
        }
        self.exchange_sections(step);
        self.exchange_overall(step, course);
    }

    /// The same where a passage at one station was added and nothing else
    /// changed: `old` has no mark there.
    pub(crate) fn add(
        &mut self,
        station: usize,
        step: &Move<'_>,
        overall: Option<Key>,
        course: &Course,
    ) {
        let (runner, place) = (step.runner, step.place);
        let Some(mark) = step.new.times.marks[station] else {
            return;
        };
        let total = total_key(mark, runner, 0);
        self.totals[station].exchange(None, total, step, true);
        let seen = (road_key(mark, runner), Pace::of(&step.new.times, station));
        self.road[station].exchange(None, Some(seen), place);
        if course.stations[station].kind.ends_leg() {
            let leg = leg_key(mark, runner).map(|key| (key, ()));
            let board = &mut self.legs[course.stations[station].leg];
            board.exchange_remembering(None, leg, place);
        }
        let now = overall_key(step.new, runner, course);
        self.overall.exchange(overall, now, step, false);
    }

    /// How many keys stand on all boards together.
    pub(crate) fn keys(&self) -> usize {
        let fields = self.totals.iter().chain([&self.overall]);
        let fields = fields.flat_map(|field| std::iter::once(&field.all).chain(&field.by_category));
        let road = self.road.iter().map(|road| road.board.len());
        let others = fields.chain(&self.legs).chain(&self.sections);
        road.sum::<usize>() + others.map(Leaderboard::len).sum::<usize>()
    }

    /// How many keys that went are remembered.
    pub(crate) fn gone(&self) -> usize {
        let fields = self.totals.iter().map(Field::gone).sum::<usize>();
        let road = self.road.iter().map(|road| road.board.gone().len());
        let others = self.legs.iter().chain(&self.sections);
        fields + road.sum::<usize>() + others.map(|board| board.gone().len()).sum::<usize>()
    }

    /// Forgets them.
    pub(crate) fn forget(&mut self) {
        self.totals.iter_mut().for_each(Field::forget);
        self.road.iter_mut().for_each(|road| road.board.forget());
        let others = self.legs.iter_mut().chain(&mut self.sections);
        others.for_each(Leaderboard::forget);
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
        let total = |mark: Option<Mark>| mark.and_then(|m| total_key(m, runner, 0));
        self.totals[at].exchange(total(before), total(after), step, true);
        let road = |mark: Option<Mark>, standing: &Standing| {
            mark.map(|m| (road_key(m, runner), Pace::of(&standing.times, at)))
        };
        self.road[at].exchange(road(before, old), road(after, new), place);
        if course.stations[at].kind.ends_leg() {
            let leg = |mark: Option<Mark>| mark.and_then(|m| leg_key(m, runner));
            let (before, after) = (leg(before), leg(after));
            if before != after {
                let board = &mut self.legs[course.stations[at].leg];
                board.exchange_remembering(before, after.map(|key| (key, ())), place);
            }
        }
    }

    fn exchange_sections(&mut self, step: &Move<'_>) {
        for (at, board) in self.sections.iter_mut().enumerate() {
            let key = |standing| section_key(standing, at, step.runner);
            let (before, after) = (key(step.old), key(step.new));
            if before != after {
                board.exchange_remembering(before, after.map(|key| (key, ())), step.place);
            }
        }
    }

    fn exchange_overall(&mut self, step: &Move<'_>, course: &Course) {
        let key = |standing| overall_key(standing, step.runner, course);
        let (before, after) = (key(step.old), key(step.new));
        self.overall.exchange(before, after, step, false);
    }
}

fn timed_key(time: Duration, instant: i64, runner: u32, to_go: u32) -> Key {
    Key {
        to_go,
        runner,
        official: time.official,
        raw: time.raw,
        instant,
    }
}

pub(crate) fn total_key(mark: Mark, runner: u32, to_go: u32) -> Option<Key> {
    let elapsed = mark.elapsed.filter(|_| mark.in_total)?;
    Some(timed_key(elapsed, mark.time.ms(), runner, to_go))
}

pub(crate) fn road_key(mark: Mark, runner: u32) -> Key {
    timed_key(Duration::default(), mark.time.ms(), runner, 0)
}

pub(crate) fn leg_key(mark: Mark, runner: u32) -> Option<Key> {
    let leg = mark.leg.filter(|_| mark.in_leg)?;
    Some(timed_key(leg, mark.time.ms(), runner, 0))
}

pub(crate) fn section_key(standing: &Standing, at: usize, runner: u32) -> Option<Key> {
    let sum = standing.times.sections.get(at).copied().flatten();
    let (time, ended) = sum.filter(|_| standing.times.in_sections)?;
    Some(timed_key(time, ended.ms(), runner, 0))
}

/// How many checkpoints an entry has still to pass after `last`, and that one.
pub(crate) fn to_go(course: &Course, last: usize) -> u32 {
    u32::try_from(course.stations.len() - last).unwrap_or(u32::MAX)
}

pub(crate) fn overall_key(standing: &Standing, runner: u32, course: &Course) -> Option<Key> {
    if standing.times.marked == Some(MarkedStatus::Dnf) {
        return None;
    }
    let last = standing.times.last?;
    total_key(standing.times.marks[last]?, runner, to_go(course, last))
}

/// Where an entry outside the ranking would stand overall, if it took places.
pub(crate) fn would_be_key(standing: &Standing, runner: u32, course: &Course) -> Option<Key> {
    let out = standing.times.marked.is_some();
    let last = standing.times.last.filter(|_| !out)?;
    let mark = standing.times.marks[last]?;
    Some(timed_key(
        mark.elapsed?,
        mark.time.ms(),
        runner,
        to_go(course, last),
    ))
}
