//! People log in and out, and are known in between.

use reqwest::Method;
use serde_json::{Value, json};
use tasuki_server::Options;

use crate::support::engine::{Engine, on_both_engines};
use crate::support::facts::{gun, passage};
use crate::support::people::{Browser, PASSWORD};
use crate::support::races::{relay, relay_named};
use crate::support::server::{ADMIN, Server, options, send};
use crate::support::until;

on_both_engines!(
    who_logs_in_is_known_until_logging_out,
    a_session_outlives_a_restart_and_is_kept_as_a_hash_only,
    a_name_that_nobody_has_is_answered_like_a_wrong_password,
    what_somebody_does_stands_under_their_name,
    a_person_records_in_one_race_and_at_one_checkpoint,
    ones_own_password_is_changed_and_other_browsers_are_logged_out,
    logging_out_everywhere_leaves_nobody_logged_in,
);

async fn who_logs_in_is_known_until_logging_out(engine: Engine) {
    let server = Server::start(&engine).await;
    let id = server.appoint("yamada").await;
    let answer = server.try_to_log_in(" Yamada ", PASSWORD).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    let cookie = answer.header("set-cookie").to_owned();
    for part in [
        "tasuki_session=",
        "; HttpOnly",
        "; SameSite=Strict",
        "; Path=/",
    ] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let session = answer.ok(200);
    assert_eq!(
        (&session["id"], &session["name"]),
        (&json!(id), &json!("yamada"))
    );
    let browser = Browser {
        cookie: cookie.split(';').next().expect("a cookie").to_owned(),
    };
    let known = server.session_of(&browser).await;
    assert_eq!(known.header("cache-control"), "no-store");
    assert_eq!(known.ok(200), session);
    let out = send(server.from(&browser, Method::POST, "/api/logout")).await;
    assert_eq!(out.status, 204, "{}", out.text());
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    server
        .session_of(&browser)
        .await
        .problem(401, "unauthorized");
    let deeds = server.deeds().await;
    let wanted = [
        "logged_out by yamada",
        "logged_in by yamada",
        "user_created by admin",
    ];
    assert_eq!(deeds[..3], wanted);
    // A token is somebody too, and nobody is not.
    let token = server.get_as(ADMIN, "/api/session").await.ok(200);
    assert_eq!(token, json!({"name": "admin", "role": "admin"}));
    server
        .get("/api/session")
        .await
        .problem(401, "unauthorized");
}

async fn a_session_outlives_a_restart_and_is_kept_as_a_hash_only(engine: Engine) {
    let server = Server::start(&engine).await;
    server.appoint("yamada").await;
    let browser = server.log_in("yamada").await;
    server.stop().await;
    let server = Server::start(&engine).await;
    server.session_of(&browser).await.ok(200);
    let people = engine.open().await.people;
    let value = browser.cookie.split_once('=').expect("a value").1;
    let users = format!("{:?}", people.users().await.expect("users"));
    assert!(
        !users.contains(PASSWORD) && users.contains("$argon2id$"),
        "{users}"
    );
    // Half of the cookie is the id, and what is kept is neither half.
    let id: Vec<u8> = (0..64)
        .step_by(2)
        .map(|at| u8::from_str_radix(&value[at..at + 2], 16).expect("digits"))
        .collect();
    let id: [u8; 32] = id.try_into().expect("256 bits");
    assert_eq!(people.session(&id).await.expect("an answer"), None);
}

async fn a_name_that_nobody_has_is_answered_like_a_wrong_password(engine: Engine) {
    let server = Server::start(&engine).await;
    let id = server.appoint("yamada").await;
    let wrong = server
        .try_to_log_in("yamada", "no sash over the bridge")
        .await;
    let said = wrong.problem(401, "login_refused");
    assert_eq!(wrong.header("set-cookie"), "");
    let unknown = server.try_to_log_in("nobody", PASSWORD).await;
    assert_eq!(unknown.problem(401, "login_refused"), said);
    server
        .change_user(&id, &json!({"disabled": true}))
        .await
        .ok(200);
    let disabled = server.try_to_log_in("yamada", PASSWORD).await;
    assert_eq!(disabled.problem(401, "login_refused"), said);
    let told = server.operations("kind=login_refused").await;
    let abouts: Vec<&Value> = told["operations"]
        .as_array()
        .expect("operations")
        .iter()
        .map(|deed| &deed["about"])
        .collect();
    assert_eq!(abouts, ["yamada", "nobody", "yamada"]);
    assert_eq!(told["operations"][0]["by"], "somebody");
    assert_eq!(told["operations"][0]["detail"]["from"], "127.0.0.1");
}

