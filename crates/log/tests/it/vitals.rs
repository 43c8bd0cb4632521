//! What is counted of a database.

use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use tasuki_log::{Occupancy, Options, Store, open};
use tasuki_testkit::postgres::TestDatabase;

use crate::engine::{Engine, on_both_engines};
use crate::facts::{drafts, race};

on_both_engines!(
    every_query_is_timed_under_its_kind,
    connections_are_in_use_only_while_something_is_asked,
);

/// As Prometheus is told.
fn told(store: &Store) -> Vec<String> {
    let vitals = store.log.vitals();
    let mut registry = Registry::default();
    registry.register("query", "Times", vitals.queries);
    registry.register("failure", "Failures", vitals.query_failures);
    registry.register("wait", "Times", vitals.connection_waits);
    registry.register("unconnected", "Failures", vitals.connection_failures);
    let mut text = String::new();
    encode(&mut text, &registry).unwrap();
    text.lines().map(str::to_owned).collect()
}

async fn every_query_is_timed_under_its_kind(engine: Engine) {
    let (store, mut writer) = engine.open_with_writer().await;
    let before = told(&store);
    for kind in ["page", "head", "races", "check", "registry"] {
        let none = format!("query_count{{query=\"{kind}\"}} 0");
        assert!(before.contains(&none), "{none} is not in {before:#?}");
    }
    writer.append(drafts("demo", 1..=3)).await.unwrap();
    store.log.races().await.unwrap();
    for _ in 0..2 {
        store.log.head(&race("demo")).await.unwrap();
    }
    store.log.check().await.unwrap();
    for _ in 0..3 {
        store.registry.setting("key").await.unwrap();
    }
    let after = told(&store);
    for line in [
        "query_count{query=\"races\"} 1",
        "query_count{query=\"head\"} 2",
        "query_count{query=\"check\"} 1",
        "query_count{query=\"registry\"} 3",
        "failure_total{query=\"head\"} 0",
        "wait_count 7",
        "unconnected_total 0",
    ] {
        let told = after.iter().any(|it| it == line);
        assert!(told, "{line} is not in {after:#?}");
    }
}

async fn connections_are_in_use_only_while_something_is_asked(engine: Engine) {
    let store = engine.open().await;
    store.log.check().await.unwrap();
    let idle = Occupancy {
        open: 1,
        in_use: 0,
        waiting: 0,
        max: Options::default().pool_size,
    };
    assert_eq!(store.log.occupancy(), idle);
}

#[tokio::test]
async fn a_query_that_is_not_answered_in_time_has_failed() {
    let database = TestDatabase::new().await;
    let options = Options {
        statement_timeout: Duration::from_millis(300),
        ..Options::default()
    };
    let store = open(&database.url(), &options)
        .await
        .expect("the log opens");
    let holder = database.connect().await;
    let lock = "BEGIN; LOCK TABLE facts IN ACCESS EXCLUSIVE MODE";
    holder.batch_execute(lock).await.unwrap();
    store.log.head(&race("demo")).await.unwrap_err();
    let failed = "failure_total{query=\"head\"} 1".to_owned();
    assert!(told(&store).contains(&failed));
}
