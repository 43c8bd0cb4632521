//! `tasuki postmortem`: of an incident that was made up, every figure comes out, in
//! both languages.

use tasuki_log::{Deed, Draft, Minute, Options, Store, open};
use tasuki_race::{EventId, Instant};
use uuid::Uuid;

use crate::crash::place::{Place, on_both_engines};
use crate::tasuki::{Folder, Run};

on_both_engines!(
    every_figure_of_an_incident_comes_out_in_english,
    every_figure_of_an_incident_comes_out_in_japanese,
    where_nothing_was_wrong_that_is_said,
    what_is_in_files_is_said_to_be_missing,
);

const FROM: &str = "2026-01-02T08:00:00+09:00";
const TO: &str = "2026-01-02T09:00:00+09:00";

/// A time of that morning, as its people read it.
fn at(time: &str) -> Instant {
    format!("2026-01-02T{time}+09:00")
        .parse()
        .expect("a moment")
}

async fn store(place: &Place) -> Store {
    let store = open(&place.url(), &Options::default()).await;
    store.expect("the log opens")
}

/// What was measured: as usual, but for 08:12, 08:13 and 08:16, and with no server at
/// 08:14 and 08:15.
fn minutes() -> Vec<Minute> {
    let begin = at("07:00:00").ms();
    let all = (0..120).map(|number| Minute {
        at_ms: begin + number * 60_000,
        requests: 100,
        p95_ms: 20,
        viewers: 900,
        facts: 10,
        append_p99_ms: 4,
        shown_p99_ms: 90,
        pool_in_use: 1,
        pool_max: 2,
        ..Minute::default()
    });
    let silent = [at("08:14:00").ms(), at("08:15:00").ms()];
    let there = all.filter(|minute| !silent.contains(&minute.at_ms));
    let minute = |minute: Minute| match minute.begin() {
        it if it == at("08:12:00") => Minute {
            failed: 10,
            p95_ms: 1_500,
            viewers: 1_000,
            ..minute
        },
        it if it == at("08:13:00") => Minute {
            requests: 1_200,
            failed: 50,
            turned_away: 5,
            p95_ms: 6_000,
            viewers: 1_020,
            append_p99_ms: 5_000,
            shown_p99_ms: 7_000,
            commit_failures: 2,
            pool_in_use: 2,
            ..minute
        },
        it if it == at("08:16:00") => Minute {
            failed: 3,
            p95_ms: 300,
            viewers: 400,
            ..minute
        },
        _ => minute,
    };
    there.map(minute).collect()
}

fn deeds() -> Vec<Deed> {
    let evening = "2026-01-01T20:00:00+09:00".parse().expect("a moment");
    let alert = |kind: &str, time: &str| {
        Deed::new(at(time), kind, "server")
            .about("TasukiManyErrors")
            .why("many requests fail")
            .with("severity", "critical")
            .with("since", at("08:12:15").to_string())
            .with("value", 83)
            .with("threshold", 50)
    };
    let set = |at, from: u32, to: u32, why: &str| {
        Deed::new(at, "setting_changed", "admin")
            .about("pool_size")
            .why(why)
            .with("from", from)
            .with("to", to)
    };
    let start =
        |time: &str| Deed::new(at(time), "process_started", "server").with("version", "0.1.0");
    vec![
        set(evening, 8, 2, "fewer are enough"),
        start("07:30:00"),
        alert("alert_fired", "08:13:30"),
        set(at("08:15:00"), 2, 50, "the pool is dry |\n# now"),
        start("08:16:10"),
        alert("alert_cleared", "08:20:00"),
    ]
}

/// Passages: when each was received, and when it happened.
const PASSAGES: [(&str, &str); 8] = [
    // Late, and not of that time.
    ("07:59:59", "07:40:00"),
    ("08:05:00", "08:04:55"),
    ("08:11:00", "08:10:00.001"),
    ("08:16:30", "08:15:00"),
    ("08:19:00", "08:14:00"),
    ("08:27:00", "08:13:00"),
    ("08:30:00", "08:29:58"),
    ("09:00:00", "08:50:00"),
];

