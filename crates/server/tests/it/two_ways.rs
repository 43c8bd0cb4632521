//! Live streams are written in two ways, and nobody can tell which.
//!
//! The same requests, odd ones among them, go to a server whose streams are
//! written by the fan-out and to one whose web server writes them.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;
use tasuki_server::{Options, Writer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::engine::Engine;
use crate::support::races::relay;
use crate::support::server::{ADMIN, Server, options};
use crate::support::sse::{Item, Stream};
use crate::support::viewer::open;
use crate::support::within;

/// Nothing more comes after so long a silence.
const SILENCE: Duration = Duration::from_millis(400);
/// Between two pieces of a request that is sent in pieces.
const PAUSE: Duration = Duration::from_millis(1);

/// What a client sends, and in pieces of how many bytes.
struct Sent {
    text: String,
    piece: usize,
}

fn sent(text: impl Into<String>) -> Sent {
    Sent {
        text: text.into(),
        piece: usize::MAX,
    }
}

fn request(line: &str, headers: &[&str]) -> String {
    let mut text = format!("{line}\r\n");
    for header in headers {
        text.push_str(header);
        text.push_str("\r\n");
    }
    text + "\r\n"
}

/// Of a live stream.
fn live(headers: &[&str]) -> String {
    request("GET /api/races/relay/live HTTP/1.1", headers)
}

fn requests() -> Vec<Sent> {
    let host = "Host: test";
    let mut all = Vec::new();
    for target in [
        "/api/races/relay/live",
        "/api/races/relay/live?",
        "/api/races/relay/live?top=1",
        "/api/races/relay/live?top=+1",
        "/api/races/relay/live?top=-1",
        "/api/races/relay/live?top=1&top=2",
        "/api/races/relay/live?category=univ",
        "/api/races/relay/live?category=nobody",
        "/api/races/relay/live?category=UNIV",
        "/api/races/relay/live?bibs=1,2",
        "/api/races/relay/live?bibs=",
        "/api/races/relay/live?bibs=1,%2F",
        "/api/races/relay/live?bibs=%E5%A5%B3%33",
        "/api/races/relay/live?at_seq=1",
        "/api/races/relay/live?at_seq=1&at=2026-01-02T08:00:00Z",
        "/api/races/relay/live?unknown=1",
        "/api/races/relay/live?top=%zz",
        "/api/races/relay/live?last_event_id=x",
        "/api/races/relay/live?lastEventId=%00",
        "/api/races/relay/live/",
        "/api/races/relay/live#here",
        "/api/races//live",
        "/api/races/moon-run/live",
        "/api/races/Relay/live",
        "/api/races/rel%61y/live",
        "/api/races/relay/l%69ve",
        "/api/races/%ff/live",
        "/api/races/relay%2Flive",
        "//api/races/relay/live",
        "/api/../api/races/relay/live",
        "/api/races/relay/live;x=1",
        "http://test/api/races/relay/live",
        "http://other.example/api/races/relay/live?top=1",
        "*",
        "api/races/relay/live",
        "/api/races/relay/standings",
        "/health",
        "/nowhere",
    ] {
        all.push(sent(request(&format!("GET {target} HTTP/1.1"), &[host])));
    }
    for method in [
        "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "TRACE", "get", "CONNECT", "PATCH",
    ] {
        let line = format!("{method} /api/races/relay/live HTTP/1.1");
        all.push(sent(request(&line, &[host])));
    }
    for version in [
        "HTTP/1.0",
        "HTTP/0.9",
        "HTTP/2.0",
        "HTTP/1.2",
        "http/1.1",
        "HTTP/1.1 ",
        "",
    ] {
        let line = format!("GET /api/races/relay/live {version}");
        all.push(sent(request(&line, &[host])));
    }
    for headers in [
        &[][..],
        &[host, host],
        &["host:test"],
        &["Host: "],
        &["HOST:\ttest  "],
        &["Host : test"],
        &[" Host: test"],
        &[host, "Connection: close"],
        &[host, "Connection: keep-alive"],
        &[
            host,
            "Connection: Keep-Alive, Upgrade",
            "Upgrade: websocket",
        ],
        &[host, "Upgrade: h2c"],
        &[host, "Expect: 100-continue"],
        &[host, "Content-Length: 0"],
        &[host, "Content-Length: 5"],
        &[host, "Content-Length: x"],
        &[host, "Content-Length: 0", "Content-Length: 1"],
        &[host, "Transfer-Encoding: chunked"],
        &[host, "Transfer-Encoding: identity"],
        &[host, "Transfer-Encoding: chunked", "Content-Length: 3"],
        &[host, "TE: trailers"],
        &[host, "Accept: text/event-stream"],
        &[host, "Accept: image/png"],
        &[host, "Accept-Encoding: br, zstd"],
        &[host, "Last-Event-ID: 1-2-3"],
        &[host, "Last-Event-ID: 1", "Last-Event-ID: 2"],
        &[host, "Last-Event-ID: \u{e9}"],
        &[host, "Cookie: a=b; c=d"],
        &[host, "Origin: https://club.example"],
        &[host, "X-Empty:"],
        &[host, "X-Folded: a\r\n b"],
        &[host, "X\u{0}: a"],
        &[host, "X: a\u{0}b"],
        &[host, "X: a\rb"],
        &[host, "no colon"],
        &[host, "Range: bytes=0-1"],
        &[host, "If-None-Match: *"],
    ] {
        all.push(sent(live(headers)));
    }
    let health = request("GET /health HTTP/1.1", &[host]);
    let plain = live(&[host]);
    all.push(sent(format!("{health}{plain}")));
    all.push(sent(format!("{health}{health}{plain}{health}")));
    all.push(sent(format!("{plain}{health}")));
    all.push(sent(format!("{plain}{plain}")));
    all.push(sent(format!("\r\n\r\n{plain}")));
    all.push(sent(plain.replace("\r\n", "\n")));
    all.push(sent(plain.replace(' ', "  ")));
    all.push(sent(plain.replace("GET ", "\u{1}GET ")));
    all.push(sent("\r\n"));
    all.push(sent("GET"));
    all.push(sent(plain[..plain.len() - 1].to_owned()));
    let body = "hello";
    let posted = request("POST /api/races HTTP/1.1", &[host, "Content-Length: 5"]);
    all.push(sent(format!("{posted}{body}{plain}")));
    all.push(sent(request(
        &format!(
            "GET /api/races/relay/live?x={} HTTP/1.1",
            "x".repeat(100_000)
        ),
        &[host],
    )));
    let large = format!("X-Large: {}", "x".repeat(100_000));
    all.push(sent(live(&[host, &large])));
    let many: Vec<String> = (0..120).map(|n| format!("X-{n}: a")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    all.push(sent(live(&many)));
    all.push(sent(live(&many[..99])));
    for piece in [1, 2, 3] {
        all.push(Sent {
            text: format!("{health}{plain}"),
            piece,
        });
    }
    all
}

/// Everything that a server answers until it is silent, or hangs up.
async fn answer(server: &Server, sent: &Sent) -> Vec<u8> {
    answer_and_stay(server, sent).await.1
}

/// The same, and the connection.
async fn answer_and_stay(server: &Server, sent: &Sent) -> (TcpStream, Vec<u8>) {
    let connecting = TcpStream::connect(server.address()).await;
    let mut socket = connecting.expect("a connection");
    socket.set_nodelay(true).expect("a socket");
    for piece in sent.text.as_bytes().chunks(sent.piece) {
        // It may have been refused by now.
        if socket.write_all(piece).await.is_err() {
            break;
        }
        if sent.piece < 10 {
            tokio::time::sleep(PAUSE).await;
        }
    }
    let mut answer = Vec::new();
    while let Ok(Ok(1..)) = tokio::time::timeout(SILENCE, socket.read_buf(&mut answer)).await {}
    (socket, answer)
}

/// An answer without what differs from one to the next.
#[derive(Debug, PartialEq, Eq)]
enum Told {
    /// Status line and headers, in the order of their names.
    Head(String, BTreeSet<String>),
    /// A problem, without its id.
    Problem(Value),
    /// An event's name, a comment or the name of another field.
    Stream(String),
    Other(String),
}

fn told(answer: &[u8]) -> Vec<Told> {
    let text = String::from_utf8_lossy(answer);
    let mut told = Vec::new();
    let mut rest = &*text;
    while let Some(begin) = rest.find("HTTP/1.1 ") {
        told.extend(lines(&rest[..begin]));
        let (head, after) = rest[begin..].split_once("\r\n\r\n").unwrap_or((rest, ""));
        let (status, headers) = head.split_once("\r\n").unwrap_or((head, ""));
        let headers = headers.split("\r\n").map(header).collect();
        told.push(Told::Head(status.to_owned(), headers));
        rest = after;
    }
    told.extend(lines(rest));
    told
}

/// A header without a value that is another each time.
fn header(line: &str) -> String {
    let (name, value) = line.split_once(':').unwrap_or((line, ""));
    match &*name.to_ascii_lowercase() {
        name @ ("date" | "retry-after" | "ratelimit" | "etag" | "content-length"
        | "x-request-id") => name.to_owned(),
        name => format!("{name}:{value}"),
    }
}

fn lines(body: &str) -> Vec<Told> {
    let stream = |line: &str| {
        let field = line.split_once(' ').filter(|(name, _)| name.ends_with(':'));
        match field {
            Some(("event:", name)) => Some(Told::Stream(name.to_owned())),
            Some((name, _)) => Some(Told::Stream(name.to_owned())),
            None => None,
        }
    };
    let other = |line: &str| match serde_json::from_str::<Value>(line) {
        Ok(mut problem) if problem.get("code").is_some() => {
            problem.as_object_mut().and_then(|it| it.remove("id"));
            Some(Told::Problem(problem))
        }
        // Lengths of chunks.
        Ok(Value::Number(_)) => None,
        Ok(it) if it.get("as_of").is_some() => Some(Told::Other("standings".to_owned())),
        _ => Some(Told::Other(line.to_owned())),
    };
    let is_length = |line: &str| line.bytes().all(|byte| byte.is_ascii_hexdigit());
    let lines = body.lines().filter(|line| !is_length(line));
    lines
        .filter_map(|line| stream(line).or_else(|| other(line)))
        .collect()
}

async fn server(writer: Writer) -> (Engine, Server) {
    server_with(Options {
        writer,
        ..options()
    })
    .await
}

async fn server_with(options: Options) -> (Engine, Server) {
    let engine = Engine::sqlite();
    let server = Server::start_with(&engine, options).await;
    server.create(&relay()).await.ok(201);
    (engine, server)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_ways_of_streaming_answer_alike() {
    let (_one, shards) = server(Writer::Shards(2)).await;
    let (_other, axum) = server(Writer::Axum).await;
    let requests = requests();
    assert!(requests.len() >= 100);
    let (shards, axum) = (&shards, &axum);
    let asked = requests.iter().map(|sent| async move {
        let both = futures::join!(answer(shards, sent), answer(axum, sent));
        (sent, both)
    });
    let mut streams = 0;
    for (sent, (by_shards, by_axum)) in futures::future::join_all(asked).await {
        let (by_shards, by_axum) = (told(&by_shards), told(&by_axum));
        let shown: String = sent.text.chars().take(300).collect();
        assert_eq!(by_shards, by_axum, "{shown:?} in pieces of {}", sent.piece);
        streams += usize::from(by_shards.contains(&Told::Stream("snapshot".to_owned())));
    }
    assert!(streams > 30, "{streams} were streams");
    let written = shards.running.written().expect("a fan-out");
    assert!(written.snapshots > 30, "{written:?}");
    assert_eq!(axum.running.written(), None);
}

/// What somebody is told who asks for so much, stream after stream, and closes none.
async fn greedy(writer: Writer, limits: &str) -> Vec<Vec<Told>> {
    let (_engine, server) = server_with(Options {
        writer,
        limits: limits.parse().expect("limits"),
        ..options()
    })
    .await;
    let (mut held, mut answers) = (Vec::new(), Vec::new());
    let [host, health] = ["Host: test", "GET /health HTTP/1.1"];
    let head = request("HEAD /api/races/relay/live HTTP/1.1", &[host]);
    let unknown = live(&[host]).replace("/live", "/live?category=nobody");
    let nowhere = live(&[host]).replace("/relay/", "/nowhere/");
    let after_another = request(health, &[host]) + &live(&[host]);
    let token = format!("Authorization: Bearer {ADMIN}");
    for asked in [
        unknown.clone(),
        live(&[host]),
        live(&[host]),
        live(&[host]),
        after_another,
        live(&[host, "Connection: close"]),
        head,
        unknown,
        nowhere,
        live(&[host, &token]),
    ] {
        let (socket, answer) = answer_and_stay(&server, &sent(asked)).await;
        held.push(socket);
        answers.push(told(&answer));
    }
    answers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_ways_refuse_alike_who_asks_for_too_much() {
    // Requests a minute, the first being for nothing; streams at a time.
    for limits in ["stream=3", "viewers=2"] {
        let greedy_of = |writer| greedy(writer, limits);
        let (shards, axum) = futures::join!(greedy_of(Writer::Shards(2)), greedy_of(Writer::Axum));
        for (place, (by_shards, by_axum)) in shards.iter().zip(&axum).enumerate() {
            assert_eq!(by_shards, by_axum, "{limits}: {place}");
        }
        let is_stream = |told: &&Vec<Told>| told.contains(&Told::Stream("snapshot".to_owned()));
        // Two, and that of the administrator.
        assert_eq!(shards.iter().filter(is_stream).count(), 3, "{limits}");
        let refused = |told: &&Vec<Told>| {
            let is_refusal =
                |it: &Told| matches!(it, Told::Head(status, _) if status.contains("429"));
            told.iter().any(is_refusal)
        };
        assert!(shards.iter().filter(refused).count() >= 3, "{limits}");
    }
}

#[tokio::test]
async fn both_ways_end_a_stream_whose_time_is_over() {
    for writer in [Writer::Shards(1), Writer::Axum] {
        let (_engine, server) = server_with(Options {
            writer,
            stream_time_max: Some(Duration::from_secs(2)),
            ..options()
        })
        .await;
        let mut stream = Stream::new(open(&server, "relay", "").await);
        let mut seen = Vec::new();
        while let Some(item) = within("the end", stream.next()).await {
            seen.push(item);
        }
        // That is for a server that will be away: this one is there.
        let says_bye = |item: &Item| matches!(item, Item::Event { name, .. } if name == "bye");
        assert!(!seen.iter().any(says_bye), "{writer:?}: {seen:?}");
        assert!(seen.len() >= 2, "{writer:?}: {seen:?}");
    }
}
