//! What cannot be served is refused with a problem that says what to change.

use futures::stream;
use reqwest::{Body, Method};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::answer::Answer;
use crate::support::engine::Engine;
use crate::support::facts::{passage, strangers};
use crate::support::races::{relay, with};
use crate::support::server::{ADMIN, Server, send};
use crate::support::within;

const EVENTS: &str = "/api/races/relay/events";
/// One more than the contract allows.
const TOO_MANY_BYTES: usize = 9 * 1024 * 1024;

/// A server with a race; the log goes with the engine.
async fn relay_server() -> (Engine, Server) {
    let engine = Engine::sqlite();
    let server = Server::with_race(&engine, &relay()).await;
    (engine, server)
}

async fn post_raw(server: &Server, content_type: &str, body: impl Into<Body>) -> Answer {
    let request = server.request(Method::POST, EVENTS).bearer_auth(ADMIN);
    send(request.header("Content-Type", content_type).body(body)).await
}

#[tokio::test]
async fn a_body_that_is_not_json_is_refused_with_line_and_column() {
    let (_engine, server) = relay_server().await;
    let body = "{\n  \"events\": [\n    {\"id\": ,}\n  ]\n}";
    let detail = post_raw(&server, "application/json", body).await;
    let detail = detail.problem(400, "malformed_json");
    assert!(detail.contains("line 3, column 12"), "{detail}");
    for body in ["", "{", "{} {}", "\u{feff}{}"] {
        let answer = post_raw(&server, "application/json", body).await;
        answer.problem(400, "malformed_json");
    }
    let deep = "[".repeat(100_000);
    let answer = post_raw(&server, "application/json", deep).await;
    answer.problem(400, "malformed_json");
}

#[tokio::test]
async fn a_body_that_is_not_utf8_is_refused_with_the_place() {
    let (_engine, server) = relay_server().await;
    let answer = post_raw(&server, "application/json", &b"{\"events\":[\"\xff\"]}"[..]).await;
    let detail = answer.problem(400, "invalid_utf8");
    assert!(detail.contains("12"), "{detail}");
}

#[tokio::test]
async fn another_content_type_than_json_is_refused() {
    let (_engine, server) = relay_server().await;
    let body = json!({"events": [passage("1", "km5", 900)]}).to_string();
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonx",
    ] {
        let answer = post_raw(&server, kind, body.clone()).await;
        answer.problem(415, "unsupported_media_type");
    }
    let bare = server.request(Method::POST, EVENTS).bearer_auth(ADMIN);
    let answer = send(bare.body(body.clone())).await;
    answer.problem(415, "unsupported_media_type");
    let answer = post_raw(&server, "Application/JSON; charset=utf-8", body).await;
    assert_eq!(answer.outcomes(200), ["accepted 2"]);
}

#[tokio::test]
async fn a_body_of_another_shape_is_refused_by_name() {
    let (_engine, server) = relay_server().await;
    let cases = [
        (json!({"events": []}), "no_events", "events"),
        (json!({}), "missing_field", "events"),
        (json!({"events": [], "evnts": []}), "unknown_field", "evnts"),
        (json!({"events": {}}), "invalid_value", "events"),
        (json!([]), "invalid_value", ""),
    ];
    for (body, code, named) in cases {
        let detail = server.post(ADMIN, EVENTS, &body).await.problem(422, code);
        assert!(detail.contains(named), "{detail}");
    }
}

#[tokio::test]
async fn more_than_ten_thousand_facts_are_refused_as_a_whole() {
    let (_engine, server) = relay_server().await;
    let answer = server.record(ADMIN, &strangers(10_001)).await;
    let detail = answer.problem(413, "too_many_events");
    assert!(detail.contains("10000"), "{detail}");
    assert_eq!(server.standings("").await["seq"], 1);
}

