//! How a database server is used can be changed while it is.

use std::time::Duration;

use tasuki_log::{Deed, Device, LogError, Options, Search, Store, Tuning, open};
use tasuki_race::Instant;
use tasuki_testkit::waiting::within;
use tokio::task::JoinHandle;
use tokio_postgres::Client;

use crate::engine::Engine;

/// Keeps everybody from reading the switches until it is rolled back.
const LOCK: &str = "BEGIN; LOCK TABLE switches IN ACCESS EXCLUSIVE MODE";

fn tuning(store: &Store) -> &dyn Tuning {
    &**store.tuning.as_ref().expect("a database server has it")
}

#[tokio::test]
async fn a_file_is_used_as_it_was_opened() {
    assert!(Engine::sqlite().open().await.tuning.is_none());
}

/// Keeps everybody from reading devices until it is rolled back.
const LOCK_DEVICES: &str = "BEGIN; LOCK TABLE devices IN ACCESS EXCLUSIVE MODE";

/// A pool of one connection, which waits for a lock.
struct UsedUp {
    engine: Engine,
    store: Store,
    locking: Client,
    waiting: JoinHandle<Result<Vec<Device>, LogError>>,
}

impl UsedUp {
    async fn pool() -> Self {
        let engine = Engine::postgres().await;
        let Engine::Postgres(database) = &engine else {
            unreachable!()
        };
        let one = Options {
            pool_size: 1,
            ..Options::default()
        };
        let store = open(&engine.url(), &one).await.unwrap();
        let locking = database.connect().await;
        locking.batch_execute(LOCK_DEVICES).await.unwrap();
        let registry = store.registry.clone();
        let waiting = tokio::spawn(async move { registry.active_devices().await });
        // It has the one connection once the database knows what it waits for.
        let held = "SELECT count(*) FROM pg_locks WHERE NOT granted";
        let looking = database.connect().await;
        while looking.query_one(held, &[]).await.unwrap().get::<_, i64>(0) == 0 {
            tokio::task::yield_now().await;
        }
        Self {
            engine,
            store,
            locking,
            waiting,
        }
    }

    /// Who waited has waited all the time, and gets what was asked for.
    async fn end(self) {
        assert!(!self.waiting.is_finished());
        self.locking.batch_execute("ROLLBACK").await.unwrap();
        within("the devices", self.waiting).await.unwrap().unwrap();
        drop(self.engine);
    }
}

#[tokio::test]
async fn a_pool_that_is_busy_can_be_made_larger() {
    let used_up = UsedUp::pool().await;
    let store = &used_up.store;
    assert_eq!(tuning(store).pool_size(), 1);
    tuning(store).set_pool_size(2).unwrap();
    assert_eq!(tuning(store).pool_size(), 2);
    let search = Search::default();
    let page = store.operations.page(&search);
    within("a page", page).await.unwrap();
    used_up.end().await;
}

#[tokio::test]
async fn a_pool_that_is_used_up_keeps_nobody_from_setting_a_switch() {
    let used_up = UsedUp::pool().await;
    let UsedUp { store, .. } = &used_up;
    let deed = Deed::new(Instant::from_ms(0), "setting_changed", "admin");
    let set = store.registry.set_switch("pool_size", Some("50"), &deed);
    within("a number", set).await.unwrap();
    let switches = within("the switches", store.registry.switches()).await;
    assert_eq!(switches.unwrap().len(), 1);
    used_up.end().await;
}

#[tokio::test]
async fn who_finds_no_connection_waits_as_long_as_was_set_last() {
    let engine = Engine::postgres().await;
    let Engine::Postgres(database) = &engine else {
        unreachable!()
    };
    let one = Options {
        pool_size: 1,
        ..Options::default()
    };
    let store = open(&engine.url(), &one).await.unwrap();
    assert_eq!(tuning(&store).connect_timeout(), Duration::from_secs(10));
    let short = Duration::from_millis(50);
    tuning(&store).set_connect_timeout(short).unwrap();
    assert_eq!(tuning(&store).connect_timeout(), short);
    let locking = database.connect().await;
    locking.batch_execute(LOCK_DEVICES).await.unwrap();
    let registry = store.registry.clone();
    let holding = tokio::spawn(async move { registry.active_devices().await });
    let looking = database.connect().await;
    let held = "SELECT count(*) FROM pg_locks WHERE NOT granted";
    while looking.query_one(held, &[]).await.unwrap().get::<_, i64>(0) == 0 {
        tokio::task::yield_now().await;
    }
    let refused = within("an end", store.registry.setting("any")).await;
    assert!(matches!(refused, Err(LogError::Unavailable(_))));
    assert!(!holding.is_finished());
    locking.batch_execute("ROLLBACK").await.unwrap();
    within("the devices", holding).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_statement_runs_as_long_as_was_set_last() {
    let engine = Engine::postgres().await;
    let Engine::Postgres(database) = &engine else {
        unreachable!()
    };
    let store = engine.open().await;
    // A connection that is open already.
    store.registry.switches().await.unwrap();
    let locking = database.connect().await;
    locking.batch_execute(LOCK).await.unwrap();
    let short = Duration::from_millis(50);
    tuning(&store).set_statement_timeout(short).unwrap();
    assert_eq!(tuning(&store).statement_timeout(), short);
    let refused = within("an end", store.registry.switches()).await;
    assert!(matches!(refused, Err(LogError::Unavailable(_))));
    let long = Duration::from_secs(30);
    tuning(&store).set_statement_timeout(long).unwrap();
    let registry = store.registry.clone();
    let waiting = tokio::spawn(async move { registry.switches().await });
    tokio::time::sleep(short * 4).await;
    assert!(!waiting.is_finished());
    locking.batch_execute("ROLLBACK").await.unwrap();
    within("the switches", waiting).await.unwrap().unwrap();
}