async fn what_somebody_does_stands_under_their_name(engine: Engine) {
    let server = Server::start(&engine).await;
    server.appoint("yamada").await;
    let browser = server.log_in("yamada").await;
    let created = server
        .from(&browser, Method::POST, "/api/races")
        .json(&relay());
    send(created).await.ok(201);
    let events = json!({"events": [gun("1", 0)]});
    let recorded = server.from(&browser, Method::POST, "/api/races/relay/events");
    send(recorded.json(&events)).await.ok(200);
    let switch = json!({"value": "off", "why": "a test"});
    let switched = server.from(&browser, Method::PUT, "/api/settings/expected");
    let switched = send(switched.json(&switch)).await.ok(200);
    assert_eq!(switched["changed"]["by"], "yamada");
    let log = crate::support::chain::verified(&server.export("relay").await);
    assert_eq!(
        (&log[0]["by"], &log[1]["by"]),
        (&json!("yamada"), &json!("yamada"))
    );
    assert_eq!(log[1]["device"], Value::Null);
    let deeds = server.deeds().await;
    assert_eq!(
        deeds[..2],
        ["setting_changed by yamada", "race_created by yamada"]
    );
}

async fn a_person_records_in_one_race_and_at_one_checkpoint(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    server.create(&relay_named("another")).await.ok(201);
    let role = json!({"role": "recorder", "race": "relay", "checkpoint": "km5"});
    server.create_user("suzuki", &role).await.ok(201);
    let browser = server.log_in("suzuki").await;
    let session = server.session_of(&browser).await.ok(200);
    assert_eq!(
        (&session["race"], &session["checkpoint"]),
        (&json!("relay"), &json!("km5"))
    );
    let record = async |race: &str, fact: Value| {
        let path = format!("/api/races/{race}/events");
        let request = server.from(&browser, Method::POST, &path);
        send(request.json(&json!({"events": [fact]}))).await
    };
    assert_eq!(
        record("relay", passage("1", "km5", 900))
            .await
            .outcomes(200),
        ["accepted 2"]
    );
    let refused = record("relay", passage("1", "x1", 1800)).await;
    assert!(
        refused
            .rejected("forbidden")
            .contains("you record at `km5`")
    );
    record("another", gun("1", 0))
        .await
        .problem(403, "forbidden");
    server
        .get_from(&browser, "/api/users")
        .await
        .problem(403, "forbidden");
    server
        .get_from(&browser, "/api/races/relay/review")
        .await
        .ok(200);
}

async fn ones_own_password_is_changed_and_other_browsers_are_logged_out(engine: Engine) {
    let server = Server::start(&engine).await;
    server.appoint("yamada").await;
    let (here, there) = (server.log_in("yamada").await, server.log_in("yamada").await);
    server.session_of(&there).await.ok(200);
    let change = async |current: &str, new: &str| {
        let request = server.from(&here, Method::PUT, "/api/session/password");
        send(request.json(&json!({"current": current, "new": new}))).await
    };
    let new = "second sash over the bridge";
    change("a guess that is wrong", new)
        .await
        .problem(403, "wrong_password");
    change(PASSWORD, "short")
        .await
        .problem(422, "invalid_value");
    assert_eq!(change(PASSWORD, new).await.status, 204);
    server.session_of(&here).await.ok(200);
    server.session_of(&there).await.problem(401, "unauthorized");
    server
        .try_to_log_in("yamada", PASSWORD)
        .await
        .problem(401, "login_refused");
    server.try_to_log_in("yamada", new).await.ok(200);
    // A token has none.
    let body = json!({"current": PASSWORD, "new": new});
    let request = server.request(Method::PUT, "/api/session/password");
    send(request.bearer_auth(ADMIN).json(&body))
        .await
        .problem(403, "forbidden");
}

