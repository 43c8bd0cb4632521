//! The plan of a small race: who would be where when, if nothing went wrong.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use tasuki_race::{Bib, Definition, Instant, Slug};

use super::course::after_gun;
use super::definition::BEAT_MS;

/// The most beats between two checkpoints: few, so that sums tie.
pub(super) const STRETCH_BEATS_MAX: i64 = 3;

/// A race as it would go.
pub(super) struct Plan {
    /// When each bib would be where.
    pub(super) passages: BTreeMap<(Bib, Slug), Instant>,
    /// The guns for everyone without which legs do not begin: of the first
    /// leg, and of each after a break. The next one last.
    pub(super) guns: Vec<(Slug, Instant)>,
}

impl Plan {
    /// Everyone runs every stretch in a few beats; now and then in none at all.
    pub(super) fn new(rng: &mut StdRng, definition: &Definition, bibs: &[Bib]) -> Self {
        let mut plan = Self {
            passages: BTreeMap::new(),
            guns: Vec::new(),
        };
        let mut legs = definition.legs.iter().map(|leg| leg.id.clone());
        plan.guns.extend(legs.next().map(|leg| (leg, after_gun(0))));
        let mut beats = vec![0; bibs.len()];
        for checkpoint in &definition.checkpoints {
            for (bib, beats) in bibs.iter().zip(&mut beats) {
                let key = (bib.clone(), checkpoint.id.clone());
                plan.passages.insert(key, after_gun(*beats * BEAT_MS));
            }
            let next_leg = checkpoint.kind.ends_leg().then(|| legs.next()).flatten();
            if let Some(leg) = next_leg.filter(|_| checkpoint.is_break) {
                let all_there = beats.iter().copied().max().unwrap_or(0);
                beats.fill(all_there);
                plan.guns.push((leg, after_gun(all_there * BEAT_MS)));
            }
            beats
                .iter_mut()
                .for_each(|beats| *beats += rng.random_range(0..=STRETCH_BEATS_MAX));
        }
        plan.guns.retain(|_| rng.random_ratio(9, 10));
        plan.guns.reverse();
        plan
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
