//! A small race and its exported log.

use tasuki_log::{Draft, Head, Record};
use tasuki_race::{Fact, Instant};

/// The race's id.
pub(crate) const RACE: &str = "harbour-run";

const FACTS: [&str; 6] = [
    r#"{"type":"race_defined","race":{"id":"harbour-run","name":{"ja":"港ラン","en":"Harbour Run"},
        "timezone":"Asia/Tokyo","checkpoints":[
            {"id":"start","name":"Start","kind":"start","distance_m":0},
            {"id":"finish","name":"Finish","kind":"finish","distance_m":10000}],
        "categories":[{"id":"women","name":"Women"}],
        "entries":[{"bib":"1","name":"A. Runner"},{"bib":"2","name":"B. Runner","categories":["women"]}]}}"#,
    r#"{"type":"started","time":"2026-01-02T08:00:00.000Z"}"#,
    r#"{"type":"passage_recorded","bib":"2","checkpoint":"finish","time":"2026-01-02T08:36:10.200Z"}"#,
    r#"{"type":"passage_recorded","bib":"1","checkpoint":"finish","time":"2026-01-02T08:35:00.900Z"}"#,
    r#"{"type":"announced","text":"ようこそ \"港ラン\" へ","time":"2026-01-02T08:40:00.000Z"}"#,
    r#"{"type":"results_declared","state":"official"}"#,
];

/// The lines of its log.
pub(crate) fn lines() -> Vec<String> {
    chain(&FACTS.map(fact))
}

/// Its log as a file.
pub(crate) fn file() -> String {
    text(&lines())
}

/// Lines as a file.
pub(crate) fn text(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// Another log of the same race: it parts after the third line.
pub(crate) fn fork() -> String {
    let mut facts = FACTS.map(fact);
    facts[3] = fact(r#"{"type":"announced","text":"another course of things"}"#);
    text(&chain(&facts))
}

/// The log of a race in which something stands that is no fact.
pub(crate) fn with_a_riddle() -> String {
    let mut facts = FACTS.map(fact);
    facts[4] = r#"{"type":"riddle"}"#.to_owned();
    text(&chain(&facts))
}

fn fact(json: &str) -> String {
    // Any id will do here; each line gets its own below.
    let with_id = json.replacen('{', r#"{"id":"0198c0de-0000-7000-8000-000000000000","#, 1);
    Fact::from_json(&with_id).expect("a fact").canonical()
}

fn chain(facts: &[String]) -> Vec<String> {
    let mut head = Head::ORIGIN;
    let mut lines = Vec::new();
    for (number, event) in (1..).zip(facts) {
        let id = format!("0198c0de-0000-7000-8000-{number:012}");
        let mut event: serde_json::Value = serde_json::from_str(event).expect("an object");
        event["id"] = id.clone().into();
        let draft = Draft {
            race: RACE.parse().expect("a race id"),
            id: id.parse().expect("an event id"),
            at: Instant::from_ms(1_767_340_800_000 + number * 60_000),
            by: "admin".to_owned(),
            device: (number == 3).then(|| "tablet-1".to_owned()),
            // A map of text keys is written in the order of RFC 8785.
            event: event.to_string().into(),
        };
        let record = Record::seal(draft, head.seq + 1, head.hash);
        head = record.head();
        lines.push(record.line());
    }
    lines
}
