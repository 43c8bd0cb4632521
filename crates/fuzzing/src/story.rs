//! A race told by bytes: any sequence of facts, at any times.

use serde_json::{Value, json};
use tasuki_race::{Admission, Fact, FactKind, Instant, Pending, Projector, Selection};
use tasuki_testkit::naive;
use uuid::Uuid;

use crate::bytes::Bytes;

/// Facts of one story: enough for everything to happen to everybody.
const FACTS_MAX: usize = 120;
const BIBS: [&str; 6] = ["1", "2", "3", "12", "123456789", "女3"];
const POINTS: [&str; 6] = ["start", "a", "b", "c", "line", "end"];
const LEGS: [&str; 3] = ["1", "2", "3"];
const CODES: [&str; 3] = ["implausible_pace", "missed_checkpoint", "untimed_bib"];
/// Around which times are drawn: 2026-01-02T00:00:00Z.
const NOON_MS: i64 = 1_767_312_000_000;

/// Whatever happens in whatever order: the projector does not panic, agrees
/// with the naive model, and shows the past as it was.
///
/// # Panics
/// Where that does not hold.
pub fn story(bytes: &[u8]) {
    let mut bytes = Bytes::new(bytes);
    let facts = facts(&mut bytes);
    let log = naive::log_of(&facts);
    let FactKind::RaceDefined(definition) = &facts[0].kind else {
        return;
    };
    let mut projector = Projector::new(definition.id.clone());
    let look_back = bytes.below(facts.len());
    let mut then = None;
    for logged in &log {
        projector.apply(logged.seq, logged.at, "admin", &logged.fact);
        if logged.seq == look_back as u64 + 1 {
            projector.settle();
            then = Some(projector.snapshot(&Selection::all()));
        }
    }
    projector.settle();
    let standings = projector.snapshot(&Selection::all());
    assert_eq!(standings, naive::standings(&log));
    let seen = projector.snapshot_at(look_back as u64 + 1, &Selection::all());
    assert_eq!(seen, then);
    let review = projector.review();
    assert!(review.iter().all(|item| !item.detail.is_empty()));
    let arrivals = projector.expected(None, Instant::from_ms(NOON_MS));
    assert!(arrivals.expected.len() <= arrivals.still_out);
}

/// The facts that a race would let in, the definition first.
fn facts(bytes: &mut Bytes<'_>) -> Vec<Fact> {
    let first = read(definition(bytes), 0).filter(|fact| {
        // A course that does not hold together is refused in words.
        matches!(fact.kind, FactKind::RaceDefined(_))
    });
    let first = first.unwrap_or_else(|| {
        let plain = definition(&mut Bytes::new(&[]));
        read(plain, 0).unwrap_or_else(|| panic!("the plainest race is a race"))
    });
    let mut facts = vec![first];
    while !bytes.is_empty() && facts.len() < FACTS_MAX {
        let next = next(bytes, facts.len());
        if let Some(fact) = read(next, facts.len())
            && is_admitted(&facts, &fact)
        {
            facts.push(fact);
        }
    }
    facts
}

fn is_admitted(before: &[Fact], fact: &Fact) -> bool {
    let Some(FactKind::RaceDefined(definition)) = before.first().map(|first| &first.kind) else {
        return false;
    };
    let mut projector = Projector::new(definition.id.clone());
    for logged in &naive::log_of(before) {
        projector.apply(logged.seq, logged.at, "admin", &logged.fact);
    }
    projector.settle();
    let mut pending = Pending::default();
    let far = Instant::from_ms(i64::MAX);
    Admission::new(&projector, &mut pending)
        .consider(fact, far)
        .is_ok()
}

fn id(number: usize) -> Uuid {
    Uuid::from_u128(number as u128 + 1)
}

fn read(mut json: Value, number: usize) -> Option<Fact> {
    json["id"] = json!(id(number));
    Fact::from_json(&json.to_string()).ok()
}

