//! Administrators create, change and remove users.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::engine::{Engine, on_both_engines};
use crate::support::people::PASSWORD;
use crate::support::races::relay;
use crate::support::server::{ADMIN, Server, send};

on_both_engines!(
    a_user_is_listed_without_a_password_and_removed_for_good,
    a_name_belongs_to_one_user,
    only_administrators_see_and_change_users,
    nobody_locks_oneself_out,
);

async fn a_user_is_listed_without_a_password_and_removed_for_good(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let role = json!({"role": "recorder", "race": "relay", "checkpoint": "x1"});
    let created = server.create_user("suzuki", &role).await.ok(201);
    server.appoint("abe").await;
    let list = server.get_as(ADMIN, "/api/users").await;
    assert_eq!(list.header("cache-control"), "no-store");
    assert!(!list.text().contains("argon2") && !list.text().contains(PASSWORD));
    let list = list.ok(200);
    assert_eq!(list["users"][0]["name"], "abe");
    assert_eq!(list["users"][1], created);
    let browser = server.log_in("suzuki").await;
    server.session_of(&browser).await.ok(200);
    let path = format!("/api/users/{}", created["id"].as_str().expect("an id"));
    let delete = || server.request(Method::DELETE, &path).bearer_auth(ADMIN);
    assert_eq!(send(delete()).await.status, 204);
    server
        .session_of(&browser)
        .await
        .problem(401, "unauthorized");
    send(delete()).await.problem(404, "user_not_found");
    server
        .try_to_log_in("suzuki", PASSWORD)
        .await
        .problem(401, "login_refused");
    // The name is free again, for somebody else.
    let again = server.create_user("suzuki", &role).await.ok(201);
    assert_ne!(again["id"], created["id"]);
    let told = server.operations("kind=user_deleted").await;
    assert_eq!(told["operations"][0]["detail"]["name"], "suzuki");
}

async fn a_name_belongs_to_one_user(engine: Engine) {
    let server = Server::start(&engine).await;
    server.appoint("yamada").await;
    let again = server
        .create_user("YAMADA", &json!({"role": "admin"}))
        .await;
    again.problem(409, "user_exists");
    let list = server.get_as(ADMIN, "/api/users").await.ok(200);
    assert_eq!(list["users"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        server.operations("kind=user_created").await["operations"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
}

async fn only_administrators_see_and_change_users(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let id = server.appoint("yamada").await;
    let device = server.admit(None).await;
    let user = json!({"name": "eve", "password": PASSWORD, "role": "admin"});
    let one = format!("/api/users/{id}");
    let sessions = format!("{one}/sessions");
    let requests = || {
        [
            server.request(Method::GET, "/api/users"),
            server.request(Method::POST, "/api/users").json(&user),
            server
                .request(Method::PATCH, &one)
                .json(&json!({"disabled": true})),
            server.request(Method::DELETE, &one),
            server.request(Method::DELETE, &sessions),
        ]
    };
    for request in requests() {
        send(request).await.problem(401, "unauthorized");
    }
    for request in requests() {
        send(request.bearer_auth(&device.token))
            .await
            .problem(403, "forbidden");
    }
    server.log_in("yamada").await;
    let users = server.get_as(ADMIN, "/api/users").await.ok(200);
    assert_eq!(users["users"].as_array().map(Vec::len), Some(1));
}

async fn nobody_locks_oneself_out(engine: Engine) {
    let server = Server::start(&engine).await;
    let id = server.appoint("yamada").await;
    let browser = server.log_in("yamada").await;
    let path = format!("/api/users/{id}");
    let change = server.from(&browser, Method::PATCH, &path);
    send(change.json(&json!({"disabled": true})))
        .await
        .problem(409, "own_user");
    let delete = server.from(&browser, Method::DELETE, &path);
    send(delete).await.problem(409, "own_user");
    server.session_of(&browser).await.ok(200);
}

#[tokio::test]
async fn what_is_no_user_is_refused_with_what_to_change() {
    let engine = Engine::sqlite();
    let server = Server::with_race(&engine, &relay()).await;
    let user = |change: Value| {
        let mut user = json!({"name": "suzuki", "password": PASSWORD, "role": "admin"});
        let members = change.as_object().expect("members").clone();
        user.as_object_mut().expect("members").extend(members);
        user
    };
    for (change, code, named) in [
        (json!({"name": "a b"}), "invalid_value", "name"),
        (json!({"name": "admin"}), "invalid_value", "admin"),
        (json!({"name": "山田"}), "invalid_value", "a-z"),
        (json!({"password": "short"}), "invalid_value", "12"),
        (json!({"password": "x".repeat(257)}), "invalid_value", "256"),
        (
            json!({"password": "suzuki-suzuki"}),
            "invalid_value",
            "name",
        ),
        (json!({"role": "owner"}), "invalid_value", "role"),
        (json!({"role": "recorder"}), "invalid_value", "race"),
        (json!({"race": "relay"}), "invalid_value", "administrator"),
        (
            json!({"role": "recorder", "race": "none"}),
            "unknown_race",
            "none",
        ),
        (
            json!({"role": "recorder", "race": "relay", "checkpoint": "km7"}),
            "unknown_checkpoint",
            "km7",
        ),
        (json!({"pasword": "x"}), "unknown_field", "pasword"),
    ] {
        let answer = server
            .post(ADMIN, "/api/users", &user(change.clone()))
            .await;
        let detail = answer.problem(422, code);
        assert!(detail.contains(named), "{change}: {detail}");
    }
    let list = server.get_as(ADMIN, "/api/users").await.ok(200);
    assert_eq!(list["users"], json!([]));
    let nobody = "0198c0de-0000-7000-8000-000000000000";
    server
        .change_user(nobody, &json!({}))
        .await
        .problem(404, "user_not_found");
    let id = server.appoint("yamada").await;
    let half = server.change_user(&id, &json!({"race": "relay"})).await;
    assert!(half.problem(422, "invalid_value").contains("role"));
}