async fn logging_out_everywhere_leaves_nobody_logged_in(engine: Engine) {
    let server = Server::start(&engine).await;
    let id = server.appoint("yamada").await;
    server.appoint("suzuki").await;
    let (here, there) = (server.log_in("yamada").await, server.log_in("yamada").await);
    let other = server.log_in("suzuki").await;
    for browser in [&here, &there, &other] {
        server.session_of(browser).await.ok(200);
    }
    let out = send(server.from(&here, Method::POST, "/api/logout/everywhere")).await;
    assert_eq!(out.status, 204);
    for browser in [&here, &there] {
        server
            .session_of(browser)
            .await
            .problem(401, "unauthorized");
    }
    server.session_of(&other).await.ok(200);
    let again = server.log_in("yamada").await;
    let path = format!("/api/users/{id}/sessions");
    let out = send(server.from(&other, Method::DELETE, &path)).await;
    assert_eq!(out.status, 204);
    server.session_of(&again).await.problem(401, "unauthorized");
    assert_eq!(server.deeds().await[0], "sessions_ended by suzuki");
}

/// A server with a public address behind TLS.
async fn secure(engine: &Engine) -> Server {
    let secure = Options {
        public_url: Some("https://timing.example.org".to_owned()),
        ..options()
    };
    Server::start_with(engine, secure).await
}

#[tokio::test]
async fn behind_tls_a_browser_sends_the_cookie_over_tls_alone() {
    let engine = Engine::sqlite();
    let server = secure(&engine).await;
    server.appoint("yamada").await;
    let answer = server.try_to_log_in("yamada", PASSWORD).await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-tasuki_session="), "{cookie}");
    assert!(cookie.ends_with("; Secure"), "{cookie}");
    let browser = server.log_in("yamada").await;
    server.session_of(&browser).await.ok(200);
    // Anybody on the way could have planted one without the prefix.
    let planted = Browser {
        cookie: browser.cookie.replace("__Host-", ""),
    };
    server
        .session_of(&planted)
        .await
        .problem(401, "unauthorized");
}

#[tokio::test]
async fn a_proxy_that_is_named_says_that_it_speaks_tls() {
    let engine = Engine::sqlite();
    let proxied = Options {
        trusted_proxies: "127.0.0.1".parse().expect("an address"),
        ..options()
    };
    let server = Server::start_with(&engine, proxied).await;
    server.appoint("yamada").await;
    let login = json!({"name": "yamada", "password": PASSWORD});
    let request = server.request(Method::POST, "/api/login").json(&login);
    let answer = send(request.header("X-Forwarded-Proto", "https")).await;
    assert!(answer.header("set-cookie").ends_with("; Secure"));
    let plain = server.try_to_log_in("yamada", PASSWORD).await;
    assert!(!plain.header("set-cookie").contains("Secure"));
}

#[tokio::test]
async fn a_cookie_that_was_made_up_names_nobody_and_asks_no_database() {
    let server = Server::start(&Engine::sqlite()).await;
    server.appoint("yamada").await;
    let browser = server.log_in("yamada").await;
    let value = browser.cookie.split_once('=').expect("a value").1;
    for forged in [
        "",
        "x",
        &"0".repeat(128),
        &value[1..],
        &format!("1{}", &value[1..]),
    ] {
        if forged == value {
            continue;
        }
        let forged = Browser {
            cookie: format!("tasuki_session={forged}"),
        };
        server
            .session_of(&forged)
            .await
            .problem(401, "unauthorized");
    }
}

#[tokio::test]
async fn who_is_logged_in_still_sees_what_everybody_sees() {
    let engine = Engine::sqlite();
    let server = Server::with_race(&engine, &relay()).await;
    server.appoint("yamada").await;
    let browser = server.log_in("yamada").await;
    let standings = server
        .get_from(&browser, "/api/races/relay/standings")
        .await;
    assert_eq!(standings.status, 200);
    assert!(standings.header("cache-control").contains("public"));
    // What only they see is kept by no cache.
    let devices = server.get_from(&browser, "/api/races/relay/devices").await;
    assert_eq!(devices.header("cache-control"), "private, no-store");
}

