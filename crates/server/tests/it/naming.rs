//! Every request has a name: a proxy's, if it is sane, else one of our own.

use reqwest::Method;
use tasuki_testkit::cluster::Cluster;

use crate::support::engine::Engine;
use crate::support::facts::gun;
use crate::support::races::relay;
use crate::support::server::{ADMIN, Server, client, options, send};

const NAME: &str = "x-request-id";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_keeps_the_name_that_a_proxy_gave_it() {
    let server = Server::start(&Engine::sqlite()).await;
    let named = async |name: &str| {
        let request = server.request(Method::GET, "/api/races");
        let answer = send(request.header("X-Request-Id", name)).await;
        answer.header(NAME).to_owned()
    };
    assert_eq!(named("edge-7f.A_1").await, "edge-7f.A_1");
    // Whoever writes something else is given another.
    for odd in ["a b", "<script>", "a,b", &"x".repeat(65)] {
        let given = named(odd).await;
        assert_eq!(given.len(), 36, "{given}");
    }
    let one = server.get("/health").await.header(NAME).to_owned();
    let other = server.get("/nowhere").await.header(NAME).to_owned();
    assert_ne!(one, other);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_carries_the_name_of_its_request() {
    let cluster = Cluster::start();
    let store = tasuki_log::open(&cluster.url(), &tasuki_log::Options::default()).await;
    let running = tasuki_server::start(options(), store.expect("the log opens")).await;
    let server = Server {
        running: running.unwrap_or_else(|error| panic!("the server starts: {error}")),
        client: client(),
    };
    server.create(&relay()).await.ok(201);
    tokio::task::block_in_place(|| cluster.kill());
    let request = server.request(Method::POST, "/api/races/relay/events");
    let request = request
        .bearer_auth(ADMIN)
        .header("X-Request-Id", "tablet-9");
    let events = serde_json::json!({"events": [gun("1", 0)]});
    let answer = send(request.json(&events)).await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.header(NAME), "tablet-9");
    assert_eq!(answer.json()["id"], "tablet-9");
}
