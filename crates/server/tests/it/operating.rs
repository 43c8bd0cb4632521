//! What an operator's tools read.

use std::net::SocketAddr;

use tasuki_server::Options;

use crate::support::engine::Engine;
use crate::support::facts::{gun, passage};
use crate::support::races::relay;
use crate::support::server::{ADMIN, Server, options, send};
use crate::support::viewer::Viewer;

#[tokio::test]
async fn both_listeners_say_how_it_is_and_one_what_was_counted() {
    let engine = Engine::sqlite();
    let with_operations = Options {
        ops_listen: Some(SocketAddr::from(([127, 0, 0, 1], 0))),
        ..options()
    };
    let server = Server::start_with(&engine, with_operations).await;
    server.create(&relay()).await.ok(201);
    let facts = [gun("1", 0), passage("1", "km5", 900)];
    server.record(ADMIN, &facts).await.ok(200);
    let _viewer = Viewer::join(&server, "").await;
    let operations = server.running.ops_address().expect("it listens");
    let ops = |path: &str| send(server.client.get(format!("http://{operations}{path}")));
    for path in ["/health", "/ready"] {
        assert_eq!(server.get(path).await.status, 200);
        assert_eq!(ops(path).await.status, 200);
    }
    server.get("/metrics").await.problem(404, "not_found");
    ops("/api/races").await.problem(404, "not_found");
    let metrics = ops("/metrics").await;
    let lines: Vec<&str> = metrics.text().lines().collect();
    for line in [
        "tasuki_viewers 1",
        "tasuki_facts 3",
        "tasuki_log_facts_total 3",
    ] {
        assert!(lines.contains(&line), "{line} is not in {lines:#?}");
    }
    assert_eq!(lines.last(), Some(&"# EOF"));
}