#[tokio::test]
async fn while_nothing_may_be_changed_people_still_log_in_to_change_that() {
    let server = Server::start(&Engine::sqlite()).await;
    server.appoint("yamada").await;
    server.switch("read_only", "on").await.ok(200);
    let browser = server.log_in("yamada").await;
    let request = server.from(&browser, Method::PUT, "/api/settings/read_only");
    let off = json!({"value": "off", "why": "it is over"});
    send(request.json(&off)).await.ok(200);
}

#[tokio::test]
async fn a_name_is_tried_as_often_from_all_addresses_as_from_one() {
    let engine = Engine::sqlite();
    let limited = Options {
        limits: "login=3,write=off".parse().expect("limits"),
        trusted_proxies: "127.0.0.1".parse().expect("an address"),
        ..options()
    };
    let server = Server::start_with(&engine, limited).await;
    server.appoint("yamada").await;
    let login_from = async |address: &str, name: &str, password: &str| {
        let login = json!({"name": name, "password": password});
        let request = server.request(Method::POST, "/api/login").json(&login);
        send(request.header("X-Forwarded-For", address)).await
    };
    let office = "192.0.2.1";
    login_from(office, "yamada", PASSWORD).await.ok(200);
    let mut statuses = Vec::new();
    for last in 1..=4 {
        let address = format!("198.51.100.{last}");
        statuses.push(login_from(&address, "yamada", "a guess at it").await.status);
    }
    // One was taken by the office.
    assert_eq!(statuses, [401, 401, 429, 429]);
    let refused = login_from("198.51.100.9", "Yamada", PASSWORD).await;
    refused.problem(429, "too_many_requests");
    assert!(refused.header("ratelimit").starts_with("\"login\";r=0;t="));
    // The office is not kept out by it.
    login_from(office, "yamada", PASSWORD).await.ok(200);
}

#[tokio::test]
async fn the_last_use_of_a_tablet_is_shown_at_once_and_after_a_restart() {
    let engine = Engine::sqlite();
    let server = Server::with_race(&engine, &relay()).await;
    let device = server.admit(None).await;
    let list = "/api/races/relay/devices";
    let before = server.get_as(ADMIN, list).await.ok(200);
    assert_eq!(before["devices"][0]["last_used_at"], Value::Null);
    server.record(&device.token, &[gun("1", 0)]).await.ok(200);
    let after = server.get_as(ADMIN, list).await.ok(200);
    let used = after["devices"][0]["last_used_at"].clone();
    assert!(used.is_string(), "{after}");
    server.stop().await;
    let server = Server::start(&engine).await;
    let kept = server.get_as(ADMIN, list).await.ok(200);
    assert_eq!(kept["devices"][0]["last_used_at"], used);
}

#[tokio::test]
async fn a_token_that_ends_is_refused_from_then_on() {
    let engine = Engine::sqlite();
    let server = Server::with_race(&engine, &relay()).await;
    let soon = tasuki_race::Instant::from_ms(now_ms() + 1_500).to_string();
    let wanted = json!({"name": "Tablet", "expires_at": soon});
    let path = "/api/races/relay/devices";
    let device = server.post(ADMIN, path, &wanted).await.ok(201);
    assert_eq!(device["expires_at"], soon);
    let token = device["token"].as_str().expect("a token");
    server.get_as(token, "/api/session").await.ok(200);
    until("the token's end", async || {
        let answer = server.get_as(token, "/api/session").await;
        (answer.status == 401).then_some(())
    })
    .await;
    let over = json!({"name": "Tablet", "expires_at": "2020-01-01T00:00:00Z"});
    let detail = server
        .post(ADMIN, path, &over)
        .await
        .problem(422, "invalid_value");
    assert!(detail.contains("expires_at"), "{detail}");
}

fn now_ms() -> i64 {
    let since = std::time::UNIX_EPOCH.elapsed().expect("after 1970");
    i64::try_from(since.as_millis()).expect("before the end of time")
}
