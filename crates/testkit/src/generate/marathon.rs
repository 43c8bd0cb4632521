//! A large marathon as it is really run: waves by ability, net times, a few
//! missed mats, some who do not finish.

use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::{Value, json};
use tasuki_race::{Bib, Definition, Fact, FactKind, Instant, Slug, StartTarget};

use super::course::{after_gun, bib, fact, read, slug};

/// The distance.
const COURSE_M: usize = 42_195;
/// What the winner needs for a kilometre.
const BEST_MS_PER_KM: i64 = 178_000;
/// What the slowest needs more.
const SPREAD_MS_PER_KM: i64 = 260_000;
/// Between two waves.
const WAVE_GAP_MS: i64 = 10 * 60_000;
/// The longest that a wave needs to cross the start line.
const CROSSING_MAX_MS: i64 = 8 * 60_000;
/// The age divisions of each sex.
const AGES: [&str; 5] = ["18", "40", "50", "60", "70"];
/// One mat in so many is missed.
const MISSED_ONE_IN: u32 = 200;
/// One stretch in so many is a runner's last.
const ABANDONED_ONE_IN: u32 = 300;

/// How large a marathon is.
#[derive(Clone, Copy, Debug)]
pub struct Marathon {
    /// Runners.
    pub entries: usize,
    /// Timing points after the start, the finish included.
    pub checkpoints: usize,
    /// Starts at ten minutes from each other, each by category.
    pub waves: usize,
}

impl Default for Marathon {
    fn default() -> Self {
        Self {
            entries: 30_000,
            checkpoints: 9,
            waves: 4,
        }
    }
}

/// The facts of a marathon in order of time, the definition first.
pub fn marathon(rng: &mut StdRng, size: &Marathon) -> Vec<Fact> {
    let waves = size.waves.max(1);
    let runners = runners(rng, size.entries, waves);
    let definition = definition(size, waves, &runners);
    let mut told: Vec<_> = (0..waves).map(wave_start).collect();
    for runner in &runners {
        runner.run(rng, &definition, &mut told);
    }
    told.sort_by_key(|(time, _)| *time);
    let mut facts = vec![fact(rng, None, FactKind::RaceDefined(Box::new(definition)))];
    facts.extend(
        told.into_iter()
            .map(|(time, kind)| fact(rng, Some(time), kind)),
    );
    facts
}

struct Runner {
    bib: Bib,
    ms_per_km: i64,
    wave: usize,
    sex: &'static str,
    age: &'static str,
}

impl Runner {
    fn run(&self, rng: &mut StdRng, definition: &Definition, told: &mut Vec<(Instant, FactKind)>) {
        let mut passed_ms = wave_ms(self.wave) + rng.random_range(0..=CROSSING_MAX_MS);
        let mut distance_m = 0;
        for checkpoint in definition.checkpoints.iter().skip(1) {
            if rng.random_ratio(1, ABANDONED_ONE_IN) {
                return;
            }
            let stretch_m = checkpoint.distance_m - distance_m;
            passed_ms += self.ms_per_km * stretch_m / 1000 * rng.random_range(97..=106) / 100;
            distance_m = checkpoint.distance_m;
            if !rng.random_ratio(1, MISSED_ONE_IN) {
                let (bib, checkpoint) = (self.bib.clone(), checkpoint.id.clone());
                told.push((
                    after_gun(passed_ms),
                    FactKind::PassageRecorded { bib, checkpoint },
                ));
            }
        }
    }
}

/// Bibs are given by ability, and so are the waves.
fn runners(rng: &mut StdRng, entries: usize, waves: usize) -> Vec<Runner> {
    let mut paces: Vec<i64> = (0..entries)
        .map(|_| BEST_MS_PER_KM + rng.random_range(0..=SPREAD_MS_PER_KM))
        .collect();
    paces.sort_unstable();
    let runner = |(place, ms_per_km): (usize, i64)| Runner {
        bib: bib(&(place + 1).to_string()),
        ms_per_km,
        wave: place * waves / entries,
        sex: if rng.random_bool(0.45) { "f" } else { "m" },
        age: AGES[rng.random_range(0..AGES.len())],
    };
    paces.into_iter().enumerate().map(runner).collect()
}

fn wave_start(wave: usize) -> (Instant, FactKind) {
    let target = StartTarget::Category(wave_id(wave));
    (
        after_gun(wave_ms(wave)),
        FactKind::Started { leg: None, target },
    )
}

fn wave_ms(wave: usize) -> i64 {
    i64::try_from(wave)
        .unwrap_or(i64::MAX)
        .saturating_mul(WAVE_GAP_MS)
}

fn wave_id(wave: usize) -> Slug {
    slug(&format!("wave{}", wave + 1))
}

fn definition(size: &Marathon, waves: usize, runners: &[Runner]) -> Definition {
    let points = size.checkpoints.max(1);
    let checkpoint = |point: usize| {
        let (id, kind) = match point {
            0 => ("start".to_owned(), "start"),
            _ if point == points => ("finish".to_owned(), "finish"),
            _ => (format!("mat{point}"), "split"),
        };
        json!({"id": id, "name": id, "kind": kind, "distance_m": COURSE_M * point / points})
    };
    let divisions = ["f", "m"].into_iter().flat_map(|sex| {
        let by_age = AGES.into_iter().map(move |age| format!("{sex}{age}"));
        std::iter::once(sex.to_owned()).chain(by_age)
    });
    let waves = (0..waves).map(|wave| wave_id(wave).to_string());
    let categories: Vec<Value> = waves
        .chain(divisions)
        .map(|id| json!({"id": id, "name": id}))
        .collect();
    read(&json!({
        "id": "generated-marathon",
        "name": "Generated marathon",
        "timezone": "America/New_York",
        "checkpoints": (0..=points).map(checkpoint).collect::<Vec<_>>(),
        "categories": categories,
        "entries": runners.iter().map(entry).collect::<Vec<_>>(),
    }))
}

fn entry(runner: &Runner) -> Value {
    let Runner {
        bib,
        wave,
        sex,
        age,
        ..
    } = runner;
    json!({
        "bib": bib,
        "name": format!("Runner {bib}"),
        "categories": [wave_id(*wave).to_string(), sex, format!("{sex}{age}")],
    })
}
