//! A large ekiden as it is really run: able teams pull away leg by leg, and
//! the runners of late ones are sent off together (繰り上げスタート).

use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::{Value, json};
use tasuki_race::{Bib, Definition, Fact, FactKind, Instant, Slug, StartTarget};

use super::course::{after_gun, bib, fact, read, slug};

/// The length of a leg.
const LEG_M: usize = 20_000;
/// What the best team needs for a kilometre.
const BEST_MS_PER_KM: i64 = 175_000;
/// What the slowest needs more.
const SPREAD_MS_PER_KM: i64 = 30_000;
/// How much better or worse than its team a runner may be.
const FORM_MS_PER_KM: i64 = 8_000;
/// One team in so many is outside the ranking (オープン参加).
const OPEN_EVERY: usize = 20;

/// How large an ekiden is.
#[derive(Clone, Copy, Debug)]
pub struct Ekiden {
    /// Entries.
    pub teams: usize,
    /// Runners of each.
    pub legs: usize,
    /// Points with a time between two exchanges.
    pub splits_per_leg: usize,
    /// How long after the leader's handover the waiting runners are sent off.
    pub rolled_after_ms: i64,
}

impl Default for Ekiden {
    fn default() -> Self {
        Self {
            teams: 20,
            legs: 10,
            splits_per_leg: 3,
            rolled_after_ms: 20 * 60_000,
        }
    }
}

/// The facts of an ekiden in order of time, the definition first.
pub fn ekiden(rng: &mut StdRng, size: &Ekiden) -> Vec<Fact> {
    let definition = definition(size);
    let mut told = vec![(
        after_gun(0),
        start(&definition.legs[0].id, StartTarget::Everyone),
    )];
    let mut teams = teams(rng, &definition);
    for (leg, stretch) in legs_of(&definition).into_iter().enumerate() {
        for team in &mut teams {
            team.run(rng, &stretch, &mut told);
        }
        if let Some(next) = definition.legs.get(leg + 1) {
            told.extend(rolled_start(&mut teams, &next.id, size.rolled_after_ms));
        }
    }
    told.sort_by_key(|(time, _)| *time);
    let mut facts = vec![fact(rng, None, FactKind::RaceDefined(Box::new(definition)))];
    facts.extend(
        told.into_iter()
            .map(|(time, kind)| fact(rng, Some(time), kind)),
    );
    facts
}

struct Team {
    bib: Bib,
    ms_per_km: i64,
    /// When its next runner starts, after the gun.
    starts_ms: i64,
}

impl Team {
    /// Runs a leg, given as its checkpoints with the distance from its start.
    fn run(&mut self, rng: &mut StdRng, leg: &[(Slug, i64)], told: &mut Vec<(Instant, FactKind)>) {
        let ms_per_km = self.ms_per_km + rng.random_range(-FORM_MS_PER_KM..=FORM_MS_PER_KM);
        let mut passed_ms = self.starts_ms;
        for (checkpoint, distance_m) in leg {
            passed_ms = self.starts_ms + ms_per_km * distance_m / 1000;
            let passage = FactKind::PassageRecorded {
                bib: self.bib.clone(),
                checkpoint: checkpoint.clone(),
            };
            told.push((after_gun(passed_ms), passage));
        }
        self.starts_ms = passed_ms;
    }
}

fn teams(rng: &mut StdRng, definition: &Definition) -> Vec<Team> {
    let team = |bib: &Bib| Team {
        bib: bib.clone(),
        ms_per_km: BEST_MS_PER_KM + rng.random_range(0..=SPREAD_MS_PER_KM),
        starts_ms: 0,
    };
    definition
        .entries
        .iter()
        .map(|entry| &entry.bib)
        .map(team)
        .collect()
}

/// Sends off the next runners of all who are later than allowed.
fn rolled_start(teams: &mut [Team], leg: &Slug, after_ms: i64) -> Option<(Instant, FactKind)> {
    let gun_ms = teams.iter().map(|team| team.starts_ms).min()? + after_ms;
    let mut bibs = Vec::new();
    for team in teams.iter_mut().filter(|team| team.starts_ms > gun_ms) {
        team.starts_ms = gun_ms;
        bibs.push(team.bib.clone());
    }
    (!bibs.is_empty()).then(|| (after_gun(gun_ms), start(leg, StartTarget::Bibs(bibs))))
}

fn start(leg: &Slug, target: StartTarget) -> FactKind {
    FactKind::Started {
        leg: Some(leg.clone()),
        target,
    }
}

/// The checkpoints of each leg, with the distance from the start of the leg.
fn legs_of(definition: &Definition) -> Vec<Vec<(Slug, i64)>> {
    let (mut legs, mut leg, mut begins_m) = (Vec::new(), Vec::new(), 0);
    for checkpoint in definition.checkpoints.iter().skip(1) {
        leg.push((checkpoint.id.clone(), checkpoint.distance_m - begins_m));
        if checkpoint.kind.ends_leg() {
            legs.push(std::mem::take(&mut leg));
            begins_m = checkpoint.distance_m;
        }
    }
    legs
}

fn definition(size: &Ekiden) -> Definition {
    let mut checkpoints =
        vec![json!({"id": "start", "name": "Start", "kind": "start", "distance_m": 0})];
    let mut add = |id: String, kind: &str, distance_m: usize| {
        let id = slug(&id);
        checkpoints.push(json!({"id": id, "name": id, "kind": kind, "distance_m": distance_m}));
    };
    let legs = size.legs.max(1);
    for leg in 1..=legs {
        let begins_m = (leg - 1) * LEG_M;
        for split in 1..=size.splits_per_leg {
            let distance_m = begins_m + LEG_M * split / (size.splits_per_leg + 1);
            add(format!("leg{leg}-{split}"), "split", distance_m);
        }
        let (id, kind) = match leg {
            _ if leg == legs => ("finish".to_owned(), "finish"),
            _ => (format!("exchange{leg}"), "exchange"),
        };
        add(id, kind, leg * LEG_M);
    }
    let names: Vec<Value> = (1..=legs)
        .map(|leg| json!({"id": leg.to_string(), "name": format!("{leg}区")}))
        .collect();
    read(&json!({
        "id": "generated-ekiden",
        "name": "Generated ekiden",
        "timezone": "Asia/Tokyo",
        "checkpoints": checkpoints,
        "legs": names,
        "categories": [{"id": "university", "name": "University"}, {"id": "open", "name": "Open"}],
        "entries": (1..=size.teams).map(|team| entry(team, legs)).collect::<Vec<_>>(),
    }))
}

fn entry(team: usize, legs: usize) -> Value {
    let open = team.is_multiple_of(OPEN_EVERY);
    let member =
        |leg: usize| json!({"leg": leg.to_string(), "name": format!("Runner {team}-{leg}")});
    json!({
        "bib": bib(&team.to_string()),
        "name": format!("University {team}"),
        "categories": [if open { "open" } else { "university" }],
        "ranked": !open,
        "members": (1..=legs).map(member).collect::<Vec<_>>(),
    })
}
