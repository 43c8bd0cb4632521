//! The walk of one entry along the course.
//!
//! Goes from station to station, leg by leg, and decides at each which passage
//! counts and what the elapsed time is. Where a passage only adds to what was
//! there, the walk goes on from where it stood ([`carry_on`]). Nothing here
//! looks at another entry: that is what ranks are for.

use crate::clock::OfficialClock;
use crate::counting::{abandon, place_in_rankings, sum_sections};
use crate::course::Span;
use crate::fact::MarkedStatus;
use crate::guns::Gun;
use crate::instant::Instant;
use crate::laps::Visits;
use crate::times::{Duration, Known, Mark, Observed, Times, Verdict};

/// Where and when a stretch began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Begun {
    time: Instant,
    distance_m: i64,
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
pub(crate) struct Trail {
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
pub(crate) fn applicable(
    gun: Option<Gun>,
    leg: usize,
    span: &Span,
    arrived: Option<Mark>,
) -> Option<Gun> {
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
