//! Users and sessions.

use tasuki_log::{
    Deed, Device, Ended, Kept, Role, SESSIONS_PER_USER_MAX, Search, Session, Store, User, Uses,
};
use tasuki_race::Instant;
use uuid::Uuid;

use crate::engine::{Engine, on_both_engines};
use crate::facts::race;

on_both_engines!(
    a_name_and_a_subject_belong_to_one_user,
    a_user_is_changed_with_what_tells_of_it,
    a_session_is_found_until_it_ends,
    a_user_who_is_removed_takes_the_sessions_along,
    sessions_that_are_old_or_unused_are_forgotten,
    of_too_many_sessions_the_one_unused_longest_ends,
    last_uses_are_written_down_and_never_go_back,
    the_version_rises_with_what_others_must_know_and_with_nothing_else,
);

fn at(seconds: i64) -> Instant {
    Instant::from_ms(1_000 * seconds)
}

fn deed(kind: &str) -> Deed {
    Deed::new(at(0), kind, "admin")
}

fn user(number: u8) -> User {
    let role = if number.is_multiple_of(2) {
        Role::Recorder {
            race: race("relay"),
            checkpoint: (number == 2).then(|| "km5".parse().expect("a slug")),
        }
    } else {
        Role::Admin
    };
    User {
        id: Uuid::from_u128(u128::from(number)),
        name: format!("user-{number}"),
        role,
        password: (number != 3).then(|| format!("hash {number}")),
        subject: (number == 3).then(|| "https://id.example 3".to_owned()),
        created_at: at(i64::from(number)),
        disabled_at: None,
    }
}

fn session(number: u8, of: &User, begun: i64, used: i64) -> Session {
    Session {
        hash: [number; 32],
        user: of.id,
        created_at: at(begun),
        last_used_at: at(used),
    }
}

/// A log with the users 1 to 3.
async fn with_users(engine: &Engine) -> (Store, [User; 3]) {
    let store = engine.open().await;
    let users = [user(1), user(2), user(3)];
    for user in users.iter().rev() {
        let created = store.people.create_user(user, &deed("user_created")).await;
        assert_eq!(created.unwrap(), Kept::Done);
    }
    (store, users)
}

/// The kinds of all operations, the oldest first.
async fn told(store: &Store) -> Vec<String> {
    let search = Search {
        limit: 100,
        ..Search::default()
    };
    let page = store.operations.page(&search).await.unwrap();
    page.into_iter().rev().map(|done| done.deed.kind).collect()
}

async fn a_name_and_a_subject_belong_to_one_user(engine: Engine) {
    let (store, users) = with_users(&engine).await;
    let people = &store.people;
    let mut namesake = user(9);
    namesake.name = users[0].name.clone();
    let mut double = user(9);
    double.subject = users[2].subject.clone();
    for taken in [namesake, double] {
        let created = people.create_user(&taken, &deed("user_created")).await;
        assert_eq!(created.unwrap(), Kept::Taken);
    }
    assert_eq!(told(&store).await.len(), 3);
    // Another process finds the same, by name.
    let people = engine.open().await.people;
    assert_eq!(people.users().await.unwrap(), users);
    assert_eq!(
        people.user_named("user-2").await.unwrap(),
        Some(users[1].clone())
    );
    assert_eq!(people.user_named("user-9").await.unwrap(), None);
    let subject = users[2].subject.clone().expect("a subject");
    assert_eq!(
        people.user_of(&subject).await.unwrap(),
        Some(users[2].clone())
    );
}

async fn a_user_is_changed_with_what_tells_of_it(engine: Engine) {
    let (store, [one, two, _]) = with_users(&engine).await;
    let people = &store.people;
    let changed = User {
        role: two.role.clone(),
        password: Some("another".to_owned()),
        disabled_at: Some(at(9)),
        ..one.clone()
    };
    let change = people
        .change_user(&changed, Ended::None, &deed("user_changed"))
        .await;
    assert_eq!(change.unwrap(), Kept::Done);
    assert_eq!(
        people.user_named(&one.name).await.unwrap(),
        Some(changed.clone())
    );
    let missing = people
        .change_user(&user(9), Ended::All, &deed("user_changed"))
        .await;
    assert_eq!(missing.unwrap(), Kept::Missing);
    // What cannot be told is not done.
    let long = deed("user_changed").why("w".repeat(501));
    people
        .change_user(&one, Ended::None, &long)
        .await
        .unwrap_err();
    assert_eq!(people.user_named(&one.name).await.unwrap(), Some(changed));
    assert_eq!(told(&store).await[3..], ["user_changed"]);
}

