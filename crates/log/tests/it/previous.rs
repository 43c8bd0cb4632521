//! The version before and this one get along: its server runs on this schema, so that
//! an upgrade can be taken back, and what it wrote is all there after one.
//!
//! `previous/*.sql` is what that server sends. At a release they are written anew for
//! the version that is released, and [`PREVIOUS`] with them.

use std::path::Path;

use refinery::{Runner, Target};
use tasuki_log::{Deed, OpenError, Options, Search, Store, open};
use tasuki_race::Instant;

use crate::engine::{Engine, on_both_engines};
use crate::facts::{race, read};

on_both_engines!(
    the_server_of_the_version_before_runs_on_this_schema,
    what_the_version_before_wrote_is_all_there_after_an_upgrade,
    a_schema_says_from_which_version_on_a_program_can_use_it,
    a_program_uses_a_newer_schema_only_where_that_says_it_may,
);

/// The schema of the version before, on PostgreSQL and on SQLite.
const PREVIOUS: (i32, i32) = (12, 9);

/// What its server does.
const ON_POSTGRES: &str = include_str!("previous/postgres.sql");
const ON_SQLITE: &str = include_str!("previous/sqlite.sql");

/// Where a schema says from which version on a program can use it, `VERSION:FROM`.
const USABLE: &str = "schema_usable_from";

async fn the_server_of_the_version_before_runs_on_this_schema(engine: Engine) {
    drop(engine.open().await);
    run_the_server_of_before(&engine).await;
    all_is_there(&engine.open().await).await;
}

async fn what_the_version_before_wrote_is_all_there_after_an_upgrade(engine: Engine) {
    migrate_to_the_version_before(&engine).await;
    run_the_server_of_before(&engine).await;
    let store = engine.open().await;
    all_is_there(&store).await;
    // And goes on.
    let deed = Deed::new(Instant::from_ms(0), "odd", "admin");
    assert_eq!(store.operations.append(&deed).await.unwrap(), 6);
    let set = store.registry.set_switch("entry", Some("\"open\""), &deed);
    assert_eq!(set.await.unwrap(), 7);
    let fact = crate::facts::draft("old", 3);
    let mut writer = store.log.open_writer().await.unwrap();
    let appended = writer.append(vec![fact]).await.unwrap();
    assert_eq!(crate::facts::outcomes(&appended), ["+3"]);
}

async fn a_schema_says_from_which_version_on_a_program_can_use_it(engine: Engine) {
    let store = engine.open().await;
    let (newest, previous) = match engine {
        Engine::Postgres(_) => (newest("postgres"), PREVIOUS.0),
        Engine::Sqlite(_) => (newest("sqlite"), PREVIOUS.1),
    };
    let said = store.registry.setting(USABLE).await.unwrap();
    // Whoever adds a migration says it anew, at the end of it, if it still holds.
    assert_eq!(said, Some(format!("{newest}:{previous}")));
}

async fn a_program_uses_a_newer_schema_only_where_that_says_it_may(engine: Engine) {
    drop(engine.open().await);
    run_the_server_of_before(&engine).await;
    let known = match engine {
        Engine::Postgres(_) => newest("postgres"),
        Engine::Sqlite(_) => newest("sqlite"),
    };
    let newer =
        "INSERT INTO refinery_schema_history VALUES (999, 'later', '2030-01-01T00:00:00Z', '1')";
    engine.execute(newer).await.unwrap();
    for (said, may) in [
        (format!("{known}:1"), false), // That was of the schema before.
        (format!("999:{}", known + 1), false),
        ("999".to_owned(), false),
        (format!("999:{known}"), true),
        ("999:1".to_owned(), true),
    ] {
        let say = format!("UPDATE settings SET value = '{said}' WHERE key = '{USABLE}'");
        engine.execute(&say).await.unwrap();
        match open(&engine.url(), &Options::default()).await {
            Ok(store) => {
                assert!(may, "{said}");
                all_is_there(&store).await;
            }
            Err(OpenError::Version { found, .. }) => assert!(!may && found == 999, "{said}"),
            Err(error) => panic!("{error}"),
        }
    }
}

/// The number of the last file.
fn newest(engine: &str) -> i32 {
    let migrations = migrations(engine);
    let versions = migrations.get_migrations().iter();
    versions.map(refinery::Migration::version).max().unwrap()
}

fn migrations(engine: &str) -> Runner {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schema");
    Runner::new(&refinery::load_sql_migrations(folder.join(engine)).unwrap())
}

/// An empty database as the version before makes it.
async fn migrate_to_the_version_before(engine: &Engine) {
    match engine {
        Engine::Postgres(database) => {
            let runner = migrations("postgres").set_target(Target::Version(PREVIOUS.0));
            let mut client = database.connect().await;
            runner.run_async(&mut client).await.unwrap();
        }
        Engine::Sqlite(file) => {
            let runner = migrations("sqlite").set_target(Target::Version(PREVIOUS.1));
            let mut connection = rusqlite::Connection::open(file.path()).unwrap();
            runner.run(&mut connection).unwrap();
        }
    }
}

/// With the rights of its role, where there are any.
async fn run_the_server_of_before(engine: &Engine) {
    match engine {
        Engine::Postgres(database) => {
            let client = database.connect().await;
            client
                .batch_execute("SET ROLE tasuki_recorder")
                .await
                .unwrap();
            let run = client.batch_execute(ON_POSTGRES).await;
            run.unwrap_or_else(|error| panic!("{error:?}"));
        }
        Engine::Sqlite(_) => engine.execute(ON_SQLITE).await.unwrap(),
    }
}

/// All that the server of the version before wrote.
async fn all_is_there(store: &Store) {
    let facts = read(&*store.log, "old", 0, None).await;
    let facts: Vec<_> = facts
        .iter()
        .map(|it| (it.seq, &*it.by, &*it.event))
        .collect();
    let text = |number: u32, text: &str| {
        let id = format!("0198c0de-0000-7000-8000-{number:012}");
        format!(r#"{{"id":"{id}","text":"{text}","type":"announced"}}"#)
    };
    let (one, two) = (text(1, "one"), text(2, "two"));
    let expected = [(1, "admin", one.as_str()), (2, "device", two.as_str())];
    assert_eq!(facts, expected);
    let devices = store.registry.devices(&race("old")).await.unwrap();
    let revoked: Vec<_> = devices
        .iter()
        .map(|it| (it.name.as_str(), it.revoked_at.map(Instant::ms)))
        .collect();
    let expected = [("Tablet 1", None), ("Tablet 2", Some(1_767_312_000_500))];
    assert_eq!(revoked, expected);
    assert_eq!(store.registry.active_devices().await.unwrap(), devices[..1]);
    let switches = store.registry.switches().await.unwrap();
    let set: Vec<_> = switches
        .iter()
        .map(|it| (it.name.as_str(), it.value.as_deref(), it.number))
        .collect();
    assert_eq!(set, [("viewers_max", Some("500"), 4)]);
    let token = store.registry.setting("admin_token").await.unwrap();
    assert_eq!(token.as_deref(), Some("hash"));
    let search = Search {
        limit: 100,
        ..Search::default()
    };
    let told = store.operations.page(&search).await.unwrap();
    let told: Vec<_> = told
        .iter()
        .map(|it| (it.number, it.deed.kind.as_str()))
        .collect();
    let expected = [
        (5, "process_started"),
        (4, "setting_changed"),
        (3, "device_revoked"),
        (2, "device_admitted"),
        (1, "device_admitted"),
    ];
    assert_eq!(told, expected);
}
