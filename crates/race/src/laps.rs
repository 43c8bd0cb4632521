//! Places that the course visits more than once: which passage is which
//! visit.
//!
//! Passages at a place are taken in order of time. The n-th that counts is
//! the n-th visit; what comes sooner after a visit than a lap can last is the
//! same visit read twice.

use crate::course::Visit;
use crate::instant::Instant;
use crate::times::{Known, Observed, Verdict};
use crate::walk::Earliest;

/// How far the passages at each place are used up.
pub(crate) struct Visits(Vec<Progress>);

#[derive(Clone, Default)]
struct Progress {
    /// Of the passages recorded at the place, those up to the last that was a
    /// visit.
    used: usize,
    /// What became of each of them, as last judged.
    verdicts: Vec<Verdict>,
    /// The visit that counted last.
    last: Option<Instant>,
}

/// What a passage must not be, to be a visit.
#[derive(Clone, Copy)]
struct Bar {
    earliest: Earliest,
    last: Option<Instant>,
    min_lap_ms: i64,
}

impl Bar {
    fn judge(self, seen: &Observed) -> Verdict {
        match (self.earliest.judge(seen.time), self.last) {
            (Verdict::Counted, Some(last)) if seen.time < last => Verdict::OutOfOrder,
            (Verdict::Counted, Some(last))
                if seen.time.ms() < last.ms().saturating_add(self.min_lap_ms) =>
            {
                Verdict::Duplicate
            }
            (judged, _) => judged,
        }
    }

    fn lets(self, seen: &Observed) -> bool {
        self.judge(seen) == Verdict::Counted
    }
}

impl Visits {
    pub(crate) fn new(places: usize) -> Self {
        Self(vec![Progress::default(); places])
    }

    /// The earliest passage that can have been this visit, of those recorded
    /// at the place and those recorded at the visit itself.
    pub(crate) fn choose(
        &mut self,
        known: &Known<'_>,
        station: usize,
        visit: Visit,
        earliest: Earliest,
        verdict: &mut dyn FnMut(Observed, Verdict),
    ) -> Option<Observed> {
        let own = known.seen_at(known.names.stations[station]);
        let at_place = known.seen_at(known.names.places[visit.place]);
        let progress = &mut self.0[visit.place];
        progress.verdicts.resize(at_place.len(), Verdict::Duplicate);
        let bar = Bar {
            earliest,
            last: progress.last,
            min_lap_ms: visit.min_lap_ms,
        };
        let left = &at_place[progress.used..];
        let first = |list: &[Observed]| list.iter().find(|seen| bar.lets(seen)).copied();
        let chosen = match (first(own), first(left)) {
            (Some(own), Some(other)) if known.order(&other) < known.order(&own) => Some(other),
            (own, other) => own.or(other),
        };
        for seen in own {
            verdict(*seen, judged(bar, seen, chosen));
        }
        for (at, seen) in (progress.used..).zip(left) {
            progress.verdicts[at] = judged(bar, seen, chosen);
        }
        if let Some(at) = at_place.iter().position(|seen| Some(*seen) == chosen) {
            progress.used = at + 1;
        }
        progress.last = chosen.map(|seen| seen.time).or(progress.last);
        chosen
    }

    /// Tells what became of the passages recorded at places.
    pub(crate) fn tell(&self, known: &Known<'_>, verdict: &mut dyn FnMut(Observed, Verdict)) {
        for (progress, name) in self.0.iter().zip(&known.names.places) {
            for (seen, judged) in known.seen_at(*name).iter().zip(&progress.verdicts) {
                verdict(*seen, *judged);
            }
        }
    }
}

/// One that could have been this visit, but is not, is one too many.
fn judged(bar: Bar, seen: &Observed, chosen: Option<Observed>) -> Verdict {
    match bar.judge(seen) {
        Verdict::Counted if chosen != Some(*seen) => Verdict::Duplicate,
        judged => judged,
    }
}