async fn a_session_is_found_until_it_ends(engine: Engine) {
    let (store, [one, two, _]) = with_users(&engine).await;
    let people = &store.people;
    let sessions = [
        session(1, &one, 10, 20),
        session(2, &one, 10, 20),
        session(3, &one, 10, 20),
        session(4, &two, 10, 20),
    ];
    for begun in &sessions {
        people
            .begin_session(begun, &deed("logged_in"))
            .await
            .unwrap();
    }
    let found = async |number: u8| people.session(&[number; 32]).await.unwrap();
    assert_eq!(found(1).await, Some((sessions[0].clone(), one.clone())));
    assert_eq!(found(4).await, Some((sessions[3].clone(), two.clone())));
    assert_eq!(found(9).await, None);
    assert!(
        people
            .end_session(&[1; 32], &deed("logged_out"))
            .await
            .unwrap()
    );
    assert!(
        !people
            .end_session(&[1; 32], &deed("logged_out"))
            .await
            .unwrap()
    );
    assert_eq!(found(1).await, None);
    let others = Ended::AllBut([3; 32]);
    let change = people
        .change_user(&one, others, &deed("user_changed"))
        .await;
    assert_eq!(change.unwrap(), Kept::Done);
    assert_eq!((found(2).await, found(3).await.is_some()), (None, true));
    let ended = people
        .end_sessions(one.id, Ended::All, &deed("sessions_ended"))
        .await;
    assert_eq!(ended.unwrap(), 1);
    assert_eq!((found(3).await, found(4).await.is_some()), (None, true));
    // Whoever is disabled has none, whatever is kept.
    let disabled = User {
        disabled_at: Some(at(30)),
        ..two
    };
    let change = people
        .change_user(&disabled, Ended::None, &deed("user_changed"))
        .await;
    assert_eq!(change.unwrap(), Kept::Done);
    assert_eq!(found(4).await, None);
    let kinds = told(&store).await;
    assert_eq!(
        kinds[7..],
        [
            "logged_out",
            "user_changed",
            "sessions_ended",
            "user_changed"
        ]
    );
}

async fn a_user_who_is_removed_takes_the_sessions_along(engine: Engine) {
    let (store, [one, ..]) = with_users(&engine).await;
    let people = &store.people;
    let begun = session(1, &one, 10, 20);
    people
        .begin_session(&begun, &deed("logged_in"))
        .await
        .unwrap();
    assert!(
        people
            .delete_user(one.id, &deed("user_deleted"))
            .await
            .unwrap()
    );
    assert!(
        !people
            .delete_user(one.id, &deed("user_deleted"))
            .await
            .unwrap()
    );
    assert_eq!(people.session(&[1; 32]).await.unwrap(), None);
    assert_eq!(people.users().await.unwrap().len(), 2);
    // Nobody can begin one who is not there.
    people
        .begin_session(&begun, &deed("logged_in"))
        .await
        .unwrap_err();
    assert_eq!(told(&store).await[3..], ["logged_in", "user_deleted"]);
}

async fn sessions_that_are_old_or_unused_are_forgotten(engine: Engine) {
    let (store, [one, ..]) = with_users(&engine).await;
    let people = &store.people;
    for begun in [
        session(1, &one, 10, 95),
        session(2, &one, 50, 60),
        session(3, &one, 50, 95),
    ] {
        people
            .begin_session(&begun, &deed("logged_in"))
            .await
            .unwrap();
    }
    assert_eq!(people.forget_sessions(at(20), at(90)).await.unwrap(), 2);
    assert!(people.session(&[3; 32]).await.unwrap().is_some());
    assert_eq!(people.forget_sessions(at(20), at(90)).await.unwrap(), 0);
}

async fn of_too_many_sessions_the_one_unused_longest_ends(engine: Engine) {
    let (store, [one, two, _]) = with_users(&engine).await;
    let people = &store.people;
    let other = session(255, &two, 0, 0);
    people
        .begin_session(&other, &deed("logged_in"))
        .await
        .unwrap();
    let most = u8::try_from(SESSIONS_PER_USER_MAX).expect("few");
    for number in 0..=most {
        // The second is the one that was used longest ago.
        let used = if number == 1 {
            1
        } else {
            100 + i64::from(number)
        };
        let begun = session(number, &one, 0, used);
        people
            .begin_session(&begun, &deed("logged_in"))
            .await
            .unwrap();
    }
    for number in 0..=most {
        let found = people.session(&[number; 32]).await.unwrap();
        assert_eq!(found.is_some(), number != 1, "{number}");
    }
    assert!(people.session(&[255; 32]).await.unwrap().is_some());
}

