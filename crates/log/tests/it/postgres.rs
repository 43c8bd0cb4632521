//! What only a database server can do to its clients.

use futures::StreamExt;
use tasuki_log::{Deed, Kept, LogError, Role, Search, Session, User};
use tasuki_race::Instant;
use uuid::Uuid;

use crate::engine::Engine;
use crate::facts::{drafts, export, outcomes, race, seqs};

/// Ends every connection of the log, as a failing server or network would.
const CUT: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
    WHERE application_name = 'tasuki' AND datname = current_database()";

#[tokio::test]
async fn a_writer_whose_connection_was_cut_recovers() {
    let engine = Engine::postgres().await;
    let (store, mut writer) = engine.open_with_writer().await;
    writer.append(drafts("demo", 1..=2)).await.unwrap();
    for round in 1..=3 {
        engine.execute(CUT).await.unwrap();
        let number = 2 + round;
        let lost = writer
            .append(drafts("demo", number..=number))
            .await
            .unwrap_err();
        assert!(matches!(lost, LogError::Unavailable(_)), "{lost:?}");
        writer.recover().await.unwrap();
        let appended = writer.append(drafts("demo", 2..=number)).await.unwrap();
        assert_eq!(outcomes(&appended).last(), Some(&format!("+{number}")));
    }
    assert_eq!(seqs(&*store.log, "demo", 0, None).await, [1, 2, 3, 4, 5]);
}

#[tokio::test]
async fn readers_and_followers_survive_a_cut() {
    let engine = Engine::postgres().await;
    let (store, mut writer) = engine.open_with_writer().await;
    writer.append(drafts("demo", 1..=2)).await.unwrap();
    let mut following = store.log.follow(&race("demo"), 0);
    assert_eq!(following.next().await.unwrap().unwrap().seq, 1);
    engine.execute(CUT).await.unwrap();
    writer.recover().await.unwrap();
    writer.append(drafts("demo", 3..=3)).await.unwrap();
    let mut seen = Vec::new();
    while seen.last() != Some(&3) {
        // An error on the way is passed on and not the end.
        seen.extend(following.next().await.unwrap().map(|record| record.seq));
    }
    assert_eq!(seen, [2, 3]);
}

#[tokio::test]
async fn the_right_to_append_passes_on_when_its_connection_is_cut() {
    let engine = Engine::postgres().await;
    let (store, mut old) = engine.open_with_writer().await;
    old.append(drafts("demo", 1..=1)).await.unwrap();
    engine.execute(CUT).await.unwrap();
    let mut new = engine.open().await.log.open_writer().await.unwrap();
    new.append(drafts("demo", 2..=2)).await.unwrap();
    old.append(drafts("demo", 3..=3)).await.unwrap_err();
    assert_eq!(seqs(&*store.log, "demo", 0, None).await, [1, 2]);
}

#[tokio::test]
async fn facts_cannot_be_truncated() {
    let engine = Engine::postgres().await;
    let (store, mut writer) = engine.open_with_writer().await;
    writer.append(drafts("demo", 1..=2)).await.unwrap();
    let before = export(&*store.log, "demo").await;
    let refusal = engine.execute("TRUNCATE facts").await.unwrap_err();
    assert!(refusal.contains("facts are never"), "{refusal}");
    assert_eq!(export(&*store.log, "demo").await, before);
}

#[tokio::test]
async fn the_recorders_role_can_add_facts_and_change_none() {
    let engine = Engine::postgres().await;
    let (_store, mut writer) = engine.open_with_writer().await;
    writer.append(drafts("demo", 1..=1)).await.unwrap();
    let as_recorder = |sql: &str| format!("SET ROLE tasuki_recorder; {sql}");
    for refused in [
        "UPDATE facts SET by = 'x'",
        "DELETE FROM facts",
        "TRUNCATE facts",
        "ALTER TABLE facts DISABLE TRIGGER ALL",
        "DELETE FROM devices",
        "UPDATE settings SET value = 'x'",
        "UPDATE operations SET by = 'x'",
        "DELETE FROM operations",
        "DELETE FROM operations_default",
        "TRUNCATE operations",
        "INSERT INTO operations VALUES (9, 0, 'odd', 'x', NULL, NULL, '{}')",
        "UPDATE operations_number SET last = 0",
        "UPDATE switches SET value = '1'",
        "DELETE FROM switches",
        "UPDATE identity_version SET version = 0",
        "CREATE TABLE more (x int)",
    ] {
        let refusal = engine.execute(&as_recorder(refused)).await.unwrap_err();
        assert!(
            refusal.contains("permission denied") || refusal.contains("must be owner"),
            "{refusal}"
        );
    }
}

#[tokio::test]
async fn a_server_can_run_as_the_recorders_role() {
    let engine = Engine::postgres().await;
    drop(engine.open().await);
    let url = format!("{} options='-c role=tasuki_recorder'", engine.url());
    let store = tasuki_log::open(&url, &tasuki_log::Options::default())
        .await
        .unwrap();
    let mut writer = store.log.open_writer().await.unwrap();
    writer.append(drafts("demo", 1..=300)).await.unwrap();
    assert_eq!(
        outcomes(&writer.append(drafts("demo", 300..=301)).await.unwrap()),
        ["=300", "+301"]
    );
    assert_eq!(
        store.registry.set_if_absent("key", "value").await.unwrap(),
        "value"
    );
    let deed = Deed::new(Instant::from_ms(0), "setting_changed", "admin");
    store.operations.make_room().await.unwrap();
    assert_eq!(store.operations.append(&deed).await.unwrap(), 1);
    let set = store.registry.set_switch("entry", Some("true"), &deed);
    assert_eq!(set.await.unwrap(), 2);
    assert_eq!(store.registry.switches().await.unwrap().len(), 1);
    let search = Search {
        limit: 9,
        ..Search::default()
    };
    assert_eq!(store.operations.page(&search).await.unwrap().len(), 2);
    let user = User {
        id: Uuid::from_u128(1),
        name: "yamada".to_owned(),
        role: Role::Admin,
        password: None,
        subject: None,
        created_at: Instant::from_ms(0),
        disabled_at: None,
    };
    let people = &store.people;
    assert_eq!(people.create_user(&user, &deed).await.unwrap(), Kept::Done);
    let session = Session {
        hash: [1; 32],
        user: user.id,
        created_at: Instant::from_ms(0),
        last_used_at: Instant::from_ms(0),
    };
    people.begin_session(&session, &deed).await.unwrap();
    assert!(people.session(&[1; 32]).await.unwrap().is_some());
    assert!(people.end_session(&[1; 32], &deed).await.unwrap());
    assert_eq!(people.identity_version().await.unwrap(), 1);
    assert!(people.delete_user(user.id, &deed).await.unwrap());
}
