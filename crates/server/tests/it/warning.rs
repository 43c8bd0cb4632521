//! A server that watches over itself says what is wrong, tells others, writes it down,
//! and says when it is over.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use tasuki_log::open;
use tasuki_server::{Alerting, Options, Webhook, start};
use tasuki_testkit::cluster::Cluster;

use crate::support::engine::Engine;
use crate::support::facts::gun;
use crate::support::races::relay;
use crate::support::server::{ADMIN, Server, client, options};
use crate::support::until;

const SECRET: &str = "a-secret-that-both-know";

/// Who is told: keeps what it was sent, and refuses the first so many times.
#[derive(Default)]
struct Told {
    refuse: usize,
    messages: Vec<(String, Bytes)>,
    asked: usize,
}

type Receiver = Arc<Mutex<Told>>;

async fn receive(State(told): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let mut told = told.lock().expect("nobody failed");
    told.asked += 1;
    if told.refuse > 0 {
        told.refuse -= 1;
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    let signature = headers["x-tasuki-signature"].to_str().expect("text");
    told.messages.push((signature.to_owned(), body));
    StatusCode::NO_CONTENT
}

/// Listens somewhere; gives the address.
async fn listen(told: &Receiver) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a port");
    let address = listener.local_addr().expect("an address");
    let router = Router::new().route("/alerts", post(receive));
    let router = router.with_state(Arc::clone(told));
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/alerts")
}

/// Its minutes are seconds.
fn hasty(webhook: Option<Webhook>) -> Options {
    Options {
        alerting: Alerting {
            every: Duration::from_millis(50),
            speed: 60.0,
            webhook,
        },
        ..options()
    }
}

/// The alert of that name, if its condition is met.
async fn alert(server: &Server, name: &str) -> Option<Value> {
    let list = server.get_as(ADMIN, "/api/alerts").await.ok(200);
    let alerts = list["alerts"].as_array().expect("alerts");
    alerts.iter().find(|alert| alert["name"] == name).cloned()
}

