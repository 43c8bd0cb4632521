//! The times of one entry, from its passages and the guns that hold for it.
//!
//! Walks the course once, leg by leg, and decides at each station which
//! passage counts, what the elapsed time is, and in which rankings it stands.
//! Where a passage only adds to what was there, the walk goes on from where
//! it stood ([`carry_on`]). Nothing here looks at another entry: that is what
//! ranks are for.

use crate::clock::OfficialClock;
use crate::counting::{abandon, place_in_rankings, sum_sections};
use crate::course::{Course, Span};
use crate::definition::CheckpointKind;
use crate::entering::Passage;
use crate::fact::MarkedStatus;
use crate::guns::Gun;
use crate::ids::EventId;
use crate::instant::Instant;
use crate::laps::Visits;

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
    trail: Trail,
}

/// Where and when a stretch began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Begun {
    time: Instant,
    distance_m: i64,
}

/// What becomes of a passage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Counted,
    BeforeStart,
    OutOfOrder,
    Duplicate,
}

/// Where the elapsed time comes from: a sum of finished stretches, and the
/// instant since which the present one runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stretch {
    base: Duration,
    since: Instant,
}

/// What a walk carries from one station to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Trail {
    /// The start of the present leg.
    start: Option<Instant>,
    /// The gun that the present leg began with.
    gun: Option<Instant>,
    stretch: Option<Stretch>,
    /// No passage of the present run may be earlier than this.
    floor: Option<Instant>,
    begun: Option<Begun>,
}

/// Works out `times`; tells `verdict` of every passage looked at.
pub(crate) fn work_out(
    known: &Known<'_>,
    times: &mut Times,
    verdict: &mut dyn FnMut(Observed, Verdict),
) {
    let stations = known.course.stations.len();
    times.marks.clear();
    times.marks.resize(stations, None);
    times.last = None;
    times.counted = 0;
    times.restarted = false;
    times.trail = Trail::default();
    times.marked = known
        .marked
        .map(|m| m.status)
        .filter(|s| *s != MarkedStatus::Active);
    let mut visits = Visits::new(known.course.places.len());
    let mut walk = Walk::new(known, times);
    for station in 0..stations {
        walk.pass(station, &mut visits, verdict);
    }
    visits.tell(known, verdict);
    abandon(known, times);
    let stations = 0..known.course.stations.len();
    place_in_rankings(known, times, stations);
    sum_sections(known, times);
}

/// Goes on from the last station passed to `station`, where a first passage
/// came in, nothing else being known of what lies behind. Whether it counts.
pub(crate) fn carry_on(
    known: &Known<'_>,
    times: &mut Times,
    station: usize,
    seen: Observed,
) -> bool {
    let from = times.last.map_or(0, |last| last + 1);
    let mut walk = Walk::new(known, times);
    for at in from..=station {
        walk.come_to(at);
    }
    let counts = walk.earliest().judge(seen.time) == Verdict::Counted;
    if counts {
        walk.mark(station, seen);
        place_in_rankings(known, times, station..station + 1);
        if known.course.stations[station].kind.ends_leg() {
            sum_sections(known, times);
        }
    }
    counts
}

struct Walk<'a, 'k> {
    known: &'a Known<'k>,
    times: &'a mut Times,
    trail: Trail,
}

impl<'a, 'k> Walk<'a, 'k> {
    fn new(known: &'a Known<'k>, times: &'a mut Times) -> Self {
        let trail = times.trail;
        Self {
            known,
            times,
            trail,
        }
    }

    fn pass(
        &mut self,
        station: usize,
        visits: &mut Visits,
        verdict: &mut dyn FnMut(Observed, Verdict),
    ) {
        self.come_to(station);
        let chosen = match self.known.course.stations[station].visit {
            None => self.choose(station, verdict),
            Some(visit) => visits.choose(self.known, station, visit, self.earliest(), verdict),
        };
        if let Some(seen) = chosen {
            self.mark(station, seen);
        }
    }

    /// Begins the leg that begins at a station, if one does.
    fn come_to(&mut self, station: usize) {
        let leg = self.known.course.stations[station].leg;
        let span = &self.known.course.legs[leg];
        if station == span.first {
            self.begin(leg, span);
        }
    }

    /// The start of a leg, where it is known, and with it the stretch that
    /// elapsed times on it are measured along.
    fn begin(&mut self, leg: usize, span: &Span) {
        let arrival = span.first.checked_sub(1).filter(|_| leg > 0);
        let arrived = arrival.and_then(|exchange| self.times.marks[exchange]);
        let gun = applicable((self.known.gun)(leg), leg, span, arrived);
        self.trail.gun = gun.map(|gun| gun.time);
        if let Some(gun) = gun {
            let base = if leg == 0 {
                Some(Duration::default())
            } else {
                self.sum_at(arrived)
            };
            self.trail.stretch = base.map(|base| Stretch {
                base,
                since: gun.time,
            });
            self.trail.floor = None;
            self.trail.begun = Some(Begun {
                time: gun.time,
                distance_m: self.leg_begins_m(span),
            });
            self.times.restarted |= leg > 0;
            self.trail.start = Some(gun.time);
        } else if leg == 0 || span.after_break {
            self.trail.stretch = None;
            self.trail.begun = None;
            self.trail.start = None;
        } else {
            self.trail.start = arrived.map(|a| a.time);
        }
    }