async fn incident(place: &Place) {
    let store = store(place).await;
    for deed in deeds() {
        store.operations.append(&deed).await.expect("a number");
    }
    for minute in minutes() {
        let kept = store.operations.keep_minute(&minute).await;
        kept.expect("it is kept");
    }
    let draft = |number: u128, received: Instant, event: String| Draft {
        race: "relay".parse().expect("an id"),
        id: EventId(Uuid::from_u128(number)),
        at: received,
        by: "device".to_owned(),
        device: None,
        event: event.into(),
    };
    let mut drafts = Vec::new();
    for (number, (received, happened)) in (1..).zip(PASSAGES) {
        let time = at(happened);
        let passage = format!(r#"{{"time":"{time}","type":"passage_recorded"}}"#);
        drafts.push(draft(number, at(received), passage));
        // What is no passage is never late.
        let announced = format!(r#"{{"time":"{FROM}","type":"announced"}}"#);
        drafts.push(draft(number + 100, at(received), announced));
    }
    let mut writer = store.log.open_writer().await.expect("nobody else writes");
    writer.append(drafts).await.expect("they are durable");
}

fn postmortem(place: &Place, arguments: &[&str]) -> Run {
    let log = place.url();
    let given = ["postmortem", "--from", FROM, "--to", TO, "--log", &log];
    let run = Folder::new().run(&[&given[..], arguments].concat());
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    run
}

async fn every_figure_of_an_incident_comes_out_in_english(place: Place) {
    incident(&place).await;
    let draft = postmortem(&place, &["--race", "relay"]).stdout;
    assert_eq!(draft, ENGLISH);
}

async fn every_figure_of_an_incident_comes_out_in_japanese(place: Place) {
    incident(&place).await;
    let draft = postmortem(&place, &["--lang", "ja"]).stdout;
    assert_eq!(draft, JAPANESE);
}

const ENGLISH: &str = include_str!("postmortem/incident.en.md");
const JAPANESE: &str = include_str!("postmortem/incident.ja.md");

async fn where_nothing_was_wrong_that_is_said(place: Place) {
    drop(store(&place).await);
    let draft = postmortem(&place, &[]).stdout;
    for said in [
        "Nothing is known to have been wrong",
        "None that is known of.",
        "- nothing is kept",
    ] {
        assert!(draft.contains(said), "{draft}");
    }
    let draft = postmortem(&place, &["--lang", "ja"]).stdout;
    for said in ["異常の記録はない", "## 根本原因", "- 記録なし"] {
        assert!(draft.contains(said), "{draft}");
    }
}

async fn what_is_in_files_is_said_to_be_missing(place: Place) {
    incident(&place).await;
    let (folder, log) = (Folder::new(), place.url());
    let arguments = [
        "operations",
        "archive",
        "--before",
        "2026-02",
        "--to",
        "away",
        "--log",
        &log,
    ];
    assert_eq!(folder.run(&arguments).code, Some(0));
    let draft = postmortem(&place, &[]).stdout;
    let said = "\n> What was done in 2026-01 is in the file operations-2026-01.1-6.ndjson.zst";
    assert!(draft.contains(said), "{draft}");
}

#[test]
fn what_cannot_be_drafted_is_refused_in_a_line() {
    let folder = Folder::new();
    folder.write("race.ndjson", &crate::sample::file());
    assert_eq!(folder.run(&["import", "race.ndjson"]).code, Some(0));
    for (arguments, said) in [
        (
            ["--from", TO, "--to", FROM, "--lang", "en"],
            "--to: name a moment behind --from",
        ),
        (
            ["--from", "8:00", "--to", TO, "--lang", "en"],
            "not an RFC 3339 instant",
        ),
        (["--from", FROM, "--to", TO, "--lang", "fr"], "fr"),
        (
            ["--from", FROM, "--to", TO, "--race", "nobody"],
            "has no race `nobody`",
        ),
    ] {
        let run = folder.run(&[&["postmortem"], &arguments[..]].concat());
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run:?}");
        assert!(run.stderr.contains(said), "{run:?}");
        assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
    }
}
