//! Facts are read strictly, and written in one form.

use tasuki_race::{Definition, Fact};
use tasuki_testkit::generate::{facts, for_each_seed, race};

const ID: &str = "0198c0de-0000-7000-8000-000000000001";

fn refused(fields: &str) -> (String, String) {
    let json = format!(r#"{{"id":"{ID}",{fields}}}"#);
    let error = Fact::from_json(&json).expect_err(&json);
    (error.code.to_owned(), error.detail)
}

#[track_caller]
fn says(fields: &str, code: &str, word: &str) {
    let (given, detail) = refused(fields);
    assert_eq!(given, code, "{detail}");
    assert!(detail.contains(word), "`{detail}` does not name `{word}`");
}

#[test]
fn unknown_fields_are_refused_by_name() {
    let passage =
        r#""type":"passage_recorded","time":"2026-01-02T00:00:00Z","bib":"1","checkpoint":"km10""#;
    says(&format!(r#"{passage},"bibb":"1""#), "unknown_field", "bibb");
    says(
        &format!(r#"{passage},"reason":"x""#),
        "unknown_field",
        "reason",
    );
    says(
        r#""type":"race_defined","race":{"id":"a","nme":"x"}"#,
        "unknown_field",
        "nme",
    );
}

#[test]
fn a_doubled_field_is_refused() {
    let twice = r#""type":"announced","text":"a","text":"b""#;
    says(twice, "invalid_value", "text");
}

#[test]
fn missing_fields_are_named() {
    says(
        r#""type":"passage_recorded","bib":"1","checkpoint":"km10""#,
        "missing_field",
        "time",
    );
    says(
        r#""type":"passage_recorded","time":"2026-01-02T00:00:00Z","checkpoint":"km10""#,
        "missing_field",
        "bib",
    );
    says(
        r#""type":"event_voided","event":"0198c0de-0000-7000-8000-000000000002""#,
        "missing_field",
        "reason",
    );
    says(r#""bib":"1""#, "missing_field", "type");
}

#[test]
fn values_that_do_not_fit_are_refused_with_their_place() {
    says(r#""type":"announced","text":null"#, "invalid_value", "text");
    says(
        r#""type":"started","time":"yesterday""#,
        "invalid_value",
        "RFC 3339",
    );
    says(
        r#""type":"started","time":"2026-01-02T00:00:00Z","bibs":[]"#,
        "invalid_value",
        "bibs",
    );
    says(
        r#""type":"started","time":"2026-01-02T00:00:00Z","bibs":["1"],"category":"a""#,
        "invalid_value",
        "exclude",
    );
    says(
        r#""type":"passage_recorded","time":"2026-01-02T00:00:00Z","bib":"1/2","checkpoint":"a""#,
        "invalid_value",
        "slashes",
    );
    says(
        r#""type":"time_adjusted","bib":"1","delta_ms":1.5,"reason":"x""#,
        "invalid_value",
        "delta_ms",
    );
    says(
        r#""type":"time_adjusted","bib":"1","delta_ms":99999999999,"reason":"x""#,
        "invalid_value",
        "delta_ms",
    );
    says(r#""type":"flew","bib":"1""#, "unknown_type", "flew");
    says(
        &format!(r#""type":"announced","text":"{}""#, "x".repeat(501)),
        "invalid_value",
        "500",
    );
}

#[test]
fn a_fact_is_written_as_it_was_read() {
    for_each_seed(100, |rng| {
        let definition = race(rng, 6);
        for fact in facts(rng, &definition, 60) {
            let canonical = fact.canonical();
            let again = Fact::from_json(&canonical).unwrap_or_else(|e| panic!("{e}: {canonical}"));
            assert_eq!(again, fact);
            assert_eq!(again.canonical(), canonical);
        }
    });
}

fn course(checkpoints: &str, more: &str) -> Result<Definition, String> {
    let json = format!(
        r#"{{"id":"r","name":"R","timezone":"Asia/Tokyo","checkpoints":[{checkpoints}]{more}}}"#
    );
    Definition::from_json(&json).map_err(|e| e.detail)
}

const START: &str = r#"{"id":"s","name":"S","kind":"start","distance_m":0}"#;
const FINISH: &str = r#"{"id":"f","name":"F","kind":"finish","distance_m":10000}"#;

#[test]
fn legs_that_were_left_out_are_numbered() {
    let exchange = r#"{"id":"x","name":"X","kind":"exchange","distance_m":5000}"#;
    let definition = course(&format!("{START},{exchange},{FINISH}"), "").expect("a course");
    let legs: Vec<&str> = definition.legs.iter().map(|leg| leg.id.as_str()).collect();
    assert_eq!(legs, ["1", "2"]);
}

#[test]
fn a_course_that_does_not_hold_together_is_refused() {
    let both = format!("{START},{FINISH}");
    let split = |m: i64| format!(r#"{{"id":"k","name":"K","kind":"split","distance_m":{m}}}"#);
    for (checkpoints, more, word) in [
        (START.to_owned(), "", "a start and a finish"),
        (
            format!("{FINISH},{START}"),
            "",
            "the first checkpoint is the start",
        ),
        (format!("{START},{},{FINISH}", split(-5)), "", "-5"),
        (
            format!("{START},{},{FINISH}", split(20_000)),
            "",
            "course order",
        ),
        (format!("{START},{START},{FINISH}"), "", "twice"),
        (
            format!(
                "{START},{},{}",
                split(10),
                split(20).replace("\"k\"", "\"l\"")
            ),
            "",
            "finish",
        ),
        (
            both.clone(),
            r#","entries":[{"bib":"1","name":"A"},{"bib":"1","name":"B"}]"#,
            "twice",
        ),
        (
            both.clone(),
            r#","entries":[{"bib":"1","name":"A","categories":["x"]}]"#,
            "no category `x`",
        ),
        (
            both.clone(),
            r#","entries":[{"bib":"1","name":"A","members":[{"leg":"9","name":"B"}]}]"#,
            "no leg `9`",
        ),
        (both.clone(), r#","legs":[{"id":"1"},{"id":"2"}]"#, "legs"),
        (both.clone(), r#","resolution_ms":0"#, "resolution_ms"),
        (both.clone(), r#","timezone":"Mars/Base""#, "timezone"),
        (
            both.clone(),
            r#","sections":[{"id":"a","name":"A","legs":["7"]}]"#,
            "no leg `7`",
        ),
        (
            both,
            r#","cutlines":[{"rank":0,"name":"A"}]"#,
            "ranks begin at 1",
        ),
    ] {
        let error = course(&checkpoints, more).expect_err(word);
        assert!(error.contains(word), "`{error}` does not say `{word}`");
    }
}
