//! Times of an entry: at checkpoints, and of legs (rules, section 2).

use std::ops::Add;

use tasuki_race::Instant;

use super::clock::Clock;
use super::counting::Counted;
use super::course::Course;

/// A duration, as published and as it was.
#[derive(Clone, Copy, Default)]
pub(super) struct Time {
    /// A difference of official readings, with penalties.
    pub(super) official_ms: i64,
    /// The same of unrounded instants: what splits ties.
    pub(super) raw_ms: i64,
}

impl Time {
    fn between(clock: &Clock, from: Instant, to: Instant) -> Self {
        Self {
            official_ms: clock.reading(to) - clock.reading(from),
            raw_ms: to.ms() - from.ms(),
        }
    }

    /// The time with a penalty or credit.
    pub(super) fn adjusted(self, delta_ms: i64) -> Self {
        self + Self {
            official_ms: delta_ms,
            raw_ms: delta_ms,
        }
    }
}

impl Add for Time {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            official_ms: self.official_ms.saturating_add(other.official_ms),
            raw_ms: self.raw_ms.saturating_add(other.raw_ms),
        }
    }
}

/// A part of the course run without a known stop: one leg, or several where
/// exchanges were missed.
#[derive(Clone, Copy)]
struct Stretch {
    /// The sum of the legs before it.
    base: Time,
    /// When it began.
    start: Instant,
}

/// The elapsed time at each checkpoint, without penalties.
pub(super) fn elapsed(course: &Course, clock: &Clock, counted: &Counted) -> Vec<Option<Time>> {
    let mut sums = vec![None; course.checkpoints().len()];
    let mut stretch = None;
    for leg in 0..course.legs().len() {
        stretch = stretch_of(course, counted, leg, stretch, &sums);
        for checkpoint in course.checkpoints_of(leg) {
            let sum = |(stretch, passage): (Stretch, Instant)| {
                stretch.base + Time::between(clock, stretch.start, passage)
            };
            sums[checkpoint] = stretch.zip(counted.passages[checkpoint]).map(sum);
        }
    }
    sums
}

/// The stretch on which leg `leg` is run, if it can be timed.
fn stretch_of(
    course: &Course,
    counted: &Counted,
    leg: usize,
    before: Option<Stretch>,
    sums: &[Option<Time>],
) -> Option<Stretch> {
    let start = counted.starts[leg].map(|start| start.instant);
    let Some(exchange) = course.exchange_before(leg) else {
        return start.map(|start| Stretch {
            base: Time::default(),
            start,
        });
    };
    match start {
        // By gun or by arrival: from there on, upon what the legs before took.
        Some(start) => sums[exchange].map(|base| Stretch { base, start }),
        None if course.begins_after_break(leg) => None,
        // The exchange was missed: the two legs count as one stretch.
        None => before,
    }
}

/// The time of each leg whose start and end are known.
pub(super) fn legs(course: &Course, clock: &Clock, counted: &Counted) -> Vec<Option<Time>> {
    let time = |leg: usize| {
        let start = counted.starts[leg]?;
        let end = counted.passages[course.end_of(leg)]?;
        Some(Time::between(clock, start.instant, end))
    };
    (0..course.legs().len()).map(time).collect()
}
