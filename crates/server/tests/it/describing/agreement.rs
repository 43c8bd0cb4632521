//! The schemas allow what the code reads, and nothing else.

use serde_json::{Value, json};
use tasuki_race::{Bib, Definition, Fact, Instant, Name, RaceId, Slug};

use crate::describing::schemas::Schemas;
use crate::support::races::relay;

/// Values that fit somewhere, and values that fit nowhere.
fn values() -> Vec<Value> {
    let long = |n: usize| Value::from("a".repeat(n));
    let mut values = vec![
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!([]),
        json!({}),
        json!(2_592_000_000_i64),
        json!(2_592_000_001_i64),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(""),
        json!(" "),
        json!("a b"),
        json!("a/b"),
        json!("A"),
        json!("女3"),
        json!("a\u{200b}"),
        json!("-a"),
        json!("a\n"),
        json!("dnf"),
        json!("official"),
        json!("unknown_bib"),
        json!("2026-01-02T08:00:00Z"),
        json!("2026-01-02T08:00:00.1234+09:00"),
        json!("2026-13-02T08:00:00Z"),
        json!("2026-01-02 08:00:00Z"),
        json!("2026-01-02"),
        json!("0198c0de-0000-7000-8000-000000000001"),
        json!("0198C0DE-0000-7000-8000-00000000000A"),
        json!("0198c0de00007000800000000000000a"),
        json!(["1"]),
        json!(["1", ""]),
        json!({"ja": "名", "en": "name"}),
        json!({"x": "name"}),
        json!({"ja": ""}),
        json!({"bib": "1", "name": "A"}),
        json!({"bib": "1"}),
        json!({"bib": "1", "name": "A", "x": 1}),
        relay(),
    ];
    values.extend([16, 17, 32, 33, 64, 65, 200, 201, 500, 501].map(long));
    values
}

/// One good fact of each type.
fn facts() -> Vec<Value> {
    let id = "0198c0de-0000-7000-8000-000000000001";
    let other = "0198c0de-0000-7000-8000-000000000002";
    let time = "2026-01-02T08:00:00Z";
    let fact = |kind: &str, mut members: Value| {
        members["type"] = json!(kind);
        members["id"] = json!(id);
        members
    };
    vec![
        fact("race_defined", json!({"race": relay()})),
        fact(
            "entry_registered",
            json!({"entry": {"bib": "1", "name": "A"}}),
        ),
        fact("started", json!({"time": time, "leg": "1", "bibs": ["1"]})),
        fact("started", json!({"time": time, "category": "univ"})),
        fact(
            "passage_recorded",
            json!({"time": time, "bib": "1", "checkpoint": "x1"}),
        ),
        fact("time_recorded", json!({"time": time, "checkpoint": "x1"})),
        fact("bib_recorded", json!({"bib": "1", "checkpoint": "x1"})),
        fact("passage_paired", json!({"event": other, "bib": "1"})),
        fact("passage_paired", json!({"event": other, "with": id})),
        fact(
            "review_accepted",
            json!({"event": other, "code": "unknown_bib", "reason": "r"}),
        ),
        fact("event_voided", json!({"event": other, "reason": "r"})),
        fact(
            "passage_reassigned",
            json!({"event": other, "bib": "1", "reason": "r"}),
        ),
        fact("status_changed", json!({"bib": "1", "status": "dnf"})),
        fact(
            "time_adjusted",
            json!({"bib": "1", "delta_ms": 1000, "reason": "r"}),
        ),
        fact("results_declared", json!({"state": "official"})),
        fact("announced", json!({"text": "t", "note": "n"})),
    ]
}

const FIELDS: [&str; 20] = [
    "id",
    "type",
    "time",
    "note",
    "race",
    "entry",
    "leg",
    "bibs",
    "category",
    "bib",
    "checkpoint",
    "event",
    "reason",
    "status",
    "delta_ms",
    "state",
    "text",
    "with",
    "code",
    "mistyped",
];

#[track_caller]
fn agree(schemas: &mut Schemas, fact: &Value) {
    let misfit = schemas.misfit_of("Fact", fact);
    let read = Fact::from_json(&fact.to_string());
    match (&read, &misfit) {
        (Ok(_), None) | (Err(_), Some(_)) => {}
        (Ok(_), Some(misfit)) => panic!("{fact}\nis read, but does not fit: {misfit}"),
        (Err(error), None) => panic!("{fact}\nfits, but is not read: {error}"),
    }
}

