//! The log goes away in the middle of a race, and comes back.

use std::cell::Cell;

use serde_json::Value;
use tasuki_log::{Options, open};
use tasuki_server::start;
use tasuki_testkit::postgres::TestDatabase;

use crate::support::chain::verified;
use crate::support::engine::Engine;
use crate::support::facts::{gun, strangers};
use crate::support::races::relay;
use crate::support::server::{ADMIN, Server, client, options};
use crate::support::until;
use crate::support::viewer::Viewer;
use tasuki_testkit::cluster::Cluster;

async fn server_on(cluster: &Cluster) -> Server {
    let store = open(&cluster.url(), &Options::default()).await;
    let running = start(options(), store.expect("the log opens")).await;
    Server {
        running: running.unwrap_or_else(|error| panic!("the server starts: {error}")),
        client: client(),
    }
}

/// Sends a batch until it is taken; counts how often it was not.
async fn send_until_taken(server: &Server, batch: &[Value]) -> usize {
    let refused = Cell::new(0);
    let refused = &refused;
    until("an accepted batch", || async move {
        let answer = server.record(ADMIN, batch).await;
        if answer.status == 200 {
            return Some(());
        }
        answer.problem(503, "log_unavailable");
        let seconds: u32 = answer.header("retry-after").parse().expect("seconds");
        assert!(seconds >= 1);
        refused.set(refused.get() + 1);
        None
    })
    .await;
    refused.get()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_goes_away_loses_and_doubles_nothing() {
    let cluster = Cluster::start();
    let server = server_on(&cluster).await;
    server.create(&relay()).await.ok(201);
    server.record(ADMIN, &[gun("1", 0)]).await.ok(200);
    let mut viewer = Viewer::join(&server, "").await;
    let facts = strangers(800);
    let batches: Vec<&[Value]> = facts.chunks(4).collect();
    let recording = async {
        let mut refused = 0;
        for batch in &batches {
            refused += send_until_taken(&server, batch).await;
        }
        refused
    };
    let outage = async {
        until("some facts", || async {
            (server.standings("top=0").await["seq"].as_u64() > Some(20)).then_some(())
        })
        .await;
        tokio::task::block_in_place(|| cluster.kill());
        let reason = until("a reason not to be ready", || async {
            let ready = server.get("/ready").await;
            (ready.status == 503).then(|| ready.json())
        })
        .await;
        assert_eq!(reason["ready"], false);
        assert_eq!(reason["reasons"], serde_json::json!(["log not writable"]));
        // Whoever watches keeps what there is.
        assert_eq!(server.get("/health").await.status, 200);
        server.standings("").await;
        Viewer::join(&server, "top=1").await;
        // Nor does a look into the past need the log.
        let past = server.get("/api/races/relay/standings?at_seq=1").await;
        assert_eq!(past.ok(200)["seq"], 1);
        tokio::task::block_in_place(|| cluster.launch());
    };
    let (refused, ()) = futures::join!(recording, outage);
    println!("{refused} requests were refused");
    assert!(refused > 0, "nothing was sent while the log was away");
    let head = server.standings("").await["seq"]
        .as_u64()
        .expect("a number");
    assert_eq!(head, 2 + 800);
    viewer.reach(head).await;
    assert!(viewer.events[1..].iter().all(|event| event == "diff"));
    assert_eq!(viewer.state, server.standings("").await);
    let log = verified(&server.export("relay").await);
    // One sender waits for each answer: the log has its order.
    assert_eq!(log.len(), 802);
    for (line, fact) in log[2..].iter().zip(&facts) {
        assert_eq!(line["event"], *fact);
    }
    assert_eq!(server.get("/ready").await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_stops_in_order_while_its_log_is_away() {
    let cluster = Cluster::start();
    let server = server_on(&cluster).await;
    server.create(&relay()).await.ok(201);
    let mut viewer = Viewer::join(&server, "").await;
    tokio::task::block_in_place(|| cluster.kill());
    let answer = server.record(ADMIN, &[gun("1", 0)]).await;
    answer.problem(503, "log_unavailable");
    let device = serde_json::json!({"name": "Tablet"});
    let answer = server
        .post(ADMIN, "/api/races/relay/devices", &device)
        .await;
    answer.problem(503, "log_unavailable");
    server.stop().await;
    while viewer.event().await.is_some() {}
    assert_eq!(viewer.events.last().map(String::as_str), Some("bye"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_log_writes_after_it_was_given_up_is_recognised() {
    let database = TestDatabase::new().await;
    let holder = database.connect().await;
    let engine = Engine::Postgres(Box::new(database));
    let server = Server::with_race(&engine, &relay()).await;
    let lock = "BEGIN; LOCK TABLE facts IN SHARE ROW EXCLUSIVE MODE";
    holder.batch_execute(lock).await.expect("the table is held");
    let facts = strangers(3);
    let answer = server.record(ADMIN, &facts).await;
    answer.problem(503, "log_unavailable");
    assert_eq!(server.standings("").await["seq"], 1);
    holder
        .batch_execute("ROLLBACK")
        .await
        .expect("it is let go");
    send_until_taken(&server, &facts).await;
    let again = server.record(ADMIN, &facts).await;
    let expected = ["duplicate 2", "duplicate 3", "duplicate 4"];
    assert_eq!(again.outcomes(200), expected);
    let log = verified(&server.export("relay").await);
    assert_eq!(log.len(), 4);
    assert_eq!(server.standings("").await["seq"], 4);
}
