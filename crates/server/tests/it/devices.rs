//! Devices: admitted with a token that is shown once, revoked at once.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::engine::{Engine, on_both_engines};
use crate::support::facts::{gun, passage};
use crate::support::races::relay;
use crate::support::server::{ADMIN, Server, options, send};

on_both_engines!(
    a_devices_token_and_link_are_shown_once,
    a_revoked_device_is_refused_at_once_and_after_a_restart,
    only_administrators_see_devices,
);

const DEVICES: &str = "/api/races/relay/devices";

async fn a_devices_token_and_link_are_shown_once(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let wanted = json!({"name": "Exchange 1 left", "checkpoint": "x1"});
    let answer = server.post(ADMIN, DEVICES, &wanted).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    let device = answer.ok(201);
    assert_eq!(device["name"], "Exchange 1 left");
    assert_eq!(device["checkpoint"], "x1");
    let token = device["token"].as_str().expect("a token");
    let url = device["url"].as_str().expect("a link");
    let base = format!("http://{}/races/relay/entry#", server.address());
    assert!(url.starts_with(&base) && url.contains(token), "{url}");
    let list = server.get_as(ADMIN, DEVICES).await;
    assert!(!list.text().contains(token), "{}", list.text());
    let list = list.ok(200);
    assert_eq!(list["devices"][0]["id"], device["id"]);
    assert_eq!(list["devices"][0]["name"], "Exchange 1 left");
    assert_eq!(list["devices"][0]["token"], Value::Null);
    let answer = server.record(token, &[passage("1", "x1", 1800)]).await;
    assert_eq!(answer.outcomes(200), ["accepted 2"]);
    let id = device["id"].as_str().expect("an id");
    let picture = server
        .get_as(ADMIN, &format!("{DEVICES}/{id}/qr.svg"))
        .await;
    assert_eq!(picture.status, 200);
    assert_eq!(picture.header("content-type"), "image/svg+xml");
    assert!(picture.text().contains("<svg"), "{}", picture.text());
    assert!(!server.export("relay").await.contains(token));
}

async fn a_revoked_device_is_refused_at_once_and_after_a_restart(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let (kept, lost) = (server.admit(None).await, server.admit(Some("km5")).await);
    server.record(&kept.token, &[gun("1", 0)]).await.ok(200);
    server
        .record(&lost.token, &[passage("1", "km5", 900)])
        .await
        .ok(200);
    assert_eq!(server.revoke(&lost).await.status, 204);
    let refused = server
        .record(&lost.token, &[passage("2", "km5", 900)])
        .await;
    refused.problem(401, "unauthorized");
    let again = server.revoke(&lost).await;
    again.problem(404, "device_not_found");
    let picture = format!("{DEVICES}/{}/qr.svg", lost.id);
    server
        .get_as(ADMIN, &picture)
        .await
        .problem(404, "device_not_found");
    server.stop().await;
    let server = Server::start_with(&engine, options()).await;
    let refused = server
        .record(&lost.token, &[passage("2", "km5", 900)])
        .await;
    refused.problem(401, "unauthorized");
    let taken = server
        .record(&kept.token, &[passage("2", "km5", 900)])
        .await;
    assert_eq!(taken.outcomes(200), ["accepted 4"]);
    // The token is kept nowhere, so its link cannot be drawn again.
    let picture = format!("{DEVICES}/{}/qr.svg", kept.id);
    server
        .get_as(ADMIN, &picture)
        .await
        .problem(410, "link_not_kept");
}

async fn only_administrators_see_devices(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let device = server.admit(None).await;
    let one = format!("{DEVICES}/{}", device.id);
    let picture = format!("{one}/qr.svg");
    let body = json!({"name": "Another"});
    let requests = || {
        [
            server.request(Method::GET, DEVICES),
            server.request(Method::POST, DEVICES).json(&body),
            server.request(Method::DELETE, &one),
            server.request(Method::GET, &picture),
        ]
    };
    for request in requests() {
        send(request).await.problem(401, "unauthorized");
    }
    for request in requests() {
        let answer = send(request.bearer_auth(&device.token)).await;
        answer.problem(403, "forbidden");
    }
    server.record(&device.token, &[gun("1", 0)]).await.ok(200);
}

#[tokio::test]
async fn a_device_that_is_not_there_is_not_found() {
    let engine = Engine::sqlite();
    let server = Server::with_race(&engine, &relay()).await;
    for id in ["0198c0de-0000-7000-8000-000000000000", "tablet"] {
        let one = server.request(Method::DELETE, &format!("{DEVICES}/{id}"));
        let answer = send(one.bearer_auth(ADMIN)).await;
        answer.problem(404, "device_not_found");
        let picture = format!("{DEVICES}/{id}/qr.svg");
        server
            .get_as(ADMIN, &picture)
            .await
            .problem(404, "device_not_found");
    }
}

#[tokio::test]
async fn a_device_that_fits_nowhere_is_refused_by_name() {
    let engine = Engine::sqlite();
    let server = Server::with_race(&engine, &relay()).await;
    let cases = [
        (
            json!({"name": "T", "checkpoint": "km7"}),
            "unknown_checkpoint",
            "km7",
        ),
        (json!({"name": " "}), "invalid_value", "name"),
        (json!({"name": "x".repeat(101)}), "invalid_value", "name"),
        (json!({"checkpoint": "km5"}), "missing_field", "name"),
        (
            json!({"name": "T", "chekpoint": "km5"}),
            "unknown_field",
            "chekpoint",
        ),
    ];
    for (wanted, code, named) in cases {
        let detail = server
            .post(ADMIN, DEVICES, &wanted)
            .await
            .problem(422, code);
        assert!(detail.contains(named), "{detail}");
    }
    let list = server.get_as(ADMIN, DEVICES).await.ok(200);
    assert_eq!(list["devices"], json!([]));
}
