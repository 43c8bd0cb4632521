//! The pool of connections is made larger and smaller while everybody uses it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::task::JoinSet;

use crate::support::engine::Engine;
use crate::support::facts::passage;
use crate::support::races::relay;
use crate::support::server::{ADMIN, Server, with_operations};
use crate::support::until;

/// People at once: more than the smallest pool has connections, and fewer than the
/// largest.
const PEOPLE: usize = 24;
/// Answers with each size before the next is set.
const ANSWERS: usize = 300;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pool_is_resized_under_load_and_no_request_fails() {
    let engine = Engine::postgres().await;
    let Engine::Postgres(database) = &engine else {
        unreachable!()
    };
    let server = Server::start_with(&engine, with_operations()).await;
    server.create(&relay()).await.ok(201);
    let server = Arc::new(server);
    let (answers, is_over) = (
        Arc::new(AtomicUsize::new(0)),
        Arc::new(AtomicBool::new(false)),
    );
    let mut people = JoinSet::new();
    for person in 0..PEOPLE {
        let (server, answers) = (Arc::clone(&server), Arc::clone(&answers));
        let is_over = Arc::clone(&is_over);
        people.spawn(async move {
            for turn in 0.. {
                ask(&server, person, turn).await;
                answers.fetch_add(1, Ordering::Relaxed);
                if is_over.load(Ordering::Relaxed) {
                    return;
                }
            }
        });
    }
    for size in [2, 50, 5] {
        server.switch("pool_size", size).await.ok(200);
        let wanted = answers.load(Ordering::Relaxed) + ANSWERS;
        let enough = || async { (answers.load(Ordering::Relaxed) >= wanted).then_some(()) };
        until("answers", enough).await;
        let text = server.operate("/metrics").await;
        let max = format!("tasuki_database_connections_max {size}");
        assert!(text.text().lines().any(|line| line == max), "{size}");
    }
    is_over.store(true, Ordering::Relaxed);
    while let Some(person) = people.join_next().await {
        person.expect("every request of theirs was answered well");
    }
    // The connections of the pools before have gone: five, two for the operator, the one
    // that appends, and the one that listens.
    let client = database.connect().await;
    let open = "SELECT count(*) FROM pg_stat_activity \
        WHERE application_name = 'tasuki' AND datname = current_database()";
    let few = || async {
        let row = client.query_one(open, &[]).await.expect("a row");
        (row.get::<_, i64>(0) <= 9).then_some(())
    };
    until("the end of the larger pool", few).await;
}

/// What people ask of the database, each of something else.
async fn ask(server: &Server, person: usize, turn: usize) {
    match (person + turn) % 4 {
        0 => assert!(!server.export("relay").await.is_empty()),
        1 => drop(server.operations("limit=5").await),
        2 => {
            let devices = server.get_as(ADMIN, "/api/races/relay/devices").await;
            devices.ok(200);
        }
        _ => {
            let after = i64::try_from(person * 1_000 + turn).expect("few");
            let facts = [passage("1", "km5", after)];
            server.record(ADMIN, &facts).await.ok(200);
        }
    }
}
