//! Each switch does what it says, while people record and watch.

use reqwest::Method;
use serde_json::json;
use tasuki_server::Options;

use crate::support::engine::{Engine, on_both_engines};
use crate::support::facts::{gun, passage};
use crate::support::races::{relay, relay_named};
use crate::support::server::{ADMIN, Server, options, send};
use crate::support::until;
use crate::support::viewer::Viewer;

on_both_engines!(
    a_closed_entry_keeps_nothing_and_loses_nothing,
    streams_that_run_go_on_when_newcomers_are_turned_away,
    fewer_places_turn_newcomers_away_and_nobody_out,
    more_places_are_there_at_once,
    exports_are_switched_off,
    a_server_that_is_read_only_changes_nothing_but_switches,
);

const LIVE: &str = "/api/races/relay/live";

async fn a_closed_entry_keeps_nothing_and_loses_nothing(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let device = server.admit(None).await;
    server.record(&device.token, &[gun("1", 0)]).await.ok(200);
    let mut viewer = Viewer::join(&server, "").await;
    server.switch("entry", "closed").await.ok(200);
    let facts = [passage("1", "km5", 900)];
    for token in [device.token.as_str(), ADMIN] {
        let answer = server.record(token, &facts).await;
        let detail = answer.problem(503, "entry_closed");
        assert!(detail.contains("closed"), "{detail}");
        assert!(!answer.header("retry-after").is_empty());
    }
    let file = "bib,name\n9,Late\n";
    let answer = server.import("entries", file).await;
    answer.problem(503, "entry_closed");
    // What records nothing is no entry, and neither is a race.
    server.import("entries?dry_run=true", file).await.ok(200);
    server.create(&relay_named("another")).await.ok(201);
    assert_eq!(server.standings("").await["seq"], 2);
    server.switch("entry", "open").await.ok(200);
    let answer = server.record(&device.token, &facts).await;
    assert_eq!(answer.outcomes(200), ["accepted 3"]);
    viewer.reach(3).await;
}

async fn streams_that_run_go_on_when_newcomers_are_turned_away(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let mut viewer = Viewer::join(&server, "").await;
    server.switch("streams", "off").await.ok(200);
    for path in [LIVE.to_owned(), format!("{LIVE}?bibs=1")] {
        let answer = server.get(&path).await;
        answer.problem(503, "streams_off");
        let seconds: u32 = answer.header("retry-after").parse().expect("seconds");
        assert!((1..=5).contains(&seconds), "{seconds}");
    }
    server.record(ADMIN, &[gun("1", 0)]).await.ok(200);
    viewer.reach(2).await;
    assert_eq!(server.standings("").await, viewer.state);
    server.switch("streams", "on").await.ok(200);
    Viewer::join(&server, "").await;
}

async fn fewer_places_turn_newcomers_away_and_nobody_out(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let mut first = Viewer::join(&server, "").await;
    let mut second = Viewer::join(&server, "top=2").await;
    server.switch("viewers_max", 1).await.ok(200);
    let full = server.get(LIVE).await;
    full.problem(503, "too_many_viewers");
    server.record(ADMIN, &[gun("1", 0)]).await.ok(200);
    first.reach(2).await;
    second.reach(2).await;
    // When both have gone there is a place.
    drop((first, second));
    let server = &server;
    until("a place", || async move {
        let request = server.request(Method::GET, LIVE).send().await;
        (request.expect("an answer").status() == 200).then_some(())
    })
    .await;
}

async fn more_places_are_there_at_once(engine: Engine) {
    let one_place = Options {
        viewers_max: 1,
        ..options()
    };
    let server = Server::start_with(&engine, one_place).await;
    server.create(&relay()).await.ok(201);
    let _first = Viewer::join(&server, "").await;
    server.get(LIVE).await.problem(503, "too_many_viewers");
    server.switch("viewers_max", 3).await.ok(200);
    let _second = Viewer::join(&server, "").await;
    let _third = Viewer::join(&server, "top=1").await;
    server.get(LIVE).await.problem(503, "too_many_viewers");
}

async fn exports_are_switched_off(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let files = [
        ("exports", "/api/races/relay/log", "exports_off"),
        ("exports", "/api/races/relay/results.csv", "exports_off"),
        ("exports", "/api/races/relay/results.xml", "exports_off"),
        ("expected", "/api/races/relay/expected", "expected_off"),
    ];
    for (name, path, code) in files {
        server.switch(name, "off").await.ok(200);
        server.get_as(ADMIN, path).await.problem(503, code);
        server.switch(name, "on").await.ok(200);
        assert_eq!(server.get_as(ADMIN, path).await.status, 200);
    }
}

async fn a_server_that_is_read_only_changes_nothing_but_switches(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let device = server.admit(None).await;
    let mut viewer = Viewer::join(&server, "").await;
    server.switch("read_only", "on").await.ok(200);
    let device_path = format!("/api/races/relay/devices/{}", device.id);
    let post = |path: &str| server.request(Method::POST, path).json(&json!({}));
    for request in [
        post("/api/races"),
        post("/api/races/relay/events"),
        post("/api/races/relay/devices"),
        post("/api/races/relay/import/entries"),
        server.request(Method::DELETE, &device_path),
    ] {
        let answer = send(request.bearer_auth(ADMIN)).await;
        answer.problem(503, "read_only");
    }
    let record = server.record(&device.token, &[gun("1", 0)]).await;
    record.problem(503, "read_only");
    // Who reads notices nothing.
    Viewer::join(&server, "").await;
    assert_eq!(server.standings("").await["seq"], 1);
    server.switch("tick_ms_max", 10).await.ok(200);
    server.switch("read_only", "off").await.ok(200);
    server.record(&device.token, &[gun("1", 0)]).await.ok(200);
    viewer.reach(2).await;
}
