//! The times of one entry, from its passages and the guns that hold for it.
//!
//! Walks the course once, leg by leg, and decides at each station which
//! passage counts, what the elapsed time is, and in which rankings it stands.
//! Nothing here looks at another entry: that is what ranks are for.

use crate::clock::OfficialClock;
use crate::course::{Course, Span};
use crate::definition::{AfterDnf, CheckpointKind, UnrankedLegs};
use crate::fact::MarkedStatus;
use crate::guns::Gun;
use crate::instant::Instant;

/// A passage of the entry, in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Observed {
    /// Where, as an interned name: stable when the course is redefined.
    pub(crate) name: u32,
    pub(crate) time: Instant,
    /// Index among all passages of the race.
    pub(crate) passage: u32,
}

/// What is known of one entry.
pub(crate) struct Known<'a> {
    pub(crate) course: &'a Course,
    pub(crate) clock: Option<OfficialClock>,
    /// By station: its passages in order of time, then id.
    pub(crate) passages: &'a dyn Fn(usize) -> &'a [Observed],
    /// By leg.
    pub(crate) guns: &'a [Option<Gun>],
    /// Leg (`None`: from the finish on) and milliseconds.
    pub(crate) adjustments: &'a [(Option<usize>, i64)],
    pub(crate) marked: Option<Marked>,
    /// `false` outside the ranking.
    pub(crate) ranked: bool,
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
    fn plus(self, other: Self) -> Self {
        Self {
            official: self.official.saturating_add(other.official),
            raw: self.raw.saturating_add(other.raw),
        }
    }

    fn plus_ms(self, ms: i64) -> Self {
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
    /// Stands in the ranking of this station.
    pub(crate) in_total: bool,
    /// Stands in the ranking of the leg that ends here.
    pub(crate) in_leg: bool,
    /// Run after an abandonment.
    pub(crate) reference: bool,
    /// May carry a mark against the leg's record.
    pub(crate) may_be_record: bool,
}

/// The times of one entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Times {
    /// By station.
    pub(crate) marks: Vec<Option<Mark>>,
    /// By section: sum of its legs, and when the last of them ended.
    pub(crate) sections: Vec<Option<(Duration, Instant)>>,
    /// Last station passed.
    pub(crate) last: Option<usize>,
    /// The gun of its first leg has been fired.
    pub(crate) started: bool,
    pub(crate) marked: Option<MarkedStatus>,
    /// From this station on it is not ranked (dnf).
    pub(crate) cut: Option<usize>,
    /// A later leg began by a gun, not by the arrival.
    pub(crate) restarted: bool,
    /// By station: where the stretch that leads to its passage began.
    pub(crate) begun: Vec<Option<Begun>>,
}

/// Where and when a stretch began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Begun {
    pub(crate) time: Instant,
    pub(crate) distance_m: i64,
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
#[derive(Clone, Copy)]
struct Stretch {
    base: Duration,
    since: Instant,
}

/// Works out `times`; tells `verdict` of every passage looked at.
pub(crate) fn work_out(
    known: &Known<'_>,
    times: &mut Times,
    mut verdict: impl FnMut(Observed, Verdict),
) {
    times.marks.clear();
    times.marks.resize(known.course.stations.len(), None);
    times.begun.clear();
    times.begun.resize(known.course.stations.len(), None);
    times.sections.clear();
    times.last = None;
    times.restarted = false;
    times.marked = known
        .marked
        .map(|m| m.status)
        .filter(|s| *s != MarkedStatus::Active);
    let mut walk = Walk {
        known,
        times,
        stretch: None,
        floor: None,
        begun: None,
    };
    for (leg, span) in known.course.legs.iter().enumerate() {
        walk.leg(leg, span, &mut verdict);
    }
    times.started = known.guns.first().is_some_and(Option::is_some);
    abandon(known, times);
    place_in_rankings(known, times);
    sum_sections(known, times);
}

struct Walk<'a, 'k> {
    known: &'a Known<'k>,
    times: &'a mut Times,
    stretch: Option<Stretch>,
    /// No passage of the present run may be earlier than this.
    floor: Option<Instant>,
    begun: Option<Begun>,
}

impl Walk<'_, '_> {
    fn leg(&mut self, leg: usize, span: &Span, verdict: &mut impl FnMut(Observed, Verdict)) {
        let start = self.begin(leg, span);
        for station in span.first..=span.end {
            if let Some(seen) = self.choose(station, start, verdict) {
                self.mark(station, leg, span, start, seen);
            }
        }
    }

    /// The start of a leg, where it is known, and with it the stretch that
    /// elapsed times on it are measured along.
    fn begin(&mut self, leg: usize, span: &Span) -> Option<Instant> {
        let arrival = span.first.checked_sub(1).filter(|_| leg > 0);
        let arrived = arrival.and_then(|exchange| self.times.marks[exchange]);
        let gun = self.known.guns[leg].filter(|gun| {
            gun.narrow || leg == 0 || span.after_break || arrived.is_none_or(|a| a.time > gun.time)
        });
        if let Some(gun) = gun {
            let base = if leg == 0 {
                Some(Duration::default())
            } else {
                self.sum_at(arrived)
            };
            self.stretch = base.map(|base| Stretch {
                base,
                since: gun.time,
            });
            self.floor = None;
            self.begun = Some(Begun {
                time: gun.time,
                distance_m: self.leg_begins_m(span),
            });
            self.times.restarted |= leg > 0;
            return Some(gun.time);
        }
        if leg == 0 || span.after_break {
            self.stretch = None;
            self.begun = None;
            return None;
        }
        arrived.map(|a| a.time)
    }

