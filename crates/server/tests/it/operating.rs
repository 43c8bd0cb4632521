//! What an operator's tools read.

use crate::support::engine::{Engine, on_both_engines};
use crate::support::facts::{gun, passage};
use crate::support::races::relay;
use crate::support::server::{ADMIN, Server, with_operations};
use crate::support::until;
use crate::support::viewer::Viewer;

on_both_engines!(
    both_listeners_say_how_it_is_and_one_what_was_counted,
    what_is_bounded_is_told_with_its_bound,
);

async fn both_listeners_say_how_it_is_and_one_what_was_counted(engine: Engine) {
    let server = Server::start_with(&engine, with_operations()).await;
    server.create(&relay()).await.ok(201);
    let facts = [gun("1", 0), passage("1", "km5", 900)];
    server.record(ADMIN, &facts).await.ok(200);
    let _viewer = Viewer::join(&server, "").await;
    for path in ["/health", "/ready"] {
        assert_eq!(server.get(path).await.status, 200);
        assert_eq!(server.operate(path).await.status, 200);
    }
    server.get("/metrics").await.problem(404, "not_found");
    server.operate("/api/races").await.problem(404, "not_found");
    let metrics = server.operate("/metrics").await;
    let lines: Vec<&str> = metrics.text().lines().collect();
    for line in [
        "tasuki_viewers 1",
        "tasuki_facts 3",
        "tasuki_log_facts_total 3",
        "tasuki_log_writable 1",
        "tasuki_log_commit_duration_seconds_count 2",
        "tasuki_log_append_duration_seconds_count 2",
        "tasuki_log_commit_facts_sum 3.0",
        "tasuki_projection_lag_seconds_count 2",
        "tasuki_http_request_duration_seconds_count{method=\"POST\",\
         route=\"/api/races/{race}/events\",status=\"200\"} 1",
    ] {
        assert!(lines.contains(&line), "{line} is not in {lines:#?}");
    }
    assert_eq!(lines.last(), Some(&"# EOF"));
}

async fn what_is_bounded_is_told_with_its_bound(engine: Engine) {
    let server = Server::start_with(&engine, with_operations()).await;
    server.create(&relay()).await.ok(201);
    let _viewers = [
        Viewer::join(&server, "").await,
        Viewer::join(&server, "").await,
    ];
    // The place of a viewer in the fan-out is known once it is sent something.
    until("two viewers of all there may be", || async {
        let metrics = server.operate("/metrics").await;
        let value = |name: &str| -> Option<f64> {
            let line = metrics.text().lines();
            let mut values = line.filter_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
            values.next()?.parse().ok()
        };
        for (name, at_least, most) in [
            ("tasuki_viewers", 2.0, "tasuki_viewers_max"),
            ("tasuki_viewers_waiting", 0.0, "tasuki_viewers_waiting_max"),
            (
                "tasuki_http_connections",
                2.0,
                "tasuki_http_connections_max",
            ),
            (
                "tasuki_log_queue_submissions",
                0.0,
                "tasuki_log_queue_submissions_max",
            ),
            ("tasuki_log_queue_facts", 0.0, "tasuki_log_queue_facts_max"),
            (
                "tasuki_database_connections_in_use",
                0.0,
                "tasuki_database_connections_max",
            ),
            ("process_open_fds", 5.0, "process_max_fds"),
            ("tasuki_memory_used_bytes", 1.0, "tasuki_memory_max_bytes"),
        ] {
            let (value, most) = (value(name)?, value(most)?);
            assert!(
                value >= at_least && value < most,
                "{name} {value}, {most} at most"
            );
        }
        Some(())
    })
    .await;
}
