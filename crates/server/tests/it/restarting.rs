//! A server that starts on a log goes on where the last one ended.

use serde_json::json;
use tasuki_log::Record;
use tasuki_server::{Options, StartError, start};

use crate::support::engine::{Engine, on_both_engines};
use crate::support::facts::{gun, passage, void};
use crate::support::races::{relay, relay_named};
use crate::support::server::{ADMIN, Server, options};
use crate::support::viewer::{Viewer, open_after};

on_both_engines!(
    everything_acknowledged_is_there_after_a_restart,
    a_viewer_resumes_across_a_restart,
    a_viewer_of_what_was_lost_begins_anew_after_a_restore,
    a_generated_administrators_token_is_shown_once_and_stays_good,
    a_second_server_does_not_start_on_the_same_log,
);

async fn everything_acknowledged_is_there_after_a_restart(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    server.create(&relay_named("second")).await.ok(201);
    let first = passage("1", "km5", 900);
    let facts = [
        gun("1", 0),
        first.clone(),
        passage("2", "km5", 890),
        void(&first),
    ];
    let answer = server.record(ADMIN, &facts).await;
    let etag = server.get("/api/races/relay/standings").await;
    let before = (
        server.standings("").await,
        server.export("relay").await,
        server.get("/api/races").await.ok(200),
        server.get("/api/races/relay").await.ok(200),
    );
    server.stop().await;
    let server = Server::start(&engine).await;
    let after = (
        server.standings("").await,
        server.export("relay").await,
        server.get("/api/races").await.ok(200),
        server.get("/api/races/relay").await.ok(200),
    );
    assert_eq!(before, after);
    let again = server.get("/api/races/relay/standings").await;
    assert_eq!(again.header("etag"), etag.header("etag"));
    // The same batch is known, the next fact follows.
    let outcomes = server.record(ADMIN, &facts).await;
    let expected = ["duplicate 2", "duplicate 3", "duplicate 4", "duplicate 5"];
    assert_eq!(outcomes.outcomes(200), expected);
    assert_eq!(outcomes.json()["head"], answer.json()["head"]);
    let next = server.record(ADMIN, &[passage("3", "km5", 910)]).await;
    assert_eq!(next.outcomes(200), ["accepted 6"]);
    crate::support::chain::verified(&server.export("relay").await);
    server.create(&relay()).await.problem(409, "race_exists");
}

async fn a_viewer_resumes_across_a_restart(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let early = Viewer::join(&server, "top=2").await;
    let mut late = Viewer::join(&server, "top=2").await;
    let facts = [gun("1", 0), passage("1", "km5", 900)];
    server.record(ADMIN, &facts).await.ok(200);
    late.reach(3).await;
    server.stop().await;
    let server = Server::start(&engine).await;
    // What was missed is no longer held: a new state.
    let response = open_after(&server, "relay", "top=2", Some(&early.last_id)).await;
    let mut early = Viewer::at(response, early.state);
    early.event().await;
    assert_eq!(early.events, ["snapshot"]);
    assert_eq!(early.state, late.state);
    // Nothing was missed: the state that it has is good, and it is told so anew.
    let response = open_after(&server, "relay", "top=2", Some(&late.last_id)).await;
    let mut late = Viewer::at(response, late.state);
    server
        .record(ADMIN, &[passage("2", "km5", 890)])
        .await
        .ok(200);
    for viewer in [&mut early, &mut late] {
        viewer.reach(4).await;
        assert_eq!(viewer.state, server.standings("top=2").await);
    }
}

/// The log as it was after so many facts, in a file of its own.
async fn restored(log: &str, facts: usize) -> Engine {
    let engine = Engine::sqlite();
    let mut writer = engine
        .open()
        .await
        .log
        .open_writer()
        .await
        .expect("a writer");
    let lines = log.lines().take(facts).map(Record::from_line);
    let records: Result<Vec<_>, _> = lines.collect();
    let restored = writer.restore(records.expect("records")).await;
    restored.expect("they fit");
    engine
}

async fn a_viewer_of_what_was_lost_begins_anew_after_a_restore(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    server.record(ADMIN, &[gun("1", 0)]).await.ok(200);
    let mut viewer = Viewer::join(&server, "").await;
    let lost = passage("1", "km5", 900);
    server.record(ADMIN, &[lost]).await.ok(200);
    viewer.reach(3).await;
    let backup = restored(&server.export("relay").await, 2).await;
    server.stop().await;
    let server = Server::start(&backup).await;
    // Other facts get the numbers of those that were lost.
    let others = [passage("2", "km5", 910), passage("3", "km5", 920)];
    server.record(ADMIN, &others).await.ok(200);
    let response = open_after(&server, "relay", "", Some(&viewer.last_id)).await;
    let mut viewer = Viewer::at(response, viewer.state);
    viewer.event().await;
    assert_eq!(viewer.events, ["snapshot"]);
    assert_eq!(viewer.state, server.standings("").await);
}

async fn a_generated_administrators_token_is_shown_once_and_stays_good(engine: Engine) {
    let generated = || Options {
        admin_token: None,
        ..options()
    };
    let server = Server::start_with(&engine, generated()).await;
    let token = server.running.generated_admin_token().map(str::to_owned);
    let token = token.expect("the first start generates one");
    server.post(&token, "/api/races", &relay()).await.ok(201);
    server.stop().await;
    let server = Server::start_with(&engine, generated()).await;
    assert_eq!(server.running.generated_admin_token(), None);
    server.record(&token, &[gun("1", 0)]).await.ok(200);
    server
        .record(ADMIN, &[gun("1", 0)])
        .await
        .problem(401, "unauthorized");
    server.stop().await;
    // One that is given takes its place.
    let server = Server::start(&engine).await;
    server.record(ADMIN, &[gun("1", 0)]).await.ok(200);
    server
        .record(&token, &[gun("1", 0)])
        .await
        .problem(401, "unauthorized");
}

async fn a_second_server_does_not_start_on_the_same_log(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let impatient = tasuki_log::Options {
        writer_wait: std::time::Duration::ZERO,
        ..tasuki_log::Options::default()
    };
    let store = tasuki_log::open(&engine.url(), &impatient).await;
    let second = start(options(), store.expect("the log opens")).await;
    let refused = second.err().expect("somebody else appends");
    assert!(matches!(refused, StartError::Log(_)), "{refused}");
    let outcomes = server.record(ADMIN, &[gun("1", 0)]).await.outcomes(200);
    assert_eq!(json!(outcomes), json!(["accepted 2"]));
}