fn definition(bytes: &mut Bytes<'_>) -> Value {
    let ties = ["shared", "arrival", "countback"];
    let visit = |id: &str, kind: &str, distance_m: i64, place: bool, is_break: bool, lap: i64| {
        let mut point = json!({"id": id, "name": id, "kind": kind, "distance_m": distance_m});
        if place {
            point["place"] = json!("line");
            point["min_lap_ms"] = json!(lap);
        }
        if is_break && kind == "exchange" {
            point["break"] = json!(true);
        }
        point
    };
    let kinds = ["split", "exchange"];
    let mut points = vec![visit("start", "start", 0, false, false, 0)];
    let mut distance_m = 0;
    for id in &POINTS[1..4] {
        distance_m += i64::from(bytes.byte()) * 40;
        let kind = bytes.one_of(&kinds);
        let lap = i64::from(bytes.byte()) * 100;
        points.push(visit(id, kind, distance_m, bytes.flag(), bytes.flag(), lap));
    }
    distance_m += i64::from(bytes.byte()) * 40;
    points.push(visit("end", "finish", distance_m, bytes.flag(), false, 500));
    let entry = |bib: &&str, ranked: bool, club: bool| {
        let categories: &[&str] = if club { &["club"] } else { &[] };
        json!({"bib": bib, "name": bib, "ranked": ranked, "categories": categories})
    };
    let entries: Vec<Value> = BIBS[..4]
        .iter()
        .map(|bib| entry(bib, !bytes.flag(), bytes.flag()))
        .collect();
    json!({"type": "race_defined", "race": {
        "id": "story", "name": "Story", "timezone": "UTC",
        "resolution_ms": bytes.one_of(&[1000, 1, 100, 60_000]),
        "rounding": bytes.one_of(&["up", "down", "nearest"]),
        "checkpoints": points, "categories": [{"id": "club", "name": "Club"}],
        "cutlines": [{"rank": 1 + bytes.below(4), "name": "Line"}],
        "ranking": {
            "ties": bytes.one_of(&ties), "leg_ties": bytes.one_of(&ties),
            "first_leg_ties": bytes.one_of(&ties),
            "unranked_take_places": bytes.flag(),
            "unranked_legs": bytes.one_of(&["excluded", "counted", "skip"]),
            "after_dnf": bytes.one_of(&["reference", "counted"]),
        },
        "entries": entries,
    }})
}

/// An instant: most often near the others, now and then at the end of time.
fn time(bytes: &mut Bytes<'_>) -> Value {
    let ms = match bytes.below(8) {
        0 => Instant::from_ms(bytes.number()).ms(),
        1 => NOON_MS + i64::from(bytes.byte()) * 60_000,
        _ => NOON_MS + i64::from(bytes.byte()) * 500,
    };
    json!(Instant::from_ms(ms))
}

fn next(bytes: &mut Bytes<'_>, told: usize) -> Value {
    let event = |bytes: &mut Bytes<'_>| json!(id(bytes.below(told)));
    match bytes.below(16) {
        0 => {
            let leg = bytes.one_of(&LEGS);
            json!({"type": "started", "leg": leg, "time": time(bytes)})
        }
        1 => {
            let (leg, bib) = (bytes.one_of(&LEGS), bytes.one_of(&BIBS));
            json!({"type": "started", "leg": leg, "bibs": [bib], "time": time(bytes)})
        }
        2 => json!({"type": "started", "category": "club", "time": time(bytes)}),
        3 => json!({"type": "event_voided", "event": event(bytes), "reason": "r"}),
        4 => {
            let bib = bytes.one_of(&BIBS);
            json!({"type": "passage_reassigned", "event": event(bytes), "bib": bib, "reason": "r"})
        }
        5 => {
            let status = bytes.one_of(&["dnf", "dns", "dsq", "active"]);
            let mut fact =
                json!({"type": "status_changed", "bib": bytes.one_of(&BIBS), "status": status});
            if bytes.flag() {
                fact["checkpoint"] = json!(bytes.one_of(&POINTS));
            }
            if bytes.flag() {
                fact["time"] = time(bytes);
            }
            fact
        }
        6 => {
            let delta_ms = bytes.number() % 2_592_000_001;
            let mut fact = json!({"type": "time_adjusted", "bib": bytes.one_of(&BIBS), "delta_ms": delta_ms, "reason": "r"});
            if bytes.flag() {
                fact["leg"] = json!(bytes.one_of(&LEGS));
            }
            fact
        }
        7 => {
            json!({"type": "time_recorded", "checkpoint": bytes.one_of(&POINTS), "time": time(bytes)})
        }
        8 => {
            json!({"type": "bib_recorded", "checkpoint": bytes.one_of(&POINTS), "bib": bytes.one_of(&BIBS)})
        }
        9 => {
            let mut fact = json!({"type": "passage_paired", "event": event(bytes)});
            if bytes.flag() {
                fact["with"] = event(bytes);
            } else {
                fact["bib"] = json!(bytes.one_of(&BIBS));
            }
            fact
        }
        10 => {
            let code = bytes.one_of(&CODES);
            json!({"type": "review_accepted", "event": event(bytes), "code": code, "reason": "r"})
        }
        11 if bytes.flag() => definition(bytes),
        11 => {
            json!({"type": "entry_registered", "entry": {"bib": bytes.one_of(&BIBS), "name": "Late", "ranked": bytes.flag()}})
        }
        _ => {
            let (bib, point) = (bytes.one_of(&BIBS), bytes.one_of(&POINTS));
            json!({"type": "passage_recorded", "bib": bib, "checkpoint": point, "time": time(bytes)})
        }
    }
}
