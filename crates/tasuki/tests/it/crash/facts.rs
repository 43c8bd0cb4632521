//! A race, and facts without end.

use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::{Value, json};
use tasuki_race::Instant;
use tasuki_testkit::generate::seeded;
use uuid::Builder;

/// The id of the race.
pub(crate) const RACE: &str = "ekiden";
/// 2026-01-02T08:00:00+09:00.
const GUN_MS: i64 = 1_767_308_400_000;
/// The last of those who run come in by then.
const RACE_MS: i64 = 3 * 3_600_000;
/// Two more than are entered: their passages are recorded all the same.
const BIBS: u32 = 8;

/// Two legs and six teams.
pub(crate) fn race() -> Value {
    let team = |bib: u32| json!({"bib": bib.to_string(), "name": format!("第{bib}大学")});
    json!({
        "id": RACE, "name": {"ja": "港駅伝 🎽", "en": "Harbour Ekiden"}, "timezone": "Asia/Tokyo",
        "checkpoints": [
            {"id": "start", "name": "大手町", "kind": "start", "distance_m": 0},
            {"id": "km5", "name": "5 km", "kind": "split", "distance_m": 5_000},
            {"id": "tsurumi", "name": "鶴見", "kind": "exchange", "distance_m": 21_300},
            {"id": "finish", "name": "Zieleinlauf für alle", "kind": "finish", "distance_m": 44_300},
        ],
        "entries": (1..=BIBS - 2).map(team).collect::<Vec<_>>(),
    })
}

/// What one device observes: always the same for the same seed.
pub(crate) struct Observations {
    chance: StdRng,
    /// Passages that were not withdrawn.
    standing: Vec<Value>,
}

impl Observations {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            chance: seeded(seed),
            standing: Vec::new(),
        }
    }

    /// The next few facts.
    pub(crate) fn batch(&mut self) -> Vec<Value> {
        let size = self.chance.random_range(1..=6);
        (0..size).map(|_| self.fact()).collect()
    }

    /// Whether one in so many comes up.
    pub(crate) fn one_in(&mut self, many: u32) -> bool {
        self.chance.random_ratio(1, many)
    }

    fn fact(&mut self) -> Value {
        let mut fact = match self.chance.random_range(0..12) {
            0 => json!({"type": "announced", "text": "風が強い — \"Wind\" \u{7f}\u{2028} 🌬"}),
            1 => json!({"type": "started", "time": self.time()}),
            2 => self.withdrawal().unwrap_or_else(|| self.passage()),
            _ => self.passage(),
        };
        let id = Builder::from_random_bytes(self.chance.random()).into_uuid();
        fact["id"] = json!(id);
        if fact["type"] == "passage_recorded" {
            self.standing.push(fact["id"].clone());
        }
        fact
    }

    fn passage(&mut self) -> Value {
        let checkpoint = ["km5", "tsurumi", "finish"][self.chance.random_range(0..3)];
        let bib = self.chance.random_range(1..=BIBS).to_string();
        json!({"type": "passage_recorded", "bib": bib, "checkpoint": checkpoint, "time": self.time()})
    }

    fn withdrawal(&mut self) -> Option<Value> {
        let event = self.standing.pop()?;
        Some(json!({"type": "event_voided", "event": event, "reason": "見間違い"}))
    }

    fn time(&mut self) -> String {
        Instant::from_ms(GUN_MS + self.chance.random_range(0..RACE_MS)).to_string()
    }
}
