//! It is remembered who is logged in, and forgotten at once when that changes, also
//! where another process has changed it.

use serde_json::json;
use tasuki_log::{Deed, Ended, Store};
use tasuki_race::Instant;

use crate::support::answer::Answer;
use crate::support::engine::{Engine, on_both_engines};
use crate::support::people::Browser;
use crate::support::races::relay;
use crate::support::server::{Server, options, send, with_operations};
use crate::support::until;

on_both_engines!(
    a_change_of_a_user_holds_in_the_next_request,
    what_another_process_changes_about_a_user_holds_here_too,
    a_device_that_another_process_revokes_is_refused_here_too,
    it_is_counted_how_often_the_memory_knows_and_switched_off_it_is_not_asked,
);

/// What another process on the same database does.
fn done_elsewhere() -> Deed {
    Deed::new(Instant::from_ms(0), "changed_elsewhere", "test")
}

async fn a_change_of_a_user_holds_in_the_next_request(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let id = server.appoint("yamada").await;
    let browser = server.log_in("yamada").await;
    // Remembered by now.
    server.get_from(&browser, "/api/users").await.ok(200);
    let change = async |change| server.change_user(&id, &change).await.ok(200);
    change(json!({"role": "recorder", "race": "relay"})).await;
    server
        .get_from(&browser, "/api/users")
        .await
        .problem(403, "forbidden");
    server
        .get_from(&browser, "/api/races/relay/review")
        .await
        .ok(200);
    change(json!({"role": "admin"})).await;
    server.get_from(&browser, "/api/users").await.ok(200);
    change(json!({"disabled": true})).await;
    server
        .session_of(&browser)
        .await
        .problem(401, "unauthorized");
    change(json!({"disabled": false})).await;
    // What was ended does not come back.
    server
        .session_of(&browser)
        .await
        .problem(401, "unauthorized");
    let browser = server.log_in("yamada").await;
    change(json!({"password": "second sash over the bridge"})).await;
    server
        .session_of(&browser)
        .await
        .problem(401, "unauthorized");
}

/// Waits until a browser is answered so.
async fn until_status(server: &Server, browser: &Browser, status: u16) -> Answer {
    until("another answer", async || {
        let answer = server.get_from(browser, "/api/users").await;
        (answer.status == status).then_some(answer)
    })
    .await
}

async fn what_another_process_changes_about_a_user_holds_here_too(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    server.appoint("yamada").await;
    let browser = server.log_in("yamada").await;
    until_status(&server, &browser, 200).await;
    let Store { people, .. } = engine.open().await;
    let user = people.user_named("yamada").await.expect("an answer");
    let user = user.expect("a user");
    let mut recorder = user.clone();
    recorder.role = tasuki_log::Role::Recorder {
        race: "relay".parse().expect("an id"),
        checkpoint: None,
    };
    let deed = done_elsewhere();
    let changed = people.change_user(&recorder, Ended::None, &deed).await;
    changed.expect("a change");
    until_status(&server, &browser, 403).await;
    let changed = people.change_user(&user, Ended::None, &deed).await;
    changed.expect("a change");
    until_status(&server, &browser, 200).await;
    let ended = people.end_sessions(user.id, Ended::All, &deed).await;
    assert_eq!(ended.expect("an answer"), 1);
    until_status(&server, &browser, 401).await;
}

async fn a_device_that_another_process_revokes_is_refused_here_too(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let device = server.admit(None).await;
    server.get_as(&device.token, "/api/session").await.ok(200);
    let Store { registry, .. } = engine.open().await;
    let race = "relay".parse().expect("an id");
    let id = device.id.parse().expect("an id");
    let revoked = registry.revoke_device(&race, id, &done_elsewhere()).await;
    assert!(revoked.expect("an answer"));
    until("the end of the token", async || {
        let answer = server.get_as(&device.token, "/api/session").await;
        (answer.status == 401).then_some(())
    })
    .await;
}

async fn it_is_counted_how_often_the_memory_knows_and_switched_off_it_is_not_asked(engine: Engine) {
    let server = Server::start_with(&engine, with_operations()).await;
    server.appoint("yamada").await;
    let browser = server.log_in("yamada").await;
    let counted = async || {
        let metrics = server.operate("/metrics").await.text().to_owned();
        let of = |name: &str| {
            let line = metrics.lines().find_map(|line| line.strip_prefix(name));
            line.expect("it is counted")
                .trim()
                .parse::<u64>()
                .expect("a number")
        };
        (
            of("tasuki_session_cache_hits_total"),
            of("tasuki_session_cache_misses_total"),
        )
    };
    for _ in 0..10 {
        server.session_of(&browser).await.ok(200);
    }
    let (hits, misses) = counted().await;
    assert_eq!(hits + misses, 10);
    assert!(
        (1..=3).contains(&misses),
        "{misses} of 10 were asked of the database"
    );
    server.switch("session_cache", "off").await.ok(200);
    server.session_of(&browser).await.ok(200);
    assert_eq!(counted().await, (hits, misses));
    // Nothing is remembered that was looked up meanwhile, and nothing is forgotten.
    let deed = done_elsewhere();
    let Store { people, .. } = engine.open().await;
    let user = people
        .user_named("yamada")
        .await
        .expect("an answer")
        .expect("a user");
    people
        .end_sessions(user.id, Ended::All, &deed)
        .await
        .expect("an end");
    server
        .session_of(&browser)
        .await
        .problem(401, "unauthorized");
}

#[tokio::test]
async fn who_is_logged_in_on_too_many_browsers_loses_the_oldest() {
    let engine = Engine::sqlite();
    let server = Server::start_with(&engine, options()).await;
    let id = server.appoint("yamada").await;
    let first = server.log_in("yamada").await;
    let Store { people, .. } = engine.open().await;
    for number in 1..=tasuki_log::SESSIONS_PER_USER_MAX {
        let mut hash = [0; 32];
        hash[..4].copy_from_slice(&number.to_be_bytes());
        let at = Instant::from_ms(i64::MAX / 2 + i64::from(number));
        let session = tasuki_log::Session {
            hash,
            user: id.parse().expect("an id"),
            created_at: at,
            last_used_at: at,
        };
        people
            .begin_session(&session, &done_elsewhere())
            .await
            .expect("a session");
    }
    until("the end of the first session", async || {
        let request = server.from(&first, reqwest::Method::GET, "/api/session");
        (send(request).await.status == 401).then_some(())
    })
    .await;
}
