//! The times of one entry: what is known of it, and what is made of that.

use crate::clock::OfficialClock;
use crate::course::Course;
use crate::definition::CheckpointKind;
use crate::entering::Passage;
use crate::fact::MarkedStatus;
use crate::guns::Gun;
use crate::ids::EventId;
use crate::instant::Instant;
use crate::walk::{Trail, applicable};

/// A passage of the entry, in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Observed {
    /// Where, as an interned name: stable when the course is redefined.
    pub(crate) name: u32,
    /// Index among all passages of the race.
    pub(crate) passage: u32,
    pub(crate) time: Instant,
}

/// What is known of one entry.
pub(crate) struct Known<'a> {
    pub(crate) course: &'a Course,
    pub(crate) clock: Option<OfficialClock>,
    /// By name, then time, then event id.
    pub(crate) passages: &'a [Observed],
    pub(crate) names: &'a StationNames,
    /// All passages of the race.
    pub(crate) all: &'a [Passage],
    /// The gun in force for a leg.
    pub(crate) gun: &'a dyn Fn(usize) -> Option<Gun>,
    /// Leg (`None`: from the finish on) and milliseconds.
    pub(crate) adjustments: &'a [(Option<usize>, i64)],
    pub(crate) marked: Option<Marked>,
    /// `false` outside the ranking.
    pub(crate) ranked: bool,
}

/// The interned names under which passages are recorded.
#[derive(Debug, Default)]
pub(crate) struct StationNames {
    /// By station.
    pub(crate) stations: Vec<u32>,
    /// By place of the course.
    pub(crate) places: Vec<u32>,
}

/// A status set by officials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Marked {
    pub(crate) status: MarkedStatus,
    /// From which station on.
    pub(crate) station: Option<usize>,
    /// When it was.
    pub(crate) time: Option<Instant>,
}

/// A duration, official and unrounded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Duration {
    pub(crate) official: i64,
    pub(crate) raw: i64,
}

impl Duration {
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            official: self.official.saturating_add(other.official),
            raw: self.raw.saturating_add(other.raw),
        }
    }

    pub(crate) fn plus_ms(self, ms: i64) -> Self {
        self.plus(Self {
            official: ms,
            raw: ms,
        })
    }
}

/// The passage that counts at a station.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) time: Instant,
    pub(crate) passage: u32,
    /// Since the entry's start, adjustments included.
    pub(crate) elapsed: Option<Duration>,
    /// Of the leg that ends here.
    pub(crate) leg: Option<Duration>,
    /// Since the station or gun before, where that is known.
    pub(crate) stretch_ms: Option<i64>,
    /// Stands in the ranking of this station.
    pub(crate) in_total: bool,
    /// Stands in the ranking of the leg that ends here.
    pub(crate) in_leg: bool,
    /// Run after an abandonment.
    pub(crate) reference: bool,
    /// May carry a mark against the leg's record.
    pub(crate) may_be_record: bool,
    /// Faster than anyone can run since it was last known to be anywhere.
    pub(crate) implausible: bool,
}

/// The times of one entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Times {
    /// By station.
    pub(crate) marks: Vec<Option<Mark>>,
    /// By section: sum of its legs, and when the last of them ended.
    pub(crate) sections: Vec<Option<(Duration, Instant)>>,
    /// Stands in the rankings of its sections.
    pub(crate) in_sections: bool,
    /// Last station passed.
    pub(crate) last: Option<usize>,
    /// How many stations were passed.
    pub(crate) counted: usize,
    pub(crate) marked: Option<MarkedStatus>,
    /// From this station on it is not ranked (dnf).
    pub(crate) cut: Option<usize>,
    /// A later leg began by a gun, not by the arrival.
    pub(crate) restarted: bool,
    /// Where the walk stood after the last station passed.
    pub(crate) trail: Trail,
}

/// What becomes of a passage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Counted,
    BeforeStart,
    OutOfOrder,
    Duplicate,
}

impl<'a> Known<'a> {
    /// The passages recorded under a name, by time, then id.
    pub(crate) fn seen_at(&self, name: u32) -> &'a [Observed] {
        let from = self.passages.partition_point(|seen| seen.name < name);
        let until = self.passages[from..].partition_point(|seen| seen.name <= name);
        &self.passages[from..from + until]
    }

    /// By what passages at one timing point are ordered.
    pub(crate) fn order(&self, seen: &Observed) -> (Instant, EventId) {
        (seen.time, self.all[seen.passage as usize].id)
    }

    /// What officials added up to this station: of the legs so far, and at
    /// the finish what they gave without naming a leg.
    pub(crate) fn adjusted(&self, leg: usize, station: usize) -> i64 {
        let at_finish = self.course.stations[station].kind == CheckpointKind::Finish;
        let counts = |of: Option<usize>| of.map_or(at_finish, |of| of <= leg);
        self.adjustments
            .iter()
            .filter(|(of, _)| counts(*of))
            .fold(0, |sum: i64, (_, ms)| sum.saturating_add(*ms))
    }

    pub(crate) fn is(&self, status: MarkedStatus) -> bool {
        self.marked.is_some_and(|m| m.status == status)
    }
}

impl Times {
    /// The station after the last one passed; nobody is awaited at the start.
    pub(crate) fn next(&self) -> usize {
        self.last.map_or(1, |last| last + 1)
    }

    /// When the stretch to the next station began, for an entry that may be
    /// on it; the same as would be said of its passage there.
    pub(crate) fn ahead(
        &self,
        course: &Course,
        gun: impl Fn(usize) -> Option<Gun>,
    ) -> Option<Instant> {
        let station = self.next();
        let leg = course.stations.get(station)?.leg;
        let before = self.marks[station - 1];
        if !course.opens_leg(station) {
            return before.map(|mark| mark.time);
        }
        let span = &course.legs[leg];
        let arrived = before.filter(|_| leg > 0);
        if let Some(gun) = applicable(gun(leg), leg, span, arrived) {
            return Some(gun.time);
        }
        arrived.filter(|_| !span.after_break).map(|mark| mark.time)
    }
}
