//! Files that people import: tables and start lists.

use serde_json::{Value, json};
use tasuki_race::{Fact, Instant, Projector};
use tasuki_sheets::{Fault, Plan, Table, Wishes, entries, members, passages, start_list};
use uuid::Uuid;

/// Whatever file is imported: it is refused with words, or every row is told
/// of, every fact can be read by the log, and importing it again adds none.
///
/// # Panics
/// Where that does not hold.
pub fn sheet(bytes: &[u8]) {
    let Some((kind, file)) = bytes.split_first() else {
        return;
    };
    let mut race = race();
    let first = match plan(*kind, file, &race) {
        Ok(plan) => plan,
        Err(refused) => return assert!(!refused.detail.is_empty()),
    };
    let summary = first.summary();
    let told =
        summary.add + summary.change + summary.unchanged + summary.duplicate + summary.reject;
    assert_eq!(told, first.rows.len());
    for planned in &first.facts {
        let again = Fact::from_json(&planned.fact.canonical());
        assert_eq!(again.as_ref(), Ok(&planned.fact));
        assert!(planned.rows.iter().all(|row| *row < first.rows.len()));
    }
    record(&mut race, &first);
    let is_passages = kind % 4 == 2;
    if let (true, Ok(second)) = (is_passages, plan(*kind, file, &race)) {
        let added = second.facts.iter().filter(|it| !race.has_fact(&it.fact.id));
        assert_eq!(added.count(), 0);
    }
}

fn plan(kind: u8, file: &[u8], race: &Projector) -> Result<Plan, Fault> {
    let wishes = Wishes {
        missing_only: kind & 64 != 0,
        starts: kind & 128 != 0,
        checkpoint: (kind & 32 != 0).then(|| "bridge".to_owned()),
        ..Wishes::default()
    };
    if kind % 4 == 3 {
        return start_list(file, race, &wishes);
    }
    let table = Table::read(file, None, None)?;
    match kind % 4 {
        0 => entries(&table, race, &wishes),
        1 => members(&table, race, &wishes),
        _ => passages(&table, race, &wishes),
    }
}

fn record(race: &mut Projector, plan: &Plan) {
    for planned in &plan.facts {
        apply(race, &planned.fact);
    }
    race.settle();
}

fn apply(race: &mut Projector, fact: &Fact) {
    let seq = race.seq() + 1;
    race.apply(seq, Instant::from_ms(1_767_312_000_000), "admin", fact);
}

/// Two legs, two teams, the gun and one passage.
fn race() -> Projector {
    let facts = [
        json!({"type": "race_defined", "race": {
            "id": "relay", "name": {"ja": "駅伝", "en": "Relay"}, "timezone": "Asia/Tokyo",
            "checkpoints": [
                {"id": "start", "name": "Start", "kind": "start", "distance_m": 0},
                {"id": "bridge", "name": {"ja": "橋", "en": "Bridge"}, "kind": "exchange", "distance_m": 5000},
                {"id": "finish", "name": "Finish", "kind": "finish", "distance_m": 10000}],
            "legs": [{"id": "1", "name": "1区"}, {"id": "2", "name": "2区"}],
            "categories": [{"id": "univ", "name": "University"}],
            "entries": [{"bib": "1", "name": "Alpha"}, {"bib": "2", "name": "Bravo"}]}}),
        json!({"type": "started", "time": "2026-01-02T08:00:00+09:00"}),
        json!({"type": "passage_recorded", "bib": "1", "checkpoint": "bridge",
            "time": "2026-01-02T08:16:40+09:00"}),
    ];
    let mut race = Projector::new("relay".parse().unwrap_or_else(|_| panic!("a slug")));
    for (fact, number) in facts.into_iter().zip(1..) {
        apply(&mut race, &read(fact, number));
    }
    race.settle();
    race
}

fn read(mut json: Value, number: u128) -> Fact {
    json["id"] = json!(Uuid::from_u128(number));
    Fact::from_json(&json.to_string()).unwrap_or_else(|refused| panic!("{refused}"))
}
