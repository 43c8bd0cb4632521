//! The plan of a small race: who would be where when, if nothing went wrong.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use tasuki_race::{Bib, Definition, Instant, Slug, StartTarget};

use super::course::after_gun;
use super::definition::{BEAT_MS, one_of};

/// The most beats between two checkpoints: few, so that sums tie.
pub(super) const STRETCH_BEATS_MAX: i64 = 3;
/// Mostly close to the grain of the clock; else so long that estimates, which
/// are given to the minute, differ.
const BEATS_MS: [i64; 5] = [BEAT_MS, BEAT_MS, BEAT_MS, 20_500, 151_000];
/// From one day of a race to the next.
const DAY_MS: i64 = 86_400_000;
/// Later than this behind the first, all start together on the next day.
const TIME_DIFFERENCE_BEATS_MAX: i64 = 4;

/// A race as it would go.
pub(super) struct Plan {
    /// The unit in which its times differ.
    pub(super) beat_ms: i64,
    /// When each bib would be where.
    pub(super) passages: BTreeMap<(Bib, Slug), Instant>,
    /// The guns without which legs do not begin: of the first leg, and of
    /// each after a break. The next one last.
    pub(super) guns: Vec<Gun>,
}

/// A gun of the plan.
pub(super) struct Gun {
    pub(super) leg: Slug,
    pub(super) target: StartTarget,
    pub(super) time: Instant,
}

impl Plan {
    /// Everyone runs every stretch in a few beats; now and then in none at all.
    pub(super) fn new(rng: &mut StdRng, definition: &Definition, bibs: &[Bib]) -> Self {
        let mut plan = Self {
            beat_ms: one_of(rng, &BEATS_MS),
            passages: BTreeMap::new(),
            guns: Vec::new(),
        };
        let mut legs = definition.legs.iter().map(|leg| leg.id.clone());
        if let Some(leg) = legs.next() {
            plan.fire(leg, StartTarget::Everyone, 0);
        }
        let mut at_ms = vec![0; bibs.len()];
        for checkpoint in &definition.checkpoints {
            for (bib, &at_ms) in bibs.iter().zip(&at_ms) {
                let key = (bib.clone(), checkpoint.id.clone());
                plan.passages.insert(key, after_gun(at_ms));
            }
            let next_leg = checkpoint.kind.ends_leg().then(|| legs.next()).flatten();
            if let Some(leg) = next_leg.filter(|_| checkpoint.is_break) {
                if rng.random_bool(0.4) {
                    plan.start_by_difference(&leg, bibs, &mut at_ms);
                } else {
                    plan.start_together(rng, leg, &mut at_ms);
                }
            }
            let beat_ms = plan.beat_ms;
            at_ms
                .iter_mut()
                .for_each(|at_ms| *at_ms += beat_ms * rng.random_range(0..=STRETCH_BEATS_MAX));
        }
        plan.guns.retain(|_| rng.random_ratio(9, 10));
        plan.guns.reverse();
        plan
    }

    fn fire(&mut self, leg: Slug, target: StartTarget, at_ms: i64) {
        let time = after_gun(at_ms);
        self.guns.push(Gun { leg, target, time });
    }

    /// Once all are there, all go on: at once, or on the next day.
    fn start_together(&mut self, rng: &mut StdRng, leg: Slug, at_ms: &mut [i64]) {
        let all_there = at_ms.iter().copied().max().unwrap_or(0);
        let overnight_ms = if rng.random_bool(0.5) { DAY_MS } else { 0 };
        at_ms.fill(all_there + overnight_ms);
        self.fire(leg, StartTarget::Everyone, all_there + overnight_ms);
    }

    /// On the next day each starts so long after the first as it arrived
    /// (時差スタート); the late ones start together (一斉スタート).
    fn start_by_difference(&mut self, leg: &Slug, bibs: &[Bib], at_ms: &mut [i64]) {
        let first_ms = at_ms.iter().copied().min().unwrap_or(0);
        let together_ms = first_ms + TIME_DIFFERENCE_BEATS_MAX * self.beat_ms;
        let mut starts: BTreeMap<i64, Vec<Bib>> = BTreeMap::new();
        for (bib, at_ms) in bibs.iter().zip(at_ms) {
            *at_ms = DAY_MS + (*at_ms).min(together_ms);
            starts.entry(*at_ms).or_default().push(bib.clone());
        }
        for (at_ms, bibs) in starts {
            self.fire(leg.clone(), StartTarget::Bibs(bibs), at_ms);
        }
    }

    /// What of it is seen, the next one last: some is missed. In order of
    /// time, or as tablets that were offline send it.
    pub(super) fn deck(&self, rng: &mut StdRng) -> Vec<(Bib, Slug)> {
        let mut deck: Vec<_> = self
            .passages
            .iter()
            .filter(|_| rng.random_ratio(9, 10))
            .collect();
        deck.shuffle(rng);
        if rng.random_bool(0.6) {
            deck.sort_by_key(|(_, time)| Reverse(**time));
        }
        deck.into_iter().map(|(key, _)| key.clone()).collect()
    }
}