async fn last_uses_are_written_down_and_never_go_back(engine: Engine) {
    let (store, [one, ..]) = with_users(&engine).await;
    let Store {
        people, registry, ..
    } = &store;
    let device = Device {
        id: Uuid::from_u128(0xabc),
        race: race("relay"),
        checkpoint: None,
        name: "Tablet".to_owned(),
        token_hash: [7; 32],
        created_at: at(1),
        revoked_at: None,
        expires_at: Some(at(1_000)),
        last_used_at: None,
    };
    registry
        .create_device(&device, &deed("device_admitted"))
        .await
        .unwrap();
    let begun = session(1, &one, 10, 20);
    people
        .begin_session(&begun, &deed("logged_in"))
        .await
        .unwrap();
    for (used, shown) in [(30, 30), (25, 30), (40, 40)] {
        let uses = Uses {
            devices: vec![(device.id, at(used)), (Uuid::from_u128(9), at(used))],
            sessions: vec![([1; 32], at(used)), ([9; 32], at(used))],
        };
        people.note_uses(&uses).await.unwrap();
        let devices = registry.devices(&race("relay")).await.unwrap();
        assert_eq!(devices[0].last_used_at, Some(at(shown)));
        assert_eq!(devices[0].expires_at, Some(at(1_000)));
        let (session, _) = people.session(&[1; 32]).await.unwrap().expect("it goes on");
        assert_eq!(session.last_used_at, at(shown));
    }
    people.note_uses(&Uses::default()).await.unwrap();
}

async fn the_version_rises_with_what_others_must_know_and_with_nothing_else(engine: Engine) {
    let (store, [one, two, _]) = with_users(&engine).await;
    let Store {
        people, registry, ..
    } = &store;
    let mut last = people.identity_version().await.unwrap();
    let mut rises = async || {
        let version = people.identity_version().await.unwrap();
        let rises = version > last;
        last = version;
        rises
    };
    for number in [1, 2] {
        let begun = session(number, &one, 10, 20);
        people
            .begin_session(&begun, &deed("logged_in"))
            .await
            .unwrap();
    }
    let uses = Uses {
        devices: Vec::new(),
        sessions: vec![([1; 32], at(30))],
    };
    people.note_uses(&uses).await.unwrap();
    assert!(!rises().await, "a login or a use concerns nobody else");
    people
        .end_session(&[1; 32], &deed("logged_out"))
        .await
        .unwrap();
    assert!(rises().await, "the end of a session");
    let device = Device {
        id: Uuid::from_u128(0xabc),
        race: race("relay"),
        checkpoint: None,
        name: "Tablet".to_owned(),
        token_hash: [7; 32],
        created_at: at(1),
        revoked_at: None,
        expires_at: None,
        last_used_at: None,
    };
    registry
        .create_device(&device, &deed("device_admitted"))
        .await
        .unwrap();
    assert!(rises().await, "a device that is admitted");
    let revoked = deed("device_revoked");
    let revoke = registry.revoke_device(&device.race, device.id, &revoked);
    assert!(revoke.await.unwrap());
    assert!(rises().await, "a device that is revoked");
    people
        .change_user(&one, Ended::None, &deed("user_changed"))
        .await
        .unwrap();
    assert!(rises().await, "a user who is changed");
    people
        .delete_user(two.id, &deed("user_deleted"))
        .await
        .unwrap();
    assert!(rises().await, "a user who is removed");
    assert!(!rises().await);
}

/// Postgres calls, so that nobody has to wait for the next look.
#[tokio::test]
async fn who_listens_to_postgres_is_called() {
    let engine = Engine::postgres().await;
    let (store, [one, ..]) = with_users(&engine).await;
    let elsewhere = engine.open().await;
    let mut news = elsewhere.people.news();
    // Listening is told, too: what was called before was missed.
    tasuki_testkit::waiting::within("the ear", news.changed())
        .await
        .unwrap();
    news.mark_unchanged();
    let change = store
        .people
        .change_user(&one, Ended::None, &deed("user_changed"))
        .await;
    assert_eq!(change.unwrap(), Kept::Done);
    tasuki_testkit::waiting::within("the call", news.changed())
        .await
        .unwrap();
}
