//! Races and facts made up from a seed.
//!
//! [`race`] and [`facts`] make small, odd races for property tests: times are
//! drawn from narrow ranges, so that ties and boundary cases are frequent, and
//! everything that can go wrong at a race does. [`ekiden`] and [`marathon`]
//! make large, realistic ones for measurements. The same seed gives the same
//! race: [`for_each_seed`] prints the one that failed.

mod course;
mod definition;
mod disturbance;
mod ekiden;
mod halves;
mod marathon;
mod plan;
mod redefinition;
mod reorder;
mod sightings;
mod tale;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tasuki_race::Fact;

pub use definition::race;
pub use ekiden::{Ekiden, ekiden};
pub use marathon::{Marathon, marathon};
pub use reorder::{is_observation, named, reordered};
pub use tale::facts;

/// The variable that names the one seed to replay.
const SEED_VARIABLE: &str = "TASUKI_SEED";

/// The generator that belongs to a seed.
#[must_use]
pub fn seeded(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed)
}

/// The whole log of a small random race; one in twenty is larger.
pub fn small_race(rng: &mut StdRng) -> Vec<Fact> {
    let (entries_max, facts_max) = if rng.random_ratio(1, 20) {
        (40, 800)
    } else {
        (12, 250)
    };
    let entries = rng.random_range(1..=entries_max);
    let definition = race(rng, entries);
    let count = rng.random_range(1..=facts_max);
    facts(rng, &definition, count)
}

/// Runs `check` with the seeds 0 to `cases`; a panic prints its seed. With
/// `TASUKI_SEED` set, only that one is run.
///
/// # Panics
/// Where `check` does, and when `TASUKI_SEED` is not a number.
pub fn for_each_seed(cases: u64, mut check: impl FnMut(&mut StdRng)) {
    let seeds = match std::env::var(SEED_VARIABLE) {
        Ok(text) => {
            let seed: u64 = text.parse().expect("TASUKI_SEED is a whole number");
            seed..=seed
        }
        Err(_) => 0..=cases.saturating_sub(1),
    };
    for seed in seeds {
        let _witness = Witness(seed);
        check(&mut seeded(seed));
    }
}

/// Prints its seed when a check panics.
struct Witness(u64);

impl Drop for Witness {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!(
                "failed with seed {}; replay it with {SEED_VARIABLE}={}",
                self.0, self.0
            );
        }
    }
}
