//! The canary: what it records comes out of the stream, and nobody else sees it.

use std::time::Duration;

use serde_json::json;
use tasuki_server::Options;

use crate::support::engine::{Engine, on_both_engines};
use crate::support::races::relay;
use crate::support::server::{ADMIN, Server, with_operations};
use crate::support::until;
use crate::support::viewer::Viewer;

on_both_engines!(
    it_sings_and_nobody_sees_it,
    where_entry_is_closed_it_is_refused_and_has_not_failed,
);

fn with_canary() -> Options {
    Options {
        canary_every: Some(Duration::from_millis(50)),
        ..with_operations()
    }
}

/// What the metrics say.
async fn metric(server: &Server, name: &str) -> Option<f64> {
    let metrics = server.operate("/metrics").await;
    let mut lines = metrics.text().lines();
    let line = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
    line.parse().ok()
}

async fn sung(server: &Server, at_least: f64) {
    until("songs", || async {
        let count = metric(server, "tasuki_canary_duration_seconds_count").await?;
        (count >= at_least).then_some(())
    })
    .await;
}

async fn it_sings_and_nobody_sees_it(engine: Engine) {
    let server = Server::start_with(&engine, with_canary()).await;
    server.create(&relay()).await.ok(201);
    let _viewer = Viewer::join(&server, "").await;
    sung(&server, 3.0).await;
    // Whoever else is admitted: it is not forgotten.
    server.admit(None).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    let so_far = metric(&server, "tasuki_canary_duration_seconds_count").await;
    sung(&server, so_far.expect("a count") + 2.0).await;
    assert_eq!(
        metric(&server, "tasuki_canary_failures_total").await,
        Some(0.0)
    );
    // It is no viewer, and its race is none of those that are served.
    assert_eq!(metric(&server, "tasuki_viewers").await, Some(1.0));
    assert_eq!(metric(&server, "tasuki_races").await, Some(1.0));
    assert_eq!(metric(&server, "tasuki_facts").await, Some(1.0));
    let list = server.get("/api/races").await.ok(200);
    assert_eq!(list["races"].as_array().map(Vec::len), Some(1), "{list}");
    let races = engine.open().await.log.races().await.expect("races");
    let hidden = races.iter().find(|(id, _)| tasuki_server::is_hidden(id));
    let (hidden, _) = hidden.expect("it stands in the log");
    for path in [
        "",
        "/standings",
        "/live",
        "/log",
        "/results.csv",
        "/expected",
        "/review",
    ] {
        let path = format!("/api/races/{hidden}{path}");
        server
            .get_as(ADMIN, &path)
            .await
            .problem(404, "race_not_found");
    }
    for page in ["", "/entry"] {
        assert_eq!(
            server.get(&format!("/races/{hidden}{page}")).await.status,
            404
        );
    }
    let fact = json!({"id": uuid(), "type": "announced", "text": "I am the canary"});
    let answer = server.record_in(hidden.as_str(), ADMIN, &[fact]).await;
    answer.problem(404, "race_not_found");
    let mut taken = relay();
    taken["id"] = json!("tasuki-canary-mine");
    server.create(&taken).await.problem(422, "reserved_id");
    // Another process sings elsewhere, and loads nothing of it.
    server.stop().await;
    let server = Server::start_with(&engine, with_canary()).await;
    sung(&server, 2.0).await;
    assert_eq!(metric(&server, "tasuki_races").await, Some(1.0));
    let races = engine.open().await.log.races().await.expect("races");
    let hidden = races.iter().filter(|(id, _)| tasuki_server::is_hidden(id));
    assert_eq!(hidden.count(), 2);
}

async fn where_entry_is_closed_it_is_refused_and_has_not_failed(engine: Engine) {
    let server = Server::start_with(&engine, with_canary()).await;
    server.create(&relay()).await.ok(201);
    let _viewer = Viewer::join(&server, "").await;
    sung(&server, 1.0).await;
    server.switch("entry", "closed").await.ok(200);
    until("refusals", || async {
        let refused = metric(&server, "tasuki_canary_refusals_total").await?;
        (refused >= 2.0).then_some(())
    })
    .await;
    assert_eq!(
        metric(&server, "tasuki_canary_failures_total").await,
        Some(0.0)
    );
    server.switch("entry", "open").await.ok(200);
    let before = metric(&server, "tasuki_canary_duration_seconds_count").await;
    sung(&server, before.expect("a number") + 1.0).await;
    // Switched off, it is silent, and its race is gone.
    server.switch("canary", "off").await.ok(200);
    assert_eq!(server.setting("canary").await["value"], "off");
}

fn uuid() -> String {
    "0198c0de-0000-7000-8000-00000000cafe".to_owned()
}
