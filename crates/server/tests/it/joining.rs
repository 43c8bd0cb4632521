//! How a live stream begins, and how many may have one.

use reqwest::Method;
use serde_json::json;
use tasuki_server::Options;

use crate::support::engine::Engine;
use crate::support::facts::{gun, passage};
use crate::support::races::{crowd, relay};
use crate::support::server::{ADMIN, Server, options, send};
use crate::support::sse::{Item, Stream};
use crate::support::until;
use crate::support::viewer::{Viewer, open};

const LIVE: &str = "/api/races/relay/live";

#[tokio::test]
async fn a_stream_begins_with_retry_a_comment_and_the_state() {
    let engine = Engine::sqlite();
    let server = Server::with_race(&engine, &relay()).await;
    let mut retries = Vec::new();
    for _ in 0..8 {
        let response = open(&server, "relay", "").await;
        let header = |name: &str| {
            response.headers()[name]
                .to_str()
                .expect("a text")
                .to_owned()
        };
        assert_eq!(header("content-type"), "text/event-stream");
        assert_eq!(header("cache-control"), "no-store, no-transform");
        assert_eq!(header("x-accel-buffering"), "no");
        assert_eq!(header("access-control-allow-origin"), "*");
        let mut stream = Stream::new(response);
        let Some(Item::Retry(ms)) = stream.next().await else {
            panic!("the first thing is `retry`");
        };
        retries.push(ms);
        let Some(Item::Comment(_)) = stream.next().await else {
            panic!("the second thing is a comment");
        };
        let Some(Item::Event { name, id, data }) = stream.next().await else {
            panic!("then comes the state");
        };
        assert_eq!(name, "snapshot");
        assert!(id.is_some());
        let state: serde_json::Value = serde_json::from_str(&data).expect("JSON");
        assert_eq!(state, server.standings("").await);
    }
    // Each viewer has its own, so that they do not come back all at once.
    retries.dedup();
    assert!(retries.len() > 1, "{retries:?}");
}

#[tokio::test]
async fn a_stream_on_which_nothing_happens_carries_comments() {
    let engine = Engine::sqlite();
    let server = Server::with_race(&engine, &relay()).await;
    let mut stream = Stream::new(open(&server, "relay", "").await);
    while !matches!(stream.next().await, Some(Item::Event { .. })) {}
    assert!(matches!(stream.next().await, Some(Item::Comment(_))));
}

#[tokio::test]
async fn a_stream_is_not_compressed() {
    let engine = Engine::sqlite();
    let server = Server::with_race(&engine, &crowd(200)).await;
    let request = server.request(Method::GET, "/api/races/crowd/live");
    let response = request
        .header("Accept-Encoding", "br, zstd, gzip")
        .send()
        .await;
    let response = response.expect("the server answers");
    assert!(!response.headers().contains_key("content-encoding"));
}

#[tokio::test]
async fn a_stream_of_what_is_not_there_is_a_problem() {
    let engine = Engine::sqlite();
    let server = Server::with_race(&engine, &relay()).await;
    let answer = server.get(&format!("{LIVE}?category=none")).await;
    answer.problem(404, "unknown_category");
    let answer = server.get(&format!("{LIVE}?top=x")).await;
    answer.problem(400, "invalid_query");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_viewer_too_many_is_told_to_come_back_and_places_are_given_back() {
    let engine = Engine::sqlite();
    let few = Options {
        viewers_max: 3,
        ..options()
    };
    let server = Server::start_with(&engine, few).await;
    server.create(&relay()).await.ok(201);
    let mut viewers = Vec::new();
    for _ in 0..3 {
        viewers.push(Viewer::join(&server, "").await);
    }
    let answer = server.get(LIVE).await;
    answer.problem(503, "too_many_viewers");
    let seconds: u32 = answer.header("retry-after").parse().expect("seconds");
    assert!(seconds >= 1);
    // Everything else goes on.
    server.record(ADMIN, &[gun("1", 0)]).await.ok(200);
    for viewer in &mut viewers {
        viewer.reach(2).await;
    }
    drop(viewers.pop());
    until("a free place", || async {
        let request = server.request(Method::GET, LIVE);
        let response = request.send().await.expect("an answer");
        (response.status() == 200).then_some(())
    })
    .await;
}

#[tokio::test]
async fn head_takes_no_place() {
    let engine = Engine::sqlite();
    let few = Options {
        viewers_max: 1,
        ..options()
    };
    let server = Server::start_with(&engine, few).await;
    server.create(&relay()).await.ok(201);
    for _ in 0..5 {
        let answer = send(server.request(Method::HEAD, LIVE)).await;
        assert_eq!(answer.status, 200);
    }
    Viewer::join(&server, "").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_race_of_more_than_a_thousand_streams_its_first_hundred() {
    let engine = Engine::sqlite();
    let server = Server::with_race(&engine, &crowd(1_001)).await;
    let mut viewer = Viewer::join_race(&server, "crowd", "").await;
    let mut facts = vec![gun("1", 0)];
    let seen = (1..=300).map(|n| passage(&n.to_string(), "km5", 2_000 - n));
    facts.extend(seen);
    for batch in facts.chunks(43) {
        server.record_in("crowd", ADMIN, batch).await.ok(200);
    }
    viewer.reach(302).await;
    let top = server.standings_of("crowd", "top=100").await;
    assert_eq!(viewer.state, top);
    assert_eq!(top["entries"].as_object().map(|rows| rows.len()), Some(100));
    assert_eq!(top["entries"]["300"]["rank"], 1);
    let all = server.standings_of("crowd", "").await;
    assert_eq!(
        all["entries"].as_object().map(|rows| rows.len()),
        Some(1_001)
    );
    // Whoever asks for more gets it.
    let more = Viewer::join_race(&server, "crowd", "top=200").await;
    assert_eq!(more.state, server.standings_of("crowd", "top=200").await);
    let last = Viewer::join_race(&server, "crowd", "bibs=1001").await;
    assert_eq!(last.state["entries"]["1001"]["splits"], json!({}));
}