fn is_signed(signature: &str, body: &[u8]) -> bool {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("a key");
    mac.update(body);
    let bytes = mac.finalize().into_bytes();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    signature == format!("sha256={hex}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_goes_away_is_told_of_and_so_is_its_return() {
    let told = Receiver::default();
    told.lock().expect("nobody failed").refuse = 1;
    let webhook: Webhook = listen(&told).await.parse().expect("an address");
    let webhook = webhook.signed(SECRET.to_owned()).expect("long enough");
    let cluster = Cluster::start();
    let store = open(&cluster.url(), &tasuki_log::Options::default()).await;
    let running = start(hasty(Some(webhook)), store.expect("the log opens")).await;
    let server = Server {
        running: running.unwrap_or_else(|error| panic!("the server starts: {error}")),
        client: client(),
    };
    server.create(&relay()).await.ok(201);
    let status = server.get("/api/status").await;
    assert_eq!(status.ok(200)["state"], "working");

    tokio::task::block_in_place(|| cluster.kill());
    server.record(ADMIN, &[gun("1", 0)]).await;
    // Half a minute of its own time.
    let firing = until("the alert", || async {
        let alert = alert(&server, "TasukiLogNotWritable").await?;
        (alert["state"] == "firing").then_some(alert)
    })
    .await;
    assert_eq!(firing["severity"], "critical");
    assert_eq!(firing["value"], 0);
    assert_eq!(firing["runbook"], "deploy/runbooks/log-not-writable.md");
    let status = server.get("/api/status").await.ok(200);
    assert_eq!(
        (&status["log"], &status["entry"]),
        (&json!("disturbed"), &json!("disturbed"))
    );
    assert_eq!(status["stream"], "working");

    tokio::task::block_in_place(|| cluster.launch());
    until("the end of the alert", || async {
        alert(&server, "TasukiLogNotWritable")
            .await
            .is_none()
            .then_some(())
    })
    .await;
    // Who was away for a moment is told again, in the order in which it happened.
    let messages = until("messages", || async {
        let told = told.lock().expect("nobody failed");
        let of_log = told.messages.iter().filter(|(_, body)| {
            let body: Value = serde_json::from_slice(body).expect("JSON");
            body["name"] == "TasukiLogNotWritable"
        });
        let of_log: Vec<_> = of_log.cloned().collect();
        (of_log.len() == 2 && told.asked > 2).then_some(of_log)
    })
    .await;
    for ((signature, body), state) in messages.iter().zip(["fired", "cleared"]) {
        assert!(is_signed(signature, body), "{signature}");
        let body: Value = serde_json::from_slice(body).expect("JSON");
        assert_eq!(body["state"], state);
        assert_eq!(body["summary"], "nothing can be recorded");
        assert_eq!(
            (&body["version"], &body["severity"]),
            (&json!(1), &json!("critical"))
        );
    }
    // Written down at last, as of when it happened.
    for kind in ["alert_fired", "alert_cleared"] {
        let operation = until(kind, || async {
            let page = server.operations(&format!("kind={kind}")).await;
            let operations = page["operations"].as_array().expect("operations").clone();
            operations
                .into_iter()
                .find(|operation| operation["about"] == "TasukiLogNotWritable")
        })
        .await;
        assert_eq!(operation["detail"]["severity"], "critical");
        if kind == "alert_fired" {
            assert_eq!(operation["at"], firing["fired"]);
        }
    }
    // And told to everybody.
    let status = until("the incident", || async {
        let status = server.get("/api/status").await.ok(200);
        (status["state"] == "working").then_some(status)
    })
    .await;
    let incident = &status["incidents"][0];
    assert_eq!(incident["part"], "log");
    assert!(incident["ended"].is_string(), "{status}");
    let page = server.get("/status?lang=ja").await;
    assert!(
        page.text().contains("記録を保存できませんでした"),
        "{}",
        page.text()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_stood_when_a_server_ended_is_over_for_the_next() {
    let engine = Engine::sqlite();
    let narrow = Options {
        viewers_max: 1,
        ..hasty(None)
    };
    let server = Server::start_with(&engine, narrow).await;
    server.create(&relay()).await.ok(201);
    let _viewer = crate::support::viewer::Viewer::join(&server, "").await;
    until("a full house", || async {
        let full = alert(&server, "TasukiViewersFull").await?;
        (full["state"] == "firing").then_some(())
    })
    .await;
    // That it was written down is seen by whoever reads it next.
    until("the operation", || async {
        let page = server.operations("kind=alert_fired").await;
        let operations = page["operations"].as_array().expect("operations").clone();
        operations
            .into_iter()
            .find(|it| it["about"] == "TasukiViewersFull")
    })
    .await;
    server.stop().await;
    let server = Server::start_with(&engine, hasty(None)).await;
    let recent = until("the past", || async {
        let list = server.get_as(ADMIN, "/api/alerts").await.ok(200);
        let recent = list["recent"].as_array().expect("alerts").clone();
        recent
            .into_iter()
            .find(|it| it["name"] == "TasukiViewersFull")
    })
    .await;
    assert!(recent["over"].is_string(), "{recent}");
    let cleared = server.operations("kind=alert_cleared").await;
    let cleared = cleared["operations"].as_array().expect("operations");
    let of_it = cleared.iter().find(|it| it["about"] == "TasukiViewersFull");
    assert_eq!(
        of_it.expect("written down")["why"],
        "the server was started anew"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_administrators_are_told_what_is_wrong() {
    let server = Server::start(&Engine::sqlite()).await;
    server.get("/api/alerts").await.problem(401, "unauthorized");
    let list = server.get_as(ADMIN, "/api/alerts").await.ok(200);
    assert!(
        list["alerts"].is_array() && list["recent"].is_array(),
        "{list}"
    );
}
