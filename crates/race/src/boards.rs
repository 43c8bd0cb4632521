//! The rankings of a race, as ordered sets: per checkpoint, per leg, per
//! section and overall, each for the whole field and for every category.

use crate::course::Course;
use crate::fact::MarkedStatus;
use crate::leaderboard::{Key, Leaderboard};
use crate::runner::Standing;
use crate::times::{Duration, Mark};

/// The whole field, and each category by its position.
#[derive(Debug, Default)]
pub(crate) struct Field {
    pub(crate) all: Leaderboard,
    pub(crate) by_category: Vec<Leaderboard>,
}

impl Field {
    fn new(categories: usize) -> Self {
        let by_category = std::iter::repeat_with(Leaderboard::default)
            .take(categories)
            .collect();
        Self {
            all: Leaderboard::default(),
            by_category,
        }
    }

    /// Moves one runner: its old key in its old categories, its new ones.
    fn exchange(&mut self, old: Option<Key>, new: Option<Key>, before: &[usize], after: &[usize]) {
        self.all.exchange(old, new);
        if before == after {
            for &category in after {
                self.by_category[category].exchange(old, new);
            }
            return;
        }
        for &category in before {
            self.by_category[category].exchange(old, None);
        }
        for &category in after {
            self.by_category[category].exchange(None, new);
        }
    }
}

/// Every ranking of the race.
#[derive(Debug, Default)]
pub(crate) struct Boards {
    /// By station: by elapsed time.
    pub(crate) totals: Vec<Field>,
    /// By station: by the clock on the road, everybody.
    pub(crate) road: Vec<Leaderboard>,
    /// By leg: by the time of the leg.
    pub(crate) legs: Vec<Leaderboard>,
    pub(crate) sections: Vec<Leaderboard>,
    /// The later checkpoint first, there by elapsed time.
    pub(crate) overall: Field,
}

impl Boards {
    pub(crate) fn for_course(course: &Course) -> Self {
        let stations = course.stations.len();
        let categories = course.category_count();
        let empty = |count: usize| {
            std::iter::repeat_with(Leaderboard::default)
                .take(count)
                .collect()
        };
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
    pub(crate) fn exchange(
        &mut self,
        runner: u32,
        old: &Standing,
        new: &Standing,
        course: &Course,
    ) {
        let mark = |standing: &Standing, at: usize| standing.times.marks.get(at).copied().flatten();
        for (at, station) in course.stations.iter().enumerate() {
            let (before, after) = (mark(old, at), mark(new, at));
            if before == after && old.categories == new.categories {
                continue;
            }
            let total = |mark: Option<Mark>| mark.and_then(|m| total_key(m, runner, 0));
            self.totals[at].exchange(
                total(before),
                total(after),
                &old.categories,
                &new.categories,
            );
            let road = |mark: Option<Mark>| mark.map(|m| road_key(m, runner));
            self.road[at].exchange(road(before), road(after));
            if station.kind.ends_leg() {
                let leg = |mark: Option<Mark>| mark.and_then(|m| leg_key(m, runner));
                self.legs[station.leg].exchange(leg(before), leg(after));
            }
        }
        for (at, board) in self.sections.iter_mut().enumerate() {
            board.exchange(
                section_key(old, at, runner, course),
                section_key(new, at, runner, course),
            );
        }
        let (before, after) = (
            overall_key(old, runner, course),
            overall_key(new, runner, course),
        );
        self.overall
            .exchange(before, after, &old.categories, &new.categories);
    }
}

fn timed_key(time: Duration, instant: i64, runner: u32, to_go: u32) -> Key {
    Key {
        to_go,
        official: time.official,
        raw: time.raw,
        instant,
        runner,
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

pub(crate) fn section_key(
    standing: &Standing,
    at: usize,
    runner: u32,
    course: &Course,
) -> Option<Key> {
    let entry = standing.entry.as_ref()?;
    let out = matches!(
        standing.times.marked,
        Some(MarkedStatus::Dns | MarkedStatus::Dsq)
    );
    if out || !(entry.ranked || course.ranking.unranked_take_places) {
        return None;
    }
    let (time, ended) = standing.times.sections.get(at).copied().flatten()?;
    Some(timed_key(time, ended.ms(), runner, 0))
}

pub(crate) fn overall_key(standing: &Standing, runner: u32, course: &Course) -> Option<Key> {
    if standing.times.marked == Some(MarkedStatus::Dnf) {
        return None;
    }
    let last = standing.times.last?;
    let to_go = u32::try_from(course.stations.len() - last).unwrap_or(u32::MAX);
    total_key(standing.times.marks[last]?, runner, to_go)
}
