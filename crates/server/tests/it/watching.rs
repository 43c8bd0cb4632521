//! Watching without a stream: what anybody may read, and how it is cached.

use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::support::engine::{Engine, on_both_engines};
use crate::support::facts::{gun, passage};
use crate::support::races::{crowd, relay, relay_named, with};
use crate::support::server::{ADMIN, Server, send};

on_both_engines!(
    the_list_shows_every_race_but_the_unlisted,
    standings_are_not_sent_again_while_nothing_happens,
);

const STANDINGS: &str = "/api/races/relay/standings";

async fn the_list_shows_every_race_but_the_unlisted(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let hidden = with(relay_named("rehearsal"), "listed", json!(false));
    server.create(&hidden).await.ok(201);
    server.create(&relay_named("second")).await.ok(201);
    let answer = server.get("/api/races").await;
    let list = answer.ok(200);
    let ids = |list: &Value| -> Vec<String> {
        let races = list["races"].as_array().expect("races").iter();
        races.map(|race| race["id"].to_string()).collect()
    };
    let mut listed = ids(&list);
    listed.sort_unstable();
    assert_eq!(listed, ["\"relay\"", "\"second\""]);
    // Whoever knows its name finds it all the same.
    server.get("/api/races/rehearsal").await.ok(200);
    server.get("/api/races/rehearsal/standings").await.ok(200);
}

async fn standings_are_not_sent_again_while_nothing_happens(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let first = server.get(STANDINGS).await;
    first.ok(200);
    let caching = "public, s-maxage=1, stale-while-revalidate=5";
    assert_eq!(first.header("cache-control"), caching);
    assert_eq!(first.header("content-type"), "application/json");
    let etag = first.header("etag").to_owned();
    let asked = |tag: &str| {
        let tag = tag.to_owned();
        send(
            server
                .request(Method::GET, STANDINGS)
                .header("If-None-Match", tag),
        )
    };
    for tag in [&etag, &format!("\"other\", {etag}"), "*"] {
        let same = asked(tag).await;
        assert_eq!(same.status, 304, "{tag}");
        assert_eq!(same.header("etag"), etag);
        assert_eq!(same.header("cache-control"), caching);
        assert_eq!(same.header("access-control-allow-origin"), "*");
        assert!(same.body.is_empty());
    }
    server.record(ADMIN, &[gun("1", 0)]).await.ok(200);
    let changed = asked(&etag).await;
    assert_eq!(changed.ok(200)["seq"], 2);
    assert_ne!(changed.header("etag"), etag);
}

#[tokio::test]
async fn a_definition_is_sent_again_only_when_it_changed() {
    let engine = Engine::sqlite();
    let server = Server::with_race(&engine, &relay()).await;
    let definition = "/api/races/relay";
    let first = server.get(definition).await;
    let etag = first.header("etag").to_owned();
    let asked = || {
        send(
            server
                .request(Method::GET, definition)
                .header("If-None-Match", &etag),
        )
    };
    server.record(ADMIN, &[gun("1", 0)]).await.ok(200);
    assert_eq!(asked().await.status, 304, "a gun changes no definition");
    let entry = json!({
        "id": "0198c0de-0000-7000-8000-00000000beef", "type": "entry_registered",
        "entry": { "bib": "late", "name": "A late entry" },
    });
    server.record(ADMIN, &[entry]).await.ok(200);
    let changed = asked().await.ok(200).to_string();
    assert!(changed.contains("A late entry"), "{changed}");
}

#[tokio::test]
async fn every_compression_gives_the_same_bytes() {
    let engine = Engine::sqlite();
    let server = Server::with_race(&engine, &crowd(500)).await;
    let path = "/api/races/crowd/standings";
    let plain = server.get(path).await;
    assert_eq!(plain.header("content-encoding"), "");
    assert!(plain.header("vary").contains("accept-encoding"));
    let decoding = || Client::builder().no_gzip().no_brotli().no_zstd();
    let clients = [
        ("br", decoding().brotli(true)),
        ("zstd", decoding().zstd(true)),
        ("gzip", decoding().gzip(true)),
    ];
    for (encoding, client) in clients {
        let request = server.request(Method::GET, path);
        let packed = send(request.header("Accept-Encoding", encoding)).await;
        assert_eq!(packed.header("content-encoding"), encoding);
        assert_eq!(packed.header("etag"), plain.header("etag"));
        assert!(packed.body.len() < plain.body.len() / 4, "{encoding}");
        let client = client.build().expect("a client");
        let unpacked = send(client.get(server.url(path))).await;
        assert_eq!(unpacked.body, plain.body, "{encoding}");
    }
}

#[tokio::test]
async fn other_origins_may_read_and_never_write() {
    let engine = Engine::sqlite();
    let server = Server::with_race(&engine, &relay()).await;
    let from_elsewhere = |method: Method, path: &str| {
        let request = server.request(method, path);
        request.header("Origin", "https://elsewhere.example")
    };
    let read = [
        "/api/races",
        "/api/races/relay",
        STANDINGS,
        "/api/time",
        "/api/races/none",
    ];
    for path in read {
        let answer = send(from_elsewhere(Method::GET, path)).await;
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
    }
    let facts = json!({"events": [gun("1", 0)]});
    let writing = from_elsewhere(Method::POST, "/api/races/relay/events").bearer_auth(ADMIN);
    let answer = send(writing.json(&facts)).await;
    answer.ok(200);
    assert_eq!(answer.header("access-control-allow-origin"), "");
    let preflight = |method: &'static str, path: &str| {
        let request = from_elsewhere(Method::OPTIONS, path);
        send(request.header("Access-Control-Request-Method", method))
    };
    for path in [STANDINGS, "/api/races/relay/live"] {
        let answer = preflight("GET", path).await;
        assert_eq!(answer.status, 204);
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        let headers = answer.header("access-control-allow-headers").to_lowercase();
        assert!(headers.contains("last-event-id"), "{headers}");
    }
    for method in ["POST", "DELETE"] {
        let answer = preflight(method, "/api/races/relay/events").await;
        assert_eq!(answer.header("access-control-allow-origin"), "", "{method}");
    }
}

#[tokio::test]
async fn head_gives_the_headers_of_get_and_no_body() {
    let engine = Engine::sqlite();
    let server = Server::with_race(&engine, &relay()).await;
    for path in [STANDINGS, "/api/races/relay/live", "/api/races", "/health"] {
        let answer = send(server.request(Method::HEAD, path)).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.body.is_empty());
    }
    let (head, get) = (
        send(server.request(Method::HEAD, STANDINGS)).await,
        server.get(STANDINGS).await,
    );
    assert_eq!(head.header("etag"), get.header("etag"));
    let live = send(server.request(Method::HEAD, "/api/races/relay/live")).await;
    assert_eq!(live.header("content-type"), "text/event-stream");
}

#[tokio::test]
async fn what_is_not_known_is_absent_and_not_null() {
    let engine = Engine::sqlite();
    let server = Server::with_race(&engine, &relay()).await;
    server
        .record(ADMIN, &[gun("1", 0), passage("1", "x1", 1800)])
        .await
        .ok(200);
    for path in [
        STANDINGS,
        "/api/races/relay",
        "/api/races",
        "/api/races/relay/standings?top=1",
    ] {
        let text = server.get(path).await.ok(200).to_string();
        assert!(!text.contains("null"), "{text}");
    }
}