    /// Where a leg begins: at the start, or at the exchange before it.
    fn leg_begins_m(&self, span: &Span) -> i64 {
        self.known.course.stations[span.first.saturating_sub(1)].distance_m
    }

    /// The sum of the legs up to an exchange that was passed.
    fn sum_at(&self, arrived: Option<Mark>) -> Option<Duration> {
        Some(self.stretch?.to(arrived?.time, self.known.clock?))
    }

    /// The earliest passage that can have been at this station.
    fn choose(
        &self,
        station: usize,
        start: Option<Instant>,
        verdict: &mut impl FnMut(Observed, Verdict),
    ) -> Option<Observed> {
        let mut chosen = None;
        for &seen in (self.known.passages)(station) {
            if chosen.is_some() {
                verdict(seen, Verdict::Duplicate);
            } else if start.is_some_and(|start| seen.time < start) {
                verdict(seen, Verdict::BeforeStart);
            } else if self.floor.is_some_and(|floor| seen.time < floor) {
                verdict(seen, Verdict::OutOfOrder);
            } else {
                verdict(seen, Verdict::Counted);
                chosen = Some(seen);
            }
        }
        chosen
    }

    fn mark(
        &mut self,
        station: usize,
        leg: usize,
        span: &Span,
        start: Option<Instant>,
        seen: Observed,
    ) {
        let clock = self.known.clock;
        let elapsed = self.stretch.zip(clock).map(|(stretch, clock)| {
            stretch
                .to(seen.time, clock)
                .plus_ms(self.known.adjusted(leg, station))
        });
        let ended = start.zip(clock).filter(|_| station == span.end);
        let leg_time = ended.map(|(start, clock)| between(start, seen.time, clock));
        self.floor = Some(seen.time);
        self.times.begun[station] = self.begun;
        let distance_m = self.known.course.stations[station].distance_m;
        self.begun = Some(Begun {
            time: seen.time,
            distance_m,
        });
        self.times.last = Some(station);
        self.times.marks[station] = Some(Mark {
            time: seen.time,
            passage: seen.passage,
            elapsed,
            leg: leg_time,
            in_total: false,
            in_leg: false,
            reference: false,
            may_be_record: leg_time.is_some(),
        });
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

impl Known<'_> {
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

    fn is(&self, status: MarkedStatus) -> bool {
        self.marked.is_some_and(|m| m.status == status)
    }
}

/// From where on an abandonment holds.
fn abandon(known: &Known<'_>, times: &mut Times) {
    times.cut = None;
    let Some(marked) = known.marked.filter(|m| m.status == MarkedStatus::Dnf) else {
        return;
    };
    times.cut = marked.station.or_else(|| {
        let time = marked.time?;
        times
            .marks
            .iter()
            .position(|m| m.is_some_and(|m| m.time > time))
    });
    if let Some(cut) = times.cut {
        for mark in times.marks[cut..].iter_mut().flatten() {
            mark.elapsed = None;
        }
    }
}

/// The leg on which an entry gave up.
fn abandoned_leg(known: &Known<'_>, times: &Times) -> Option<usize> {
    if !known.is(MarkedStatus::Dnf) {
        return None;
    }
    let station = times
        .cut
        .unwrap_or_else(|| times.last.map_or(0, |last| last + 1));
    known.course.stations.get(station).map(|s| s.leg)
}

fn place_in_rankings(known: &Known<'_>, times: &mut Times) {
    let out = known.is(MarkedStatus::Dns) || known.is(MarkedStatus::Dsq);
    let settings = &known.course.ranking;
    let in_totals = !out && (known.ranked || settings.unranked_take_places);
    let in_legs = !out && (known.ranked || settings.unranked_legs != UnrankedLegs::Excluded);
    let gave_up = abandoned_leg(known, times);
    for (mark, station) in times.marks.iter_mut().zip(&known.course.stations) {
        let Some(mark) = mark else { continue };
        mark.in_total = in_totals && mark.elapsed.is_some();
        let after = gave_up.is_some_and(|leg| station.leg > leg);
        let during = gave_up == Some(station.leg);
        mark.reference = mark.leg.is_some() && after && settings.after_dnf == AfterDnf::Reference;
        mark.in_leg = in_legs && mark.leg.is_some() && !during && !mark.reference;
        mark.may_be_record = mark.leg.is_some() && !during && !mark.reference;
    }
}

fn sum_sections(known: &Known<'_>, times: &mut Times) {
    let gave_up = abandoned_leg(known, times);
    for (_, legs) in &known.course.sections {
        let given_up = |leg: &usize| gave_up.is_some_and(|g| *leg >= g);
        let sum = if legs.iter().any(given_up) {
            None
        } else {
            section_sum(known, times, legs)
        };
        times.sections.push(sum);
    }
}

fn section_sum(known: &Known<'_>, times: &Times, legs: &[usize]) -> Option<(Duration, Instant)> {
    let mut sum = Duration::default();
    let mut ended = None;
    for &leg in legs {
        let mark = times.marks[known.course.legs[leg].end]?;
        sum = sum.plus(mark.leg?);
        ended = ended.max(Some(mark.time));
    }
    let named = known
        .adjustments
        .iter()
        .filter(|(of, _)| of.is_some_and(|leg| legs.contains(&leg)));
    let sum = named.fold(sum, |sum, (_, ms)| sum.plus_ms(*ms));
    Some((sum, ended?))
}
