//! Where an entry stands in each of the rankings: its keys.

use crate::fact::MarkedStatus;
use crate::key::Key;
use crate::runner::Standing;
use crate::times::{Duration, Mark};

/// Whether an entry that is ranked at a station stands there in the race.
pub(crate) fn is_here(standing: &Standing, station: usize) -> bool {
    let times = &standing.times;
    times.last == Some(station) && times.marked != Some(MarkedStatus::Dnf)
}

fn timed_key(time: Duration, instant: i64, runner: u32, to_go: u32) -> Key {
    Key::new(to_go, time.official, time.raw, instant, runner)
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

/// How many of so many checkpoints an entry has still to pass after `last`,
/// and that one.
pub(crate) fn to_go(stations: usize, last: usize) -> u32 {
    u32::try_from(stations - last).unwrap_or(u32::MAX)
}

/// Where an entry stands in the race.
pub(crate) fn overall_key(standing: &Standing, runner: u32) -> Option<Key> {
    let last = standing.times.last?;
    if !is_here(standing, last) {
        return None;
    }
    let to_go = to_go(standing.times.marks.len(), last);
    total_key(standing.times.marks[last]?, runner, to_go)
}

/// Where an entry outside the ranking would stand in it, if it took places.
pub(crate) fn would_be_key(standing: &Standing, runner: u32) -> Option<Key> {
    let out = standing.times.marked.is_some();
    let last = standing.times.last.filter(|_| !out)?;
    let mark = standing.times.marks[last]?;
    let to_go = to_go(standing.times.marks.len(), last);
    Some(timed_key(mark.elapsed?, mark.time.ms(), runner, to_go))
}
