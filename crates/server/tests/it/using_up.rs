//! Who wants to use the server up gets its share, and everybody else theirs.

use std::time::{Duration, Instant};

use futures::future::join_all;
use tasuki_server::Options;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::elsewhere::{ELSEWHERE, HERE, ask, client_at, connect_from, get};
use crate::support::engine::Engine;
use crate::support::facts::{passage, strangers};
use crate::support::races::relay;
use crate::support::server::{ADMIN, Server, options, send};
use crate::support::{until, within};

const LIVE: &str = "/api/races/relay/live";
const EVENTS: &str = "/api/races/relay/events";
/// A head is waited for so long, and a little longer.
const HEAD_TIME: Duration = Duration::from_secs(25);
/// A body likewise, and what is left of it.
const BODY_TIME: Duration = Duration::from_secs(40);

async fn limited(limits: &str, viewers_max: usize) -> (Engine, Server) {
    let engine = Engine::sqlite();
    let limited = Options {
        limits: limits.parse().expect("limits"),
        viewers_max,
        ..options()
    };
    let server = Server::start_with(&engine, limited).await;
    server.create(&relay()).await.ok(201);
    (engine, server)
}

/// Records from elsewhere, on a new connection, and sees what it has recorded.
async fn records_elsewhere(server: &Server) {
    let client = client_at(ELSEWHERE);
    let body = serde_json::json!({"events": [passage("1", "km5", 900)]});
    let request = client.post(server.url(EVENTS)).bearer_auth(ADMIN);
    send(request.json(&body)).await.ok(200);
    let standings = server.url("/api/races/relay/standings");
    send(client.get(standings)).await.ok(200);
}

