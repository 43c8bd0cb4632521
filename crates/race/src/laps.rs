//! Places that the course visits more than once: which passage is which
//! visit.
//!
//! Passages at a place are taken in order of time. The n-th that counts is
//! the n-th visit; what comes sooner after a visit than a lap can last is the
//! same visit read twice.

use crate::course::Visit;
use crate::instant::Instant;
use crate::times::{Earliest, Known, Observed, Verdict};

/// How far the passages at each place are used up.
pub(crate) struct Visits(Vec<Progress>);

#[derive(Clone, Copy, Default)]
struct Progress {
    /// Passages recorded at the place that a verdict was given on.
    judged: usize,
    /// The visit that counted last.
    last: Option<Instant>,
    /// What the visit that was looked for last may not precede.
    earliest: Earliest,
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
        let progress = self.0[visit.place];
        let lap_ends = progress
            .last
            .map(|last| last.ms().saturating_add(visit.min_lap_ms));
        let judge = |seen: &Observed| match earliest.judge(seen.time) {
            Verdict::Counted if lap_ends.is_some_and(|end| seen.time.ms() < end) => {
                Verdict::Duplicate
            }
            judged => judged,
        };
        let counts = |seen: &Observed| judge(seen) == Verdict::Counted;
        let own = known.seen_at(known.names.stations[station]);
        let left = &known.seen_at(known.names.places[visit.place])[progress.judged..];
        let at_own = own.iter().position(counts);
        let at_place = left.iter().position(counts);
        let by_place = match (at_own, at_place) {
            (Some(a), Some(b)) => known.order(&left[b]) < known.order(&own[a]),
            (own, _) => own.is_none(),
        };
        let chosen = if by_place {
            at_place.map(|at| left[at])
        } else {
            at_own.map(|at| own[at])
        };
        for seen in own {
            let is = chosen == Some(*seen);
            verdict(*seen, judged_as(is, judge(seen)));
        }
        let used = if by_place {
            at_place.map_or(0, |at| at + 1)
        } else {
            0
        };
        for seen in &left[..used] {
            let is = chosen == Some(*seen);
            verdict(*seen, judged_as(is, judge(seen)));
        }
        let progress = &mut self.0[visit.place];
        progress.judged += used;
        progress.earliest = earliest;
        if let Some(seen) = chosen {
            progress.last = Some(seen.time);
        }
        chosen
    }

    /// Tells of the passages at places that no visit was left for.
    pub(crate) fn extras(&self, known: &Known<'_>, verdict: &mut dyn FnMut(Observed, Verdict)) {
        for (progress, name) in self.0.iter().zip(&known.names.places) {
            for seen in &known.seen_at(*name)[progress.judged..] {
                verdict(*seen, judged_as(false, progress.earliest.judge(seen.time)));
            }
        }
    }
}

/// One that could have been this visit, but is not, is one too many.
fn judged_as(chosen: bool, judged: Verdict) -> Verdict {
    match judged {
        Verdict::Counted if !chosen => Verdict::Duplicate,
        judged => judged,
    }
}
