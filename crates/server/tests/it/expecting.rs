//! Who is expected where, and a course with laps.

use serde_json::{Value, json};

use crate::support::engine::{Engine, on_both_engines};
use crate::support::facts::{at, gun, passage, status};
use crate::support::races::{relay, with};
use crate::support::server::{ADMIN, Server};

on_both_engines!(
    who_is_still_to_come_is_listed_in_order_with_who_is_overdue,
    the_standings_say_when_an_entry_is_expected_next,
    laps_are_recorded_at_one_place,
);

const EXPECTED: &str = "/api/races/relay/expected";

async fn who_is_still_to_come_is_listed_in_order_with_who_is_overdue(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    // 5 km in 900 s; 10 km in 1800 s by the first: twice that for 20 km.
    let facts = [
        gun("1", 0),
        passage("1", "km5", 900),
        passage("2", "km5", 1000),
        passage("1", "x1", 1800),
        status("4", "dnf"),
    ];
    server.record(ADMIN, &facts).await.ok(200);
    let path = format!("{EXPECTED}?checkpoint=x1&now={}", at(2601));
    let list = server.get(&path).await.ok(200);
    assert_eq!(list["still_out"], 3);
    let bibs: Vec<&Value> = list["expected"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|arrival| &arrival["bib"])
        .collect();
    // 2 took 1000 s where the first took 900 s: 900 * 1000 / 900 s more. 3 was
    // not seen at 5 km: the median there is 900 s, of the next stretch 900 s.
    assert_eq!(bibs, ["3", "2"]);
    assert_eq!(list["expected"][0]["expected"], json!(at(1800)));
    assert_eq!(list["expected"][1]["expected"], json!(at(2000)));
    assert_eq!(list["expected"][1]["last"], "km5");
    // Overdue by more than ten minutes.
    assert_eq!(list["overdue"], 2);
    let path = format!("{EXPECTED}?checkpoint=x1&now={}", at(2401));
    let list = server.get(&path).await.ok(200);
    assert_eq!(list["overdue"], 1);
    let all = server.get(EXPECTED).await.ok(200);
    assert_eq!(all["expected"].as_array().map(Vec::len), Some(3));
    for (query, code) in [
        ("checkpoint=km7", "unknown_checkpoint"),
        ("checkpoint=KM%207", "invalid_query"),
        ("now=noon", "invalid_query"),
        ("chekpoint=x1", "invalid_query"),
    ] {
        let status = if code == "unknown_checkpoint" {
            404
        } else {
            400
        };
        let path = format!("{EXPECTED}?{query}");
        server.get(&path).await.problem(status, code);
    }
}

async fn the_standings_say_when_an_entry_is_expected_next(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let facts = [gun("1", 0), passage("1", "km5", 900)];
    server.record(ADMIN, &facts).await.ok(200);
    let entries = server.standings("").await["entries"].clone();
    let gun = at(0);
    // Its own speed: 900 s more. To the minute.
    let expected = format!("{}T00:30Z", &gun[..10]).replace("T00:30", &at(1800)[10..16]);
    assert_eq!(entries["1"]["next"]["checkpoint"], "x1");
    assert_eq!(entries["1"]["next"]["expected"], json!(expected));
}

async fn laps_are_recorded_at_one_place(engine: Engine) {
    let visit = |id: &str, kind: &str, distance_m: i64| json!({"id": id, "name": id, "kind": kind, "distance_m": distance_m, "place": "line", "min_lap_ms": 60_000});
    let course = json!([
        {"id": "start", "name": "Start", "kind": "start", "distance_m": 0},
        visit("lap-1", "split", 1000),
        visit("lap-2", "split", 2000),
        visit("end", "finish", 3000),
    ]);
    let race = with(with(relay(), "checkpoints", course), "legs", json!([]));
    let server = Server::with_race(&engine, &race).await;
    let device = server.admit(Some("line")).await;
    let facts = [
        passage("1", "line", 200),
        passage("1", "line", 203),
        passage("1", "line", 410),
        passage("1", "line", 600),
        passage("1", "line", 800),
    ];
    server.record(ADMIN, &[gun("1", 0)]).await.ok(200);
    let answer = server.record(&device.token, &facts).await;
    assert_eq!(answer.warnings(1), ["duplicate_passage"]);
    assert_eq!(answer.warnings(4), ["duplicate_passage"]);
    let row = server.standings("").await["entries"]["1"].clone();
    let elapsed = |lap: &str| row["splits"][lap]["elapsed_ms"].as_i64();
    assert_eq!(elapsed("lap-1"), Some(200_000));
    assert_eq!(elapsed("lap-2"), Some(410_000));
    assert_eq!(elapsed("end"), Some(600_000));
    assert_eq!(row["status"], "finished");
}