#[tokio::test]
async fn a_body_of_nine_mebibytes_is_refused_with_or_without_a_length() {
    let (_engine, server) = relay_server().await;
    for _ in 0..5 {
        let answer = post_raw(&server, "application/json", vec![b' '; TOO_MANY_BYTES]).await;
        let detail = answer.problem(413, "body_too_large");
        assert!(detail.contains("8 MiB"), "{detail}");
        let chunk = || Ok::<_, std::io::Error>(vec![b' '; TOO_MANY_BYTES / 9]);
        let chunks: Vec<_> = (0..9).map(|_| chunk()).collect();
        let chunked = Body::wrap_stream(stream::iter(chunks));
        let answer = post_raw(&server, "application/json", chunked).await;
        answer.problem(413, "body_too_large");
    }
    assert_eq!(server.get("/health").await.status, 200);
}

/// Asks to record with a body of blanks, all of which is sent before the
/// answer is read; gives the answer's first line.
async fn send_blanks(server: &Server, token: &str, length: usize) -> String {
    let mut stream = TcpStream::connect(server.address())
        .await
        .expect("connects");
    let head = format!(
        "POST {EVENTS} HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    );
    let request = [head.as_bytes(), &vec![b' '; length]].concat();
    let sending = stream.write_all(&request);
    within("the end of the request", sending)
        .await
        .expect("the request is taken");
    let mut answer = vec![0; 12];
    let reading = stream.read_exact(&mut answer);
    within("an answer", reading).await.expect("an answer");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_client_that_sends_all_before_it_reads_is_told_why_it_is_refused() {
    let (_engine, server) = relay_server().await;
    let cases = [
        (ADMIN, TOO_MANY_BYTES, "HTTP/1.1 413"),
        ("revoked", TOO_MANY_BYTES, "HTTP/1.1 401"),
        ("revoked", 1024 * 1024, "HTTP/1.1 401"),
        (ADMIN, 1024 * 1024, "HTTP/1.1 400"),
    ];
    for (token, length, status) in cases {
        assert_eq!(send_blanks(&server, token, length).await, status);
    }
}

#[tokio::test]
async fn a_client_that_asks_before_it_sends_is_refused_before_it_sends() {
    let (_engine, server) = relay_server().await;
    let mut stream = TcpStream::connect(server.address())
        .await
        .expect("connects");
    let head = format!(
        "POST {EVENTS} HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {ADMIN}\r\n\
         Content-Type: application/json\r\nContent-Length: {TOO_MANY_BYTES}\r\n\
         Expect: 100-continue\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.expect("is taken");
    let mut answer = vec![0; 12];
    let reading = stream.read_exact(&mut answer);
    within("an answer", reading).await.expect("an answer");
    assert_eq!(String::from_utf8_lossy(&answer), "HTTP/1.1 413");
}

#[tokio::test]
async fn a_definition_that_does_not_hold_together_is_refused_by_name() {
    let engine = Engine::sqlite();
    let server = Server::start(&engine).await;
    let changed = |pointer: &str, value: Value| {
        let mut race = relay();
        *race.pointer_mut(pointer).expect("is there") = value;
        race
    };
    let cases = [
        (changed("/checkpoints/1/distance_m", json!(-1)), "-1"),
        (
            changed("/checkpoints/1/distance_m", json!(15_000)),
            "course order",
        ),
        (
            changed("/checkpoints/1/distance_m", json!(5000.5)),
            "distance_m",
        ),
        (changed("/checkpoints/1/id", json!("start")), "start"),
        (changed("/entries/1/bib", json!("1")), "`1`"),
        (changed("/entries/1/bib", json!("1/2")), "bib"),
        (changed("/entries/1/categories", json!(["none"])), "none"),
        (changed("/legs", json!([{"id": "1"}])), "legs"),
        (changed("/timezone", json!("Asia/Nowhere")), "Asia/Nowhere"),
        (changed("/id", json!("No Slug")), "No Slug"),
        (with(relay(), "distances", json!(1)), "distances"),
    ];
    for (race, named) in cases {
        let answer = server.create(&race).await;
        let code = answer.json()["code"].as_str().expect("a code").to_owned();
        let detail = answer.problem(422, &code);
        assert!(detail.contains(named), "{named} is not in: {detail}");
    }
    let list = server.get("/api/races").await.ok(200);
    assert_eq!(list, json!({"races": []}));
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let (_engine, server) = relay_server().await;
    for path in [
        "/api/nothing",
        "/nothing",
        "/api/races/relay/nothing",
        "/api/races/relay/",
    ] {
        server.get_as(ADMIN, path).await.problem(404, "not_found");
    }
    for end in ["", "/standings", "/live", "/log", "/review", "/devices"] {
        let answer = server.get_as(ADMIN, &format!("/api/races/none{end}")).await;
        answer.problem(404, "race_not_found");
    }
    let answer = server
        .record_in("none", ADMIN, &[passage("1", "km5", 900)])
        .await;
    answer.problem(404, "race_not_found");
    for category in ["none", "univ2"] {
        let path = format!("/api/races/relay/standings?category={category}");
        server.get(&path).await.problem(404, "unknown_category");
    }
}

#[tokio::test]
async fn a_path_that_is_not_utf8_is_refused() {
    let (_engine, server) = relay_server().await;
    for end in ["", "/standings", "/live", "/log", "/review", "/devices"] {
        let answer = server.get_as(ADMIN, &format!("/api/races/%ff{end}")).await;
        let detail = answer.problem(404, "not_found");
        assert!(detail.contains("UTF-8"), "{detail}");
    }
}

#[tokio::test]
async fn a_method_that_does_nothing_is_refused_with_those_that_do() {
    let (_engine, server) = relay_server().await;
    let cases = [
        (Method::DELETE, "/api/races", "GET,HEAD,POST"),
        (Method::POST, "/api/races/relay", "GET,HEAD"),
        (Method::PUT, "/api/races/relay/standings", "GET,HEAD"),
        (Method::POST, "/api/races/relay/live", "GET,HEAD"),
        (Method::GET, EVENTS, "POST"),
        (Method::PATCH, "/api/races/relay/log", "GET,HEAD"),
    ];
    for (method, path, allowed) in cases {
        let answer = send(server.request(method, path)).await;
        answer.problem(405, "method_not_allowed");
        let mut given: Vec<&str> = answer.header("allow").split(',').map(str::trim).collect();
        given.sort_unstable();
        assert_eq!(given.join(","), allowed, "{path}");
    }
}

#[tokio::test]
async fn query_values_that_mean_nothing_are_refused_by_name() {
    let (_engine, server) = relay_server().await;
    let cases = [
        ("top=x", "top"),
        ("top=-1", "top"),
        ("top=", "top"),
        ("top=1.5", "top"),
        ("at_seq=first", "at_seq"),
        ("at=yesterday", "at"),
        ("at=2024-01-02T08:00:00Z&at_seq=1", "at_seq"),
        ("bibs=1,,2", "bibs"),
        ("bibs=a%2Fb", "bibs"),
        ("category=Univ", "category"),
        ("top=1&top=2", "top"),
    ];
    for (query, named) in cases {
        let path = format!("/api/races/relay/standings?{query}");
        let detail = server.get(&path).await.problem(400, "invalid_query");
        assert!(detail.contains(named), "{query}: {detail}");
    }
    let many: Vec<String> = (0..201).map(|n| n.to_string()).collect();
    let path = format!("/api/races/relay/standings?bibs={}", many.join(","));
    server.get(&path).await.problem(400, "invalid_query");
    let path = "/api/races/relay/log?after=x";
    server
        .get_as(ADMIN, path)
        .await
        .problem(400, "invalid_query");
}

#[tokio::test]
async fn what_is_not_http_is_answered_and_harms_nobody() {
    let (_engine, server) = relay_server().await;
    for nonsense in [
        "\r\n\r\nnonsense\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "\0\0\0\0\r\n\r\n",
    ] {
        let mut stream = TcpStream::connect(server.address())
            .await
            .expect("connects");
        stream
            .write_all(nonsense.as_bytes())
            .await
            .expect("is taken");
        let mut answer = Vec::new();
        within("the end", stream.read_to_end(&mut answer))
            .await
            .expect("an end");
        let answer = String::from_utf8_lossy(&answer);
        assert!(
            answer.starts_with("HTTP/1.1 400") || answer.is_empty(),
            "{answer}"
        );
    }
    let padding = "x".repeat(100_000);
    let request = server
        .request(Method::GET, "/health")
        .header("X-Padding", padding);
    let answer = send(request).await;
    assert_eq!(answer.status, 431);
    assert_eq!(server.get("/health").await.status, 200);
}
