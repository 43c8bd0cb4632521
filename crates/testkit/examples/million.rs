//! Compares the incremental projector with the naive model on random races
//! until a million facts have been compared, and names the seeds on which the
//! two disagree.
//!
//! ```sh
//! cargo run --release -p tasuki-testkit --example million -- [FACTS [FIRST_SEED]]
//! TASUKI_SEED=17 cargo test -p tasuki-race --test it agreement   # replays one
//! ```
//!
//! Ends with 1 when there was a disagreement.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tasuki_testkit::agreement::{Disagreement, disagreements};
use tasuki_testkit::generate;

/// What is compared unless another number is named.
const FACTS: u64 = 1_000_000;
/// How often the progress is printed.
const PROGRESS_EVERY: Duration = Duration::from_secs(10);
/// More seeds of disagreements than this help nobody.
const SEEDS_SHOWN_MAX: usize = 20;

/// What both workers add to.
struct Tally {
    next_seed: AtomicU64,
    facts: AtomicU64,
    races: AtomicU64,
    standings_differ: Mutex<Vec<u64>>,
    reviews_differ: Mutex<Vec<u64>>,
    panics: Mutex<Vec<u64>>,
}

fn main() -> ExitCode {
    let mut numbers = std::env::args().skip(1).map(|text| {
        text.parse::<u64>()
            .expect("arguments are whole numbers: FACTS and FIRST_SEED")
    });
    let wanted = numbers.next().unwrap_or(FACTS);
    let tally = Tally {
        next_seed: AtomicU64::new(numbers.next().unwrap_or(0)),
        facts: AtomicU64::new(0),
        races: AtomicU64::new(0),
        standings_differ: Mutex::default(),
        reviews_differ: Mutex::default(),
        panics: Mutex::default(),
    };
    let began = Instant::now();
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for worker in 0..workers {
            let tally = &tally;
            scope.spawn(move || {
                let mut printed = began;
                while tally.facts.load(Ordering::Relaxed) < wanted {
                    compare(tally);
                    if worker == 0 && printed.elapsed() >= PROGRESS_EVERY {
                        printed = Instant::now();
                        tally.print(began);
                    }
                }
            });
        }
    });
    tally.print(began);
    if tally.agrees() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Compares what both make of the race of the next seed.
fn compare(tally: &Tally) {
    let seed = tally.next_seed.fetch_add(1, Ordering::Relaxed);
    let rng = &mut generate::seeded(seed);
    let facts = generate::small_race(rng);
    match catch_unwind(AssertUnwindSafe(|| disagreements(rng, &facts))) {
        Ok(found) => found.iter().for_each(|disagreement| match disagreement {
            Disagreement::Standings { .. } => note(&tally.standings_differ, seed),
            Disagreement::Review { .. } => note(&tally.reviews_differ, seed),
        }),
        Err(_) => note(&tally.panics, seed),
    }
    let count = u64::try_from(facts.len()).unwrap_or(u64::MAX);
    tally.facts.fetch_add(count, Ordering::Relaxed);
    tally.races.fetch_add(1, Ordering::Relaxed);
}

fn note(seeds: &Mutex<Vec<u64>>, seed: u64) {
    seeds.lock().expect("nobody panics here").push(seed);
}

impl Tally {
    fn print(&self, began: Instant) {
        let facts = self.facts.load(Ordering::Relaxed);
        let races = self.races.load(Ordering::Relaxed);
        let rate = u128::from(facts) * 1000 / began.elapsed().as_millis().max(1);
        println!(
            "{facts} facts in {races} races, {rate} facts/s; {}; {}; {}",
            shown("standings differ", &self.standings_differ),
            shown("review lists differ", &self.reviews_differ),
            shown("panics", &self.panics),
        );
    }

    fn agrees(&self) -> bool {
        [&self.standings_differ, &self.reviews_differ, &self.panics]
            .into_iter()
            .all(|seeds| seeds.lock().expect("nobody panics here").is_empty())
    }
}

fn shown(what: &str, seeds: &Mutex<Vec<u64>>) -> String {
    let mut seeds = seeds.lock().expect("nobody panics here").clone();
    seeds.sort_unstable();
    let count = seeds.len();
    seeds.truncate(SEEDS_SHOWN_MAX);
    if count == 0 {
        format!("{what}: 0")
    } else {
        format!("{what}: {count}, such as seeds {seeds:?}")
    }
}
