//! A relay and a run, and plans that are carried out.

use tasuki_race::{Definition, EventId, Fact, FactKind, Instant, Projector, Slug, StartTarget};
use tasuki_sheets::{Fault, Outcome, Plan, Row, Table, Wishes, entries, members, passages};

/// 2026-01-02T08:00:00+09:00
pub(crate) const GUN_MS: i64 = 1_767_308_400_000;

const RELAY: &str = r#"{
    "id":"relay","name":{"ja":"駅伝","en":"Relay"},"timezone":"Asia/Tokyo",
    "checkpoints":[
        {"id":"start","name":{"ja":"大手町","en":"Otemachi"},"kind":"start","distance_m":0},
        {"id":"km5","name":"5 km","kind":"split","distance_m":5000},
        {"id":"x1","name":{"ja":"鶴見","en":"Tsurumi"},"kind":"exchange","distance_m":10000},
        {"id":"finish","name":{"ja":"芦ノ湖","en":"Ashinoko"},"kind":"finish","distance_m":20000}],
    "legs":[{"id":"1","name":{"ja":"1区","en":"Leg 1"},"record_ms":3600000},
            {"id":"2","name":{"ja":"2区","en":"Leg 2"}}],
    "categories":[{"id":"univ","name":{"ja":"大学の部","en":"University"}},
                  {"id":"club","name":{"ja":"クラブ","en":"Club"}}],
    "entries":[{"bib":"1","name":{"ja":"甲大","en":"Alpha"},"categories":["univ"],
                "members":[{"leg":"1","name":"山田 太郎"}]},
               {"bib":"2","name":"Beta","categories":["univ","club"]},
               {"bib":"3","name":"Gamma","ranked":false}]}"#;

const RUN: &str = r#"{
    "id":"run","name":"River Run","timezone":"Europe/Berlin","resolution_ms":100,
    "checkpoints":[
        {"id":"start","name":"Start","kind":"start","distance_m":0},
        {"id":"km5","name":"5 km","kind":"split","distance_m":5000},
        {"id":"finish","name":"Finish","kind":"finish","distance_m":10000}],
    "categories":[{"id":"w","name":"Women"},{"id":"m","name":"Men"}]}"#;

/// A race and its log.
pub(crate) struct Race {
    pub(crate) projector: Projector,
    pub(crate) seq: u64,
}

impl Race {
    fn of(definition: &str) -> Self {
        let definition = Definition::from_json(definition).expect("a definition");
        let mut race = Self {
            projector: Projector::new(definition.id.clone()),
            seq: 0,
        };
        race.tell(None, FactKind::RaceDefined(Box::new(definition)));
        race
    }

    pub(crate) fn relay() -> Self {
        Self::of(RELAY)
    }

    pub(crate) fn run() -> Self {
        Self::of(RUN)
    }

    /// The same after the gun for everyone.
    pub(crate) fn started(mut self) -> Self {
        let kind = FactKind::Started {
            leg: None,
            target: StartTarget::Everyone,
        };
        self.tell(Some(0), kind);
        self
    }

    /// Records a fact, so many milliseconds after the gun.
    pub(crate) fn tell(&mut self, after_ms: Option<i64>, kind: FactKind) -> EventId {
        let id = format!("0198c0de-0000-7000-8000-{:012}", self.seq + 1);
        let id: EventId = id.parse().expect("an id");
        self.record(&Fact {
            id,
            time: after_ms.map(|ms| Instant::from_ms(GUN_MS + ms)),
            note: None,
            kind,
        });
        id
    }

    pub(crate) fn pass(&mut self, bib: &str, checkpoint: &str, after_ms: i64) -> EventId {
        let kind = FactKind::PassageRecorded {
            bib: bib.parse().expect("a bib"),
            checkpoint: slug(checkpoint),
        };
        self.tell(Some(after_ms), kind)
    }

    pub(crate) fn void(&mut self, event: EventId) {
        let reason = "mistyped".to_owned();
        self.tell(None, FactKind::EventVoided { event, reason });
    }

    fn record(&mut self, fact: &Fact) {
        // What is recorded can be read from the wire.
        let read = Fact::from_json(&fact.canonical()).expect("a fact");
        assert_eq!(read, *fact);
        self.seq += 1;
        let at = Instant::from_ms(GUN_MS);
        self.projector.apply(self.seq, at, "admin", fact);
        self.projector.settle();
    }

    /// Carries a plan out.
    pub(crate) fn carry_out(&mut self, plan: &Plan) {
        for planned in &plan.facts {
            assert!(!planned.rows.is_empty());
            self.record(&planned.fact);
        }
    }

    pub(crate) fn entries(&self, file: &str) -> Plan {
        entries(&table(file), &self.projector, &Wishes::default()).expect("a plan")
    }

    pub(crate) fn members(&self, file: &str) -> Plan {
        members(&table(file), &self.projector, &Wishes::default()).expect("a plan")
    }

    pub(crate) fn passages(&self, file: &str, wishes: &Wishes) -> Plan {
        passages(&table(file), &self.projector, wishes).expect("a plan")
    }

    pub(crate) fn fault(&self, file: &str) -> Fault {
        let fault = entries(&table(file), &self.projector, &Wishes::default());
        fault.expect_err("the file is refused")
    }

    /// The entry in force, as JSON.
    pub(crate) fn entry(&self, bib: &str) -> serde_json::Value {
        let registration = self.projector.registration(&bib.parse().expect("a bib"));
        serde_json::to_value(registration.entry.expect("an entry")).expect("JSON")
    }
}

pub(crate) fn slug(id: &str) -> Slug {
    id.parse().expect("an id")
}

pub(crate) fn table(file: &str) -> Table {
    Table::read(file.as_bytes(), None, None).expect("a table")
}

/// Rows in short: `2 add`, `3 reject unknown_category`, `4 add (folded)`.
pub(crate) fn outcomes(plan: &Plan) -> Vec<String> {
    plan.rows.iter().map(outcome).collect()
}

fn outcome(row: &Row) -> String {
    let name = match row.outcome {
        Outcome::Add => "add",
        Outcome::Change => "change",
        Outcome::Unchanged => "unchanged",
        Outcome::Duplicate => "duplicate",
        Outcome::Reject => "reject",
    };
    assert_eq!(
        row.outcome == Outcome::Reject,
        row.code.is_some(),
        "{row:?}"
    );
    assert!(
        row.outcome != Outcome::Reject || row.detail.is_some(),
        "{row:?}"
    );
    let mut text = format!("{} {name}", row.line);
    if let Some(code) = row.code {
        text = format!("{text} {code}");
    }
    for warning in &row.warnings {
        text = format!("{text} ({})", warning.code);
    }
    text
}

/// When the rows were, as the log has it.
pub(crate) fn times(plan: &Plan) -> Vec<String> {
    let times = plan.rows.iter().filter_map(|row| row.time);
    times.map(|time| time.to_string()).collect()
}