/// How long until the server hangs up, while a byte is sent now and then.
async fn hangs_up(mut stream: TcpStream, begin: String, trickle: &str) -> Duration {
    let begun = Instant::now();
    let mut answer = Vec::new();
    let _ = stream.write_all(begin.as_bytes()).await;
    loop {
        let reading = stream.read_buf(&mut answer);
        match tokio::time::timeout(Duration::from_millis(500), reading).await {
            Ok(Ok(1..)) => {}
            Ok(_) => return begun.elapsed(),
            Err(_) => {
                let _ = stream.write_all(trickle.as_bytes()).await;
            }
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "it never ends");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_sends_a_byte_now_and_then_is_let_go_and_holds_nobody_up() {
    let engine = Engine::sqlite();
    let server = Server::with_race(&engine, &relay()).await;
    let post = format!(
        "POST {EVENTS} HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {ADMIN}\r\n\
         Content-Type: application/json\r\nConnection: close\r\n"
    );
    let slow = [
        // Nothing at all; a head without an end, of both kinds of request.
        (String::new(), "", HEAD_TIME),
        (format!("GET {LIVE} HTTP/1.1\r\n"), "x", HEAD_TIME),
        (format!("{post}X-Slow: "), "x", HEAD_TIME),
        // A connection that was used, and is not any more.
        (get("/health"), "", HEAD_TIME),
        (
            format!("{post}Content-Length: 100000\r\n\r\n"),
            " ",
            BODY_TIME,
        ),
        (
            format!("{post}Transfer-Encoding: chunked\r\n\r\n"),
            "1\r\n \r\n",
            BODY_TIME,
        ),
    ];
    let attacks = slow.iter().flat_map(|attack| [attack; 20]);
    let attacks = attacks.map(async |(begin, trickle, most)| {
        let stream = connect_from(&server, HERE).await;
        let took = hangs_up(stream, begin.clone(), trickle).await;
        assert!(took < *most, "{begin:?} {took:?}");
    });
    let meanwhile = async {
        for _ in 0..20 {
            let begun = Instant::now();
            records_elsewhere(&server).await;
            assert!(begun.elapsed() < Duration::from_secs(5));
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    };
    futures::join!(join_all(attacks), meanwhile);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_address_holds_thousands_of_idle_connections_and_recorders_get_through() {
    // For 100 viewers there are 2,100 connections, 1,100 of them for one address.
    let (_engine, server) = limited("read=120", 100).await;
    let mut idle = Vec::new();
    for _ in 0..15 {
        let connecting = (0..100).map(|_| connect_from(&server, HERE));
        idle.extend(join_all(connecting).await);
    }
    let last = idle.last_mut().expect("many");
    let mut turned_away = ask(last, &get("/health")).await;
    let _ = last.read_to_string(&mut turned_away).await;
    assert!(turned_away.starts_with("HTTP/1.1 429"), "{turned_away}");
    let kept = ask(&mut idle[0], &get("/health")).await;
    assert!(kept.starts_with("HTTP/1.1 200"), "{kept}");
    let (head, body) = turned_away.split_once("\r\n\r\n").expect("a head");
    assert!(head.contains("retry-after: "), "{head}");
    let body: serde_json::Value = serde_json::from_str(body).expect("a problem");
    assert_eq!(body["code"], "too_many_requests");
    records_elsewhere(&server).await;
    // They are given back.
    drop(idle);
    until("a place for this address", || async {
        let mut stream = connect_from(&server, HERE).await;
        let answer = ask(&mut stream, &get("/health")).await;
        answer.starts_with("HTTP/1.1 200").then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_viewers_from_one_address_leaves_seats_to_others() {
    let (_engine, server) = limited("viewers=50", 100).await;
    let flood = (0..300).map(|_| async {
        let mut stream = connect_from(&server, HERE).await;
        let answer = ask(&mut stream, &get(LIVE)).await;
        (stream, answer)
    });
    let flood = join_all(flood).await;
    let count = |status: &str| {
        let answers = flood.iter().map(|(_, answer)| answer);
        answers.filter(|answer| answer.starts_with(status)).count()
    };
    assert_eq!((count("HTTP/1.1 200"), count("HTTP/1.1 429")), (50, 250));
    records_elsewhere(&server).await;
    let others = (0..50).map(|_| async {
        let mut stream = connect_from(&server, ELSEWHERE).await;
        let answer = ask(&mut stream, &get(LIVE)).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        stream
    });
    let others = join_all(others).await;
    // Now all are taken, whoever asks.
    let mut stream = connect_from(&server, ELSEWHERE).await;
    let answer = ask(&mut stream, &get(LIVE)).await;
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    drop(others);
}

#[tokio::test]
async fn a_caller_has_so_many_bodies_under_way_and_others_theirs() {
    let (_engine, server) = limited("bodies=2", 100).await;
    let head = |token: &str| {
        format!(
            "POST {EVENTS} HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n"
        )
    };
    let device = server.admit(None).await;
    let mut under_way = Vec::new();
    for _ in 0..2 {
        let mut stream = connect_from(&server, HERE).await;
        let head = head(&device.token);
        let sending = stream.write_all(head.as_bytes());
        sending.await.expect("is taken");
        under_way.push(stream);
    }
    until("a refusal", || async {
        let answer = server.record(&device.token, &strangers(1)).await;
        (answer.status == 429).then_some(())
    })
    .await;
    server.record(ADMIN, &strangers(1)).await.ok(200);
    drop(under_way);
    until("an end of the others", || async {
        let answer = server.record(&device.token, &strangers(1)).await;
        (answer.status == 200).then_some(())
    })
    .await;
}

/// After a restart, behind one address, with the limits that a server has.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_school_of_two_thousand_comes_back_at_once() {
    let engine = Engine::sqlite();
    let server = Server::with_race_and_limits(&engine, &relay()).await;
    for _ in 0..2 {
        let watching = (0..2_000).map(|_| async {
            let mut stream = connect_from(&server, HERE).await;
            let answer = ask(&mut stream, &get(LIVE)).await;
            assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
            stream
        });
        let watching = join_all(watching).await;
        records_elsewhere(&server).await;
        drop(watching);
    }
}

#[tokio::test]
async fn what_is_too_large_is_refused_and_its_sender_can_go_on() {
    let engine = Engine::sqlite();
    let server = Server::with_race(&engine, &relay()).await;
    for head in [
        format!(
            "GET /health HTTP/1.1\r\nX-Large: {}\r\n\r\n",
            "x".repeat(40_000)
        ),
        format!(
            "GET {LIVE} HTTP/1.1\r\nX-Large: {}\r\n\r\n",
            "x".repeat(40_000)
        ),
        format!("GET /{} HTTP/1.1\r\nHost: test\r\n\r\n", "x".repeat(40_000)),
        format!(
            "GET /health HTTP/1.1\r\n{}\r\n",
            "X-Many: x\r\n".repeat(2_000)
        ),
    ] {
        let mut stream = connect_from(&server, HERE).await;
        let answer = ask(&mut stream, &head).await;
        let told = answer.get(..12).unwrap_or_default();
        // Or nothing: who goes on sending may not be told.
        assert!(
            matches!(told, "HTTP/1.1 431" | "HTTP/1.1 414" | ""),
            "{answer}"
        );
    }
    let many = server.record(ADMIN, &strangers(10_001)).await;
    many.problem(413, "too_many_events");
    within("a request", records_elsewhere(&server)).await;
}
