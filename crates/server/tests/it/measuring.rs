//! What is measured is kept minute by minute, also what was while the database was
//! away.

use std::time::Duration;

use tasuki_log::{MINUTE_MS, Minute};
use tasuki_race::Instant;
use tasuki_server::Options;
use tasuki_testkit::cluster::Cluster;

use crate::support::engine::{Engine, on_both_engines};
use crate::support::facts::{gun, passage};
use crate::support::races::relay;
use crate::support::server::{ADMIN, Server, options};
use crate::support::until;
use crate::support::viewer::Viewer;

on_both_engines!(
    what_people_do_is_in_the_minutes,
    minutes_of_more_than_a_month_ago_are_forgotten,
);

/// A minute that is over soon.
fn measuring() -> Options {
    Options {
        measure_every: Duration::from_millis(40),
        ..options()
    }
}

/// All that was measured, added up.
async fn measured(store: &tasuki_log::Store) -> Minute {
    let minutes = store
        .operations
        .minutes(Instant::from_ms(0), Instant::from_ms(i64::MAX));
    let mut sum = Minute::default();
    for minute in minutes.await.expect("minutes") {
        assert_eq!(minute.at_ms % MINUTE_MS, 0);
        sum.requests += minute.requests;
        sum.failed += minute.failed;
        sum.turned_away += minute.turned_away;
        sum.facts += minute.facts;
        sum.viewers = sum.viewers.max(minute.viewers);
        sum.append_p99_ms = sum.append_p99_ms.max(minute.append_p99_ms);
        sum.shown_p99_ms = sum.shown_p99_ms.max(minute.shown_p99_ms);
        sum.p95_ms = sum.p95_ms.max(minute.p95_ms);
        sum.pool_max = sum.pool_max.max(minute.pool_max);
    }
    sum
}

async fn what_people_do_is_in_the_minutes(engine: Engine) {
    let one_place = Options {
        viewers_max: 1,
        ..measuring()
    };
    let server = Server::start_with(&engine, one_place).await;
    let store = engine.open().await;
    // From when on it measures: what came before the first look is no minute's.
    until("a minute", || async {
        let minutes = store
            .operations
            .minutes(Instant::from_ms(0), Instant::from_ms(i64::MAX));
        (!minutes.await.expect("minutes").is_empty()).then_some(())
    })
    .await;
    server.create(&relay()).await.ok(201);
    let mut viewer = Viewer::join(&server, "").await;
    let live = "/api/races/relay/live";
    server.get(live).await.problem(503, "too_many_viewers");
    let facts = [gun("1", 0), passage("1", "km5", 900)];
    server.record(ADMIN, &facts).await.ok(200);
    viewer.reach(3).await;
    server.switch("exports", "off").await.ok(200);
    let off = server.get_as(ADMIN, "/api/races/relay/log").await;
    off.problem(503, "exports_off");
    let sum = until("all of it in the minutes", || async {
        let sum = measured(&store).await;
        (sum.failed == 2 && sum.facts == 3 && sum.viewers == 1).then_some(sum)
    })
    .await;
    assert_eq!(sum.turned_away, 1);
    assert!(sum.requests >= 5, "{sum:?}");
    assert!(
        sum.append_p99_ms > 0 && sum.shown_p99_ms > 0 && sum.p95_ms > 0,
        "{sum:?}"
    );
    assert!(sum.pool_max > 0, "{sum:?}");
    server.stop().await;
}

async fn minutes_of_more_than_a_month_ago_are_forgotten(engine: Engine) {
    let store = engine.open().await;
    let now_ms = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map(|since| i64::try_from(since.as_millis()).expect("no end of time"))
        .expect("a time");
    let days = |days: i64| Minute {
        requests: 77,
        ..Minute::of(Instant::from_ms(now_ms - days * 24 * 60 * MINUTE_MS))
    };
    for minute in [days(31), days(29)] {
        store.operations.keep_minute(&minute).await.expect("kept");
    }
    let _server = Server::start_with(&engine, measuring()).await;
    until("the end of what is old", || async {
        let before = Instant::from_ms(now_ms - MINUTE_MS);
        let minutes = store.operations.minutes(Instant::from_ms(0), before);
        (minutes.await.expect("minutes") == [days(29)]).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outage_of_the_database_is_in_the_minutes() {
    let cluster = Cluster::start();
    let store = || async {
        let store = tasuki_log::open(&cluster.url(), &tasuki_log::Options::default()).await;
        store.expect("the log opens")
    };
    let running = tasuki_server::start(measuring(), store().await).await;
    let running = running.unwrap_or_else(|error| panic!("the server starts: {error}"));
    let url = format!("http://{}/api/operations", running.address());
    let ask = || async {
        let client = crate::support::server::client();
        let asked = client.get(&url).bearer_auth(ADMIN).send().await;
        asked.expect("an answer").status().as_u16()
    };
    assert_eq!(ask().await, 200);
    cluster.kill();
    until("a failure", || async { (ask().await == 503).then_some(()) }).await;
    // Some minutes go by meanwhile.
    tokio::time::sleep(measuring().measure_every * 5).await;
    cluster.launch();
    until("an answer", || async { (ask().await == 200).then_some(()) }).await;
    let store = store().await;
    until("the outage in the minutes", || async {
        (measured(&store).await.failed > 0).then_some(())
    })
    .await;
    running.stop().await;
}
