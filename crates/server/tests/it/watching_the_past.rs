//! The standings as the log stood before.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::engine::{Engine, on_both_engines};
use crate::support::facts::{at, gun, passage, void};
use crate::support::races::relay;
use crate::support::server::{ADMIN, Server};
use crate::support::until;

on_both_engines!(
    the_past_by_number_is_what_was_shown_then,
    the_past_by_time_is_what_had_been_received_then,
    a_number_that_the_log_does_not_have_is_not_found,
);

async fn the_past_by_number_is_what_was_shown_then(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let first = passage("1", "km5", 900);
    let facts = [
        gun("1", 0),
        first.clone(),
        passage("2", "km5", 880),
        void(&first),
    ];
    let mut shown = BTreeMap::from([(1, server.standings("").await)]);
    for (fact, seq) in facts.iter().zip(2..) {
        server
            .record(ADMIN, std::slice::from_ref(fact))
            .await
            .ok(200);
        shown.insert(seq, server.standings("").await);
    }
    for (seq, then) in &shown {
        let past = server.standings(&format!("at_seq={seq}")).await;
        assert_eq!(past, *then);
        let part = server.standings(&format!("at_seq={seq}&bibs=2")).await;
        assert_eq!(part["entries"]["2"], then["entries"]["2"]);
        assert_eq!(part["entries"]["1"], Value::Null);
    }
}

async fn the_past_by_time_is_what_had_been_received_then(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let created = server.standings("").await;
    // The clock goes on before the next fact is received.
    until("a later moment", || async {
        let now = server.get("/api/time").await.ok(200)["now"].clone();
        (now != created["as_of"]).then_some(())
    })
    .await;
    let facts = [gun("1", 0), passage("1", "km5", 900)];
    server.record(ADMIN, &facts).await.ok(200);
    let now = server.standings("").await;
    let as_of = |standings: &Value| standings["as_of"].as_str().expect("an instant").to_owned();
    for (moment, then) in [(&created, &created), (&now, &now)] {
        let past = server.standings(&format!("at={}", as_of(moment))).await;
        assert_eq!(past, *then);
    }
    let future = server.standings("at=2999-01-01T00:00:00Z").await;
    assert_eq!(future, now);
    // When the facts happened does not matter, but when they were received.
    let path = format!("/api/races/relay/standings?at={}", at(1000));
    server.get(&path).await.problem(404, "unknown_seq");
}

async fn a_number_that_the_log_does_not_have_is_not_found(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    for seq in ["0", "2", "18446744073709551615"] {
        let path = format!("/api/races/relay/standings?at_seq={seq}");
        let detail = server.get(&path).await.problem(404, "unknown_seq");
        assert!(detail.contains("1 to 1"), "{detail}");
    }
}