#[test]
fn a_fact_fits_its_schema_exactly_if_it_is_read() {
    let mut schemas = Schemas::new();
    let values = values();
    for fact in facts() {
        assert_eq!(schemas.misfit_of("Fact", &fact), None, "{fact}");
        agree(&mut schemas, &fact);
        for field in FIELDS {
            let mut without = fact.clone();
            without.as_object_mut().expect("an object").remove(field);
            agree(&mut schemas, &without);
            for value in &values {
                let mut changed = fact.clone();
                changed[field] = value.clone();
                agree(&mut schemas, &changed);
            }
        }
    }
}

#[test]
fn every_type_of_fact_has_a_schema_and_every_schema_a_type() {
    let document = tasuki_server::openapi();
    let mapping = &document["components"]["schemas"]["Fact"]["discriminator"]["mapping"];
    let described: Vec<&str> = mapping
        .as_object()
        .expect("types")
        .keys()
        .map(String::as_str)
        .collect();
    let mut read: Vec<String> = facts()
        .iter()
        .map(|fact| Fact::from_json(&fact.to_string()).expect("a fact"))
        .map(|fact| fact.kind.type_name().to_owned())
        .collect();
    read.sort();
    read.dedup();
    assert_eq!(described, read);
}

/// A definition must also hold together, which no schema can say; but what
/// does not fit is never read.
#[test]
fn a_race_that_does_not_fit_is_not_read() {
    let mut schemas = Schemas::new();
    let race = json!({
        "id": "relay", "name": "Relay", "timezone": "Asia/Tokyo", "resolution_ms": 1000, "rounding": "up",
        "checkpoints": relay()["checkpoints"], "legs": [{"id": "1", "record_ms": 1}, {"id": "2"}],
        "categories": [{"id": "univ", "name": "U"}], "ranking": {"ties": "arrival"},
        "sections": [{"id": "all", "name": "All", "legs": ["1", "2"]}],
        "cutlines": [{"rank": 1, "name": "Cut"}], "fastest_pace_s_per_km": 120,
        "listed": false, "public_log": true,
        "entries": [{"bib": "1", "name": "A", "members": [{"leg": "1", "name": "R"}]}],
    });
    assert_eq!(schemas.misfit_of("Race", &race), None);
    assert!(Definition::from_json(&race.to_string()).is_ok());
    for pointer in [
        "/id",
        "/name",
        "/timezone",
        "/resolution_ms",
        "/rounding",
        "/checkpoints",
        "/legs",
        "/categories",
        "/ranking",
        "/sections",
        "/cutlines",
        "/fastest_pace_s_per_km",
        "/listed",
        "/public_log",
        "/entries",
        "/checkpoints/0/id",
        "/checkpoints/0/name",
        "/checkpoints/0/kind",
        "/checkpoints/1/distance_m",
        "/legs/0/record_ms",
        "/ranking/ties",
        "/sections/0/legs",
        "/cutlines/0/rank",
        "/entries/0/bib",
        "/entries/0/members",
        "/entries/0/members/0/name",
    ] {
        for value in values() {
            let mut changed = race.clone();
            *changed.pointer_mut(pointer).expect("a member") = value;
            let read = Definition::from_json(&changed.to_string());
            if let Some(misfit) = schemas.misfit_of("Race", &changed) {
                assert!(
                    read.is_err(),
                    "{changed}\nis read, but does not fit: {misfit}"
                );
            }
        }
    }
}

#[test]
fn texts_fit_exactly_if_they_are_read() {
    let mut schemas = Schemas::new();
    let mut check = |name: &str, text: &str, is_read: bool| {
        let misfit = schemas.misfit_of(name, &Value::from(text));
        assert_eq!(misfit.is_none(), is_read, "{name} {text:?}: {misfit:?}");
    };
    // Every character, alone and in company.
    for character in (0..=0x10_ffff).filter_map(char::from_u32) {
        let text = character.to_string();
        check("Bib", &text, text.parse::<Bib>().is_ok());
        // Beyond the first planes nothing differs by a name's rules.
        if u32::from(character) < 0x1_0000 {
            let name = serde_json::from_value::<Name>(Value::from(text.as_str()));
            check("Name", &text, name.is_ok());
            check("Slug", &text, text.parse::<Slug>().is_ok());
        }
    }
    for length in [0, 1, 16, 17, 32, 33, 64, 65] {
        let text = "7".repeat(length);
        check("Bib", &text, text.parse::<Bib>().is_ok());
        check("Slug", &text, text.parse::<Slug>().is_ok());
        check("RaceId", &text, text.parse::<RaceId>().is_ok());
    }
    for text in [
        "2026-01-02T08:00:00Z",
        "2026-01-02T08:00:00.5+09:00",
        "2026-02-30T08:00:00Z",
        "x",
    ] {
        check("Instant", text, text.parse::<Instant>().is_ok());
    }
}
