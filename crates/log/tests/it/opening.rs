//! Opening a log by its address.

use std::fs;

use tasuki_log::{Access, OpenError, Options, open};
use tasuki_testkit::postgres::TestDatabase;
use tasuki_testkit::sqlite::TestFile;

use crate::engine::{Engine, on_both_engines};
use crate::facts::{drafts, seqs};

on_both_engines!(a_log_opened_for_reading_is_not_written);

fn read_only() -> Options {
    Options {
        access: Access::ReadOnly,
        ..Options::default()
    }
}

async fn refusal(url: &str, options: &Options) -> OpenError {
    match open(url, options).await {
        Ok(_) => panic!("`{url}` was opened"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn an_address_that_is_none_is_explained_in_one_line() {
    for (url, wanted) in [
        ("", "write sqlite:PATH or postgres://USER@HOST/DATABASE"),
        ("race.sqlite", "write sqlite:PATH or"),
        ("mysql://localhost/x", "write sqlite:PATH or"),
        ("sqlite:", "a path is missing"),
        ("sqlite::memory:", "would be lost"),
        ("postgres:dbname=x", "a host is missing"),
        ("postgres://localhost:port/x", "port"),
        (
            "postgres://localhost/x?sslmode=require",
            "leave sslmode out",
        ),
    ] {
        let message = refusal(url, &Options::default()).await.to_string();
        assert!(
            message.contains(wanted) && !message.contains('\n'),
            "{url}: {message}"
        );
    }
}

#[tokio::test]
async fn a_password_is_not_repeated() {
    let url = "postgres://me:hunter2@localhost/x?sslmode=require";
    let error = refusal(url, &Options::default()).await;
    assert!(
        !format!("{error} {error:?}").contains("hunter2"),
        "{error:?}"
    );
}

#[tokio::test]
async fn reading_a_file_that_is_not_there_creates_nothing() {
    let file = TestFile::new();
    let error = refusal(&file.url(), &read_only()).await;
    assert!(matches!(error, OpenError::Missing { .. }), "{error}");
    assert_eq!(fs::read_dir(file.folder()).unwrap().count(), 0);
}

#[tokio::test]
async fn reading_a_file_leaves_nothing_beside_it() {
    let engine = Engine::sqlite();
    let (_store, mut writer) = engine.open_with_writer().await;
    writer.append(drafts("demo", 1..=3)).await.unwrap();
    engine
        .execute("PRAGMA wal_checkpoint(TRUNCATE)")
        .await
        .unwrap();
    let (Engine::Sqlite(original), copy) = (&engine, TestFile::new()) else {
        unreachable!()
    };
    fs::copy(original.path(), copy.path()).unwrap();
    let store = open(&copy.url(), &read_only()).await.unwrap();
    assert_eq!(seqs(&*store.log, "demo", 0, None).await, [1, 2, 3]);
    drop(store);
    assert_eq!(fs::read_dir(copy.folder()).unwrap().count(), 1);
}

#[tokio::test]
async fn reading_a_database_without_a_log_creates_nothing() {
    let database = TestDatabase::new().await;
    let error = refusal(&database.url(), &read_only()).await;
    assert!(matches!(error, OpenError::Missing { .. }), "{error}");
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    let row = database
        .connect()
        .await
        .query_one(tables, &[])
        .await
        .unwrap();
    assert_eq!(row.get::<_, i64>(0), 0);
}

#[tokio::test]
async fn a_folder_that_is_not_there_or_a_file_that_is_no_database_is_refused() {
    let file = TestFile::new();
    let nowhere = format!("sqlite:{}/none/log.sqlite", file.folder().display());
    assert!(matches!(
        refusal(&nowhere, &Options::default()).await,
        OpenError::Engine { .. }
    ));
    fs::write(
        file.path(),
        "a shopping list, long enough to look like something else entirely\n".repeat(40),
    )
    .unwrap();
    assert!(matches!(
        refusal(&file.url(), &Options::default()).await,
        OpenError::Engine { .. }
    ));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_reported() {
    let folder = TestFile::new();
    let url = format!(
        "postgres:host={} user=me dbname=x",
        folder.folder().display()
    );
    let error = refusal(&url, &Options::default()).await;
    assert!(matches!(error, OpenError::Engine { .. }), "{error}");
}

#[tokio::test]
async fn links_to_a_file_share_its_right_to_append() {
    let file = TestFile::new();
    let engine = Engine::Sqlite(file);
    let (_store, _writer) = engine.open_with_writer().await;
    let Engine::Sqlite(file) = &engine else {
        unreachable!()
    };
    let link = file.folder().join("link.sqlite");
    std::os::unix::fs::symlink(file.path(), &link).unwrap();
    let options = Options {
        writer_wait: std::time::Duration::ZERO,
        ..Options::default()
    };
    let store = open(&format!("sqlite:{}", link.display()), &options)
        .await
        .unwrap();
    assert!(store.log.open_writer().await.is_err());
}

async fn a_log_opened_for_reading_is_not_written(engine: Engine) {
    let (_store, mut writer) = engine.open_with_writer().await;
    writer.append(drafts("demo", 1..=3)).await.unwrap();
    drop(writer);
    let store = open(&engine.url(), &read_only()).await.unwrap();
    assert_eq!(seqs(&*store.log, "demo", 0, None).await, [1, 2, 3]);
    assert!(store.log.open_writer().await.is_err());
    store
        .registry
        .set_if_absent("key", "value")
        .await
        .unwrap_err();
}

#[tokio::test]
async fn a_log_of_a_newer_program_is_left_alone() {
    let engine = Engine::sqlite();
    drop(engine.open().await);
    let newer =
        "INSERT INTO refinery_schema_history VALUES (999, 'later', '2030-01-01T00:00:00Z', '1')";
    engine.execute(newer).await.unwrap();
    let error = refusal(&engine.url(), &Options::default()).await;
    assert!(
        matches!(error, OpenError::Version { found: 999, .. }),
        "{error}"
    );
    assert!(
        error.to_string().contains("use the newer program"),
        "{error}"
    );
}