    /// Where a leg begins: at the start, or at the exchange before it.
    fn leg_begins_m(&self, span: &Span) -> i64 {
        self.known.course.stations[span.first.saturating_sub(1)].distance_m
    }

    /// The sum of the legs up to an exchange that was passed.
    fn sum_at(&self, arrived: Option<Mark>) -> Option<Duration> {
        Some(self.trail.stretch?.to(arrived?.time, self.known.clock?))
    }

    fn earliest(&self) -> Earliest {
        Earliest {
            start: self.trail.start,
            floor: self.trail.floor,
        }
    }

    /// The earliest passage that can have been at this station.
    fn choose(
        &self,
        station: usize,
        verdict: &mut dyn FnMut(Observed, Verdict),
    ) -> Option<Observed> {
        let mut chosen = None;
        let earliest = self.earliest();
        for &seen in self.known.seen_at(self.known.names.stations[station]) {
            if chosen.is_some() {
                verdict(seen, Verdict::Duplicate);
                continue;
            }
            let judged = earliest.judge(seen.time);
            verdict(seen, judged);
            if judged == Verdict::Counted {
                chosen = Some(seen);
            }
        }
        chosen
    }

    fn mark(&mut self, station: usize, seen: Observed) {
        let leg = self.known.course.stations[station].leg;
        let span = &self.known.course.legs[leg];
        let clock = self.known.clock;
        let elapsed = self.trail.stretch.zip(clock).map(|(stretch, clock)| {
            stretch
                .to(seen.time, clock)
                .plus_ms(self.known.adjusted(leg, station))
        });
        let ended = self.trail.start.zip(clock);
        let ended = ended.filter(|_| station == span.end);
        let leg_time = ended.map(|(start, clock)| between(start, seen.time, clock));
        let stretch_ms = self
            .stretch_begun(station)
            .map(|begun| seen.time.ms() - begun.ms());
        self.trail.floor = Some(seen.time);
        let implausible = self.is_implausible(station, seen.time);
        self.trail.begun = Some(Begun {
            time: seen.time,
            distance_m: self.known.course.stations[station].distance_m,
        });
        self.times.last = Some(station);
        self.times.counted += 1;
        self.times.marks[station] = Some(Mark {
            time: seen.time,
            passage: seen.passage,
            elapsed,
            leg: leg_time,
            stretch_ms,
            in_total: false,
            in_leg: false,
            reference: false,
            may_be_record: leg_time.is_some(),
            implausible,
        });
        self.times.trail = self.trail;
    }

    fn is_implausible(&self, station: usize, time: Instant) -> bool {
        let Some(since) = self.trail.begun else {
            return false;
        };
        let course = self.known.course;
        let metres = course.stations[station].distance_m - since.distance_m;
        // Seconds per kilometre times metres are milliseconds.
        metres > 0 && time.ms() - since.time.ms() < course.fastest_pace_s_per_km * metres
    }

    /// When the stretch from the station before began: at the gun where the
    /// leg began with one, else at the passage there.
    fn stretch_begun(&self, station: usize) -> Option<Instant> {
        let before = station.checked_sub(1)?;
        let course = self.known.course;
        let after_break = course.legs[course.stations[station].leg].after_break;
        if course.opens_leg(station) && (station == 1 || after_break || self.trail.gun.is_some()) {
            return self.trail.gun;
        }
        self.times.marks[before].map(|mark| mark.time)
    }
}

/// The gun that a leg begins with: one for everyone does not touch those who
/// already went on.
fn applicable(gun: Option<Gun>, leg: usize, span: &Span, arrived: Option<Mark>) -> Option<Gun> {
    gun.filter(|gun| {
        gun.narrow || leg == 0 || span.after_break || arrived.is_none_or(|a| a.time > gun.time)
    })
}

/// What a passage may not precede.
#[derive(Clone, Copy, Default)]
pub(crate) struct Earliest {
    start: Option<Instant>,
    floor: Option<Instant>,
}

impl Earliest {
    pub(crate) fn judge(self, time: Instant) -> Verdict {
        if self.start.is_some_and(|start| time < start) {
            Verdict::BeforeStart
        } else if self.floor.is_some_and(|floor| time < floor) {
            Verdict::OutOfOrder
        } else {
            Verdict::Counted
        }
    }
}

impl Stretch {
    fn to(self, instant: Instant, clock: OfficialClock) -> Duration {
        self.base.plus(between(self.since, instant, clock))
    }
}

fn between(from: Instant, to: Instant, clock: OfficialClock) -> Duration {
    Duration {
        official: clock.reading(to) - clock.reading(from),
        raw: to.ms() - from.ms(),
    }
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
    fn adjusted(&self, leg: usize, station: usize) -> i64 {
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
    /// When the stretch to the next station began, for an entry that may be
    /// on it; the same as would be said of its passage there.
    pub(crate) fn ahead(
        &self,
        course: &Course,
        gun: impl Fn(usize) -> Option<Gun>,
    ) -> Option<Instant> {
        let station = self.last.map_or(1, |last| (last + 1).max(1));
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
