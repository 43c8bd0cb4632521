//! When an entry is expected at the checkpoints ahead of it.
//!
//! The median of those who have run a stretch, scaled by how the entry has
//! compared with them so far; before anybody has, its own average speed.

use schemars::JsonSchema;
use serde::Serialize;

use crate::ids::{Bib, Slug};
use crate::instant::Instant;
use crate::name::Name;
use crate::paces::{seconds, so_far_ms};
use crate::projector::Projector;
use crate::runner::Standing;
use crate::scene::Scene;
use crate::standings::EntryStatus;

/// Who is still to come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Arrivals {
    /// The last fact that is considered.
    pub seq: u64,
    /// Entries that are running, wherever they are.
    pub still_out: usize,
    /// Those of [`Arrivals::expected`] who are overdue.
    pub overdue: usize,
    /// In order of their expected arrival; those that nothing is known of
    /// come last.
    pub expected: Vec<Arrival>,
}

/// An entry that is still to come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Arrival {
    /// Whose.
    pub bib: Bib,
    /// Runner or team.
    pub name: Name,
    /// Where it is expected.
    pub checkpoint: Slug,
    /// The last checkpoint that it passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<Slug>,
    /// When, to the second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<Instant>,
    /// It should have been there for longer than the race's
    /// `overdue_after_ms`.
    pub overdue: bool,
}

/// Where somebody stands on the way.
#[derive(Clone, Copy)]
struct OnTheWay {
    /// When the present stretch began.
    begun_ms: i64,
    /// How long the entry had taken up to there.
    so_far_ms: Option<i64>,
}

impl Projector {
    /// Who is still to come to a checkpoint, or with none: everybody at the
    /// next one ahead. `now` tells who is overdue.
    #[must_use]
    pub fn expected(&self, checkpoint: Option<&Slug>, now: Instant) -> Arrivals {
        let scene = self.now();
        let asked = checkpoint.and_then(|id| self.course.station(id));
        let mut arrivals = Arrivals {
            seq: self.seq,
            still_out: 0,
            overdue: 0,
            expected: Vec::new(),
        };
        for number in scene.runners() {
            let standing = scene.standing(number);
            if scene.status(number, standing) != EntryStatus::Running {
                continue;
            }
            arrivals.still_out += 1;
            let next = standing.times.next();
            let station = asked.unwrap_or(next);
            if station >= next {
                let arrival = scene.arrival(number, standing, station, now);
                arrivals.expected.extend(arrival);
            }
        }
        arrivals.overdue = arrivals.expected.iter().filter(|it| it.overdue).count();
        arrivals.expected.sort_by(|a, b| order(a).cmp(&order(b)));
        arrivals
    }

    /// When one entry is expected at a checkpoint ahead of it, if that can be
    /// told.
    #[must_use]
    pub fn due(&self, bib: &Bib, checkpoint: &Slug) -> Option<Instant> {
        let number = self.runners.find(bib.as_str())?;
        let station = self.course.station(checkpoint)?;
        let scene = self.now();
        let standing = scene.standing(number);
        let next = standing.times.next();
        let ahead = station >= next && scene.status(number, standing) == EntryStatus::Running;
        ahead
            .then(|| scene.due_at(number, standing, station))
            .flatten()
    }
}

fn order(arrival: &Arrival) -> (bool, Option<Instant>, &Bib) {
    (arrival.expected.is_none(), arrival.expected, &arrival.bib)
}

impl Scene<'_> {
    fn arrival(
        &self,
        number: u32,
        standing: &Standing,
        station: usize,
        now: Instant,
    ) -> Option<Arrival> {
        let course = self.conditions.course;
        let entry = standing.entry.as_ref()?;
        let due = self.due_at(number, standing, station);
        let late = |due: Instant| now.ms() - due.ms() > course.overdue_after_ms;
        Some(Arrival {
            bib: entry.bib.clone(),
            name: entry.name.clone(),
            checkpoint: course.stations[station].id.clone(),
            last: standing
                .times
                .last
                .map(|last| course.stations[last].id.clone()),
            expected: due.map(|due| Instant::from_ms(due.ms().div_euclid(1_000) * 1_000)),
            overdue: due.is_some_and(late),
        })
    }

    /// When an entry is due at the checkpoint after the last that it passed.
    pub(crate) fn due_next(&self, number: u32, standing: &Standing) -> Option<Instant> {
        self.due_at(number, standing, standing.times.next())
    }

    /// When it is due at a checkpoint ahead: stretch by stretch.
    pub(crate) fn due_at(
        &self,
        number: u32,
        standing: &Standing,
        station: usize,
    ) -> Option<Instant> {
        let entry = standing.entry.as_ref()?;
        let course = self.conditions.course;
        let gun = |leg| self.conditions.gun(leg, number, &entry.categories);
        let next = standing.times.next();
        let mut way = OnTheWay {
            begun_ms: standing.times.ahead(course, gun)?.ms(),
            so_far_ms: so_far_ms(&standing.times, next),
        };
        for at in next..=station {
            if at > next && course.legs[course.stations[at].leg].after_break && course.opens_leg(at)
            {
                // Nobody knows when the next day begins.
                return None;
            }
            let stretch_ms = self.stretch_ms(at, way)?;
            way.begun_ms = way.begun_ms.saturating_add(stretch_ms);
            let so_far_ms = way.so_far_ms.or((at == 1).then_some(0));
            way.so_far_ms = so_far_ms.map(|so_far| so_far.saturating_add(stretch_ms));
        }
        Some(Instant::from_ms(way.begun_ms))
    }

    /// How long an entry will take for the stretch that ends at a station.
    fn stretch_ms(&self, station: usize, way: OnTheWay) -> Option<i64> {
        let (stretch_s, theirs_s) = self.medians(station);
        let own_s = way.so_far_ms.map_or(0, seconds);
        let Some(stretch_s) = stretch_s else {
            return self.at_own_speed_ms(station, own_s);
        };
        let median_ms = i64::from(stretch_s) * 1_000;
        match theirs_s {
            Some(theirs_s) if own_s > 0 => {
                let scaled = i128::from(median_ms) * i128::from(own_s) / i128::from(theirs_s);
                i64::try_from(scaled).ok()
            }
            _ => Some(median_ms),
        }
    }

    fn at_own_speed_ms(&self, station: usize, own_s: u32) -> Option<i64> {
        let stations = &self.conditions.course.stations;
        let begun_m = stations[station.checked_sub(1)?].distance_m;
        let from_start_m = begun_m - stations[0].distance_m;
        if from_start_m <= 0 || own_s == 0 {
            return None;
        }
        // Ten days over the length of the equator: far from overflowing.
        let ahead_m = stations[station].distance_m - begun_m;
        Some(i64::from(own_s) * 1_000 * ahead_m / from_start_m)
    }
}
