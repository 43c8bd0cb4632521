//! TLS in the process: what is spoken, what a renewal does, and who is let go.

use std::time::{Duration, Instant};

use futures::future::join_all;
use serde_json::json;
use tasuki_server::Options;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::certificates::Authority;
use crate::support::engine::Engine;
use crate::support::facts::{gun, passage};
use crate::support::races::relay;
use crate::support::secure::{HTTP1, HTTP2, Secure, UNTIL};
use crate::support::server::{ADMIN, Server, with_operations};
use crate::support::{until, within};

/// A handshake and a head are waited for less long.
const PATIENCE: Duration = Duration::from_secs(35);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_are_served_over_either_http_and_for_half_a_year_over_nothing_but_tls() {
    let secure = Secure::start().await;
    for (http, version) in [(HTTP1, "1.1"), (HTTP2, "2")] {
        for path in ["/", "/races/relay", "/api/races", "/nowhere"] {
            let got = secure.ask(&[http], path);
            assert_eq!(got.version, version, "{got:?}");
            let kept = "strict-transport-security: max-age=15552000";
            assert!(got.head.contains(kept), "{path}: {}", got.head);
        }
        let page = secure.ask(&[http], "/").ok();
        assert!(page.body.contains("</html>"), "{page:?}");
    }
    let plain = Server::with_race(&Engine::sqlite(), &relay()).await;
    let answer = plain.get("/").await;
    assert_eq!(answer.header("strict-transport-security"), "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_older_than_tls_1_2_is_spoken() {
    let secure = Secure::start().await;
    for newest in ["1.2", "1.3"] {
        secure.ask(&["--tls-max", newest], "/health").ok();
    }
    // The client would: it is told to take what is no longer safe.
    let weak = [
        "--tls-max",
        "1.1",
        "--tlsv1.0",
        "--ciphers",
        "DEFAULT@SECLEVEL=0",
    ];
    let old = secure.ask(&weak, "/health");
    assert_eq!(old.code, Some(35), "{old:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn links_lead_to_the_secure_address() {
    let secure = Secure::start().await;
    for http in [HTTP1, HTTP2] {
        let device = json!({"name": "Tablet"});
        let admitted = secure.post(http, "/api/races/relay/devices", &device).ok();
        let url = admitted.json()["url"].as_str().expect("a link").to_owned();
        let wanted = secure.url("/races/relay/entry#token=");
        assert!(url.starts_with(&wanted), "{http}: {url}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_arrive_as_they_happen_over_either_http() {
    let secure = Secure::start().await;
    let mut streams = [HTTP1, HTTP2].map(|http| secure.watch(http));
    for (seq, fact) in [(2, gun("1", 0)), (3, passage("1", "km5", 900))] {
        secure.record(HTTP2, &[fact]);
        for stream in &mut streams {
            stream.until(&format!("\"seq\":{seq}"));
        }
    }
    for (stream, version) in streams.iter().zip(["HTTP/1.1 200", "HTTP/2 200"]) {
        assert!(stream.seen[0].starts_with(version), "{:?}", stream.seen);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_canary_sings_over_tls_too() {
    let secure = Secure::start_with(Options {
        canary_every: Some(Duration::from_millis(50)),
        ..with_operations()
    })
    .await;
    let _watching = secure.watch(HTTP1);
    until("songs", || async {
        let sung = secure.metric("tasuki_canary_duration_seconds_count").await;
        sung.filter(|count| *count >= 2.0)
    })
    .await;
    let failures = secure.metric("tasuki_canary_failures_total").await;
    assert_eq!(failures, Some(0.0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_renewed_certificate_is_shown_to_who_comes_and_disturbs_nobody() {
    let secure = Secure::start().await;
    let mut streams = [HTTP1, HTTP2].map(|http| secure.watch(http));
    let expiry = "tasuki_tls_certificate_expiry_timestamp_seconds";
    let before = secure.metric(expiry).await.expect("an expiry");
    // Of another authority: who trusts that one alone can tell.
    let other = Authority::new();
    std::fs::write(secure.pair.path("other.pem"), other.pem()).expect("is written");
    let refused = secure.ask_trusting("other.pem", &[HTTP2], "/health");
    assert_ne!(refused.code, Some(0), "{refused:?}");
    let (cert, key) = other.issue(UNTIL + 1);
    secure.pair.write(&cert, &key);
    until("the new certificate", || async {
        let got = secure.ask_trusting("other.pem", &[HTTP2], "/health");
        (got.code == Some(0)).then_some(())
    })
    .await;
    let after = secure.metric(expiry).await.expect("an expiry");
    assert!(
        (364.0..367.0).contains(&((after - before) / 86_400.0)),
        "{before} {after}"
    );
    let renewals = "tasuki_tls_certificate_renewals_total";
    assert_eq!(secure.metric(renewals).await, Some(1.0));
    // Those who were there before are there still.
    let facts = json!({"events": [gun("1", 0)]}).to_string();
    let bearer = format!("Authorization: Bearer {ADMIN}");
    let json = "Content-Type: application/json";
    let arguments = [HTTP2, "-H", &bearer, "-H", json, "--data-raw", &facts];
    let path = "/api/races/relay/events";
    secure.ask_trusting("other.pem", &arguments, path).ok();
    for stream in &mut streams {
        stream.until("\"seq\":2");
    }
    let operations = secure.ask_trusting(
        "other.pem",
        &["-H", &bearer],
        "/api/operations?kind=certificate_renewed",
    );
    let operations = operations.ok().json();
    assert_eq!(operations["operations"][0]["by"], "server", "{operations}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_that_cannot_be_used_is_counted_and_the_old_one_goes_on() {
    let secure = Secure::start().await;
    let (refused, refusals) = (
        "tasuki_tls_certificate_refused",
        "tasuki_tls_certificate_refusals_total",
    );
    assert_eq!(secure.metric(refused).await, Some(0.0));
    let (cert, key) = secure.authority.issue(UNTIL);
    let (_, another_key) = secure.authority.issue(UNTIL);
    for (count, (cert, key)) in [("cut off", &key[..]), (&cert, &another_key), (&cert, "")]
        .into_iter()
        .enumerate()
    {
        secure.pair.write(cert, key);
        let wanted = Some(count as f64 + 1.0);
        until("a refusal", || async {
            (secure.metric(refusals).await == wanted).then_some(())
        })
        .await;
        assert_eq!(secure.metric(refused).await, Some(1.0));
        secure.ask(&[HTTP2], "/health").ok();
    }
    secure.pair.write(&cert, &key);
    // At once, as SIGHUP does it.
    secure.server.running.renew_certificate().await;
    assert_eq!(secure.metric(refused).await, Some(0.0));
    let bearer = format!("Authorization: Bearer {ADMIN}");
    let arguments = [HTTP1, "-H", &bearer];
    let told = secure.ask(&arguments, "/api/operations?kind=certificate_refused");
    let told = told.ok().json();
    let told = told["operations"].as_array().expect("operations").clone();
    assert_eq!(told.len(), 3, "{told:?}");
    let why = told[1]["detail"]["why"].as_str().expect("a reason");
    assert!(why.contains("does not belong to"), "{why}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_slow_to_shake_hands_or_says_nothing_after_it_is_let_go() {
    let secure = Secure::start().await;
    let hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03";
    let mut slow = Vec::new();
    for begin in [&b""[..], &hello[..1], hello] {
        for _ in 0..10 {
            let stream = TcpStream::connect(secure.server.address()).await;
            let mut stream = stream.expect("connects");
            stream.write_all(begin).await.expect("is taken");
            slow.push(stream);
        }
    }
    // They hold places, as anybody does.
    until("their places", || async {
        let places = secure.metric("tasuki_http_connections").await?;
        (places >= 30.0).then_some(())
    })
    .await;
    let begun = Instant::now();
    let ends = slow.into_iter().map(async |mut stream| {
        let mut rest = Vec::new();
        // Closed or reset.
        let _ = stream.read_to_end(&mut rest).await;
    });
    let silent = ["h2", "http/1.1"].map(async |protocol| {
        let mut stream = secure.connect(&[protocol]).await;
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
    });
    let all = async { futures::join!(join_all(ends), join_all(silent)) };
    let ended = tokio::time::timeout(PATIENCE, all).await;
    assert!(ended.is_ok(), "{:?}", begun.elapsed());
    let late = "tasuki_tls_handshakes_total{outcome=\"late\"}";
    assert_eq!(secure.metric(late).await, Some(30.0));
    secure.ask(&[HTTP2], "/health").ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_speaks_plain_http_is_led_on_or_told() {
    let secure = Secure::start().await;
    let address = secure.server.address();
    let ask = async |request: &str| {
        let mut stream = TcpStream::connect(address).await.expect("connects");
        stream
            .write_all(request.as_bytes())
            .await
            .expect("is taken");
        let mut answer = String::new();
        let reading = stream.read_to_string(&mut answer);
        within("the end", reading).await.expect("an orderly end");
        answer
    };
    let page = ask(&format!(
        "GET /races/relay HTTP/1.1\r\nHost: {address}\r\n\r\n"
    ))
    .await;
    assert!(page.starts_with("HTTP/1.1 307"), "{page}");
    let there = format!("location: https://{address}/races/relay\r\n");
    assert!(page.contains(&there), "{page}");
    let post = "POST /api/races HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}";
    let answer = ask(post).await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert!(answer.contains("\"code\":\"tls_required\""), "{answer}");
    assert!(answer.contains("https://"), "{answer}");
    assert_eq!(ask("\0\0\0\0 noise\r\n\r\n").await, "");
    let not_tls = "tasuki_tls_handshakes_total{outcome=\"not_tls\"}";
    assert_eq!(secure.metric(not_tls).await, Some(3.0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_planned_stop_says_goodbye_over_tls_and_waits_for_nobody() {
    let secure = Secure::start().await;
    let streams = [HTTP1, HTTP2].map(|http| secure.watch(http));
    // One that never asks, and one that never says what it speaks.
    let mut idle = Vec::new();
    for protocol in ["h2", "http/1.1"] {
        idle.push(secure.connect(&[protocol]).await);
    }
    let unshaken = TcpStream::connect(secure.server.address()).await;
    let Secure { server, .. } = secure;
    server.stop().await;
    for mut stream in streams {
        // An end that curl calls a clean one.
        assert_eq!(stream.end(), Some(0), "{:?}", stream.seen);
        let bye = stream.seen.iter().filter(|line| *line == "event: bye");
        assert_eq!(bye.count(), 1, "{:?}", stream.seen);
    }
    drop((idle, unshaken));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_that_are_taken_back_again_and_again_end_the_connection() {
    let secure = Secure::start().await;
    // Each flood is ended. Who is still sending may be cut off before the reason is read.
    let mut reasons = Vec::new();
    for _ in 0..20 {
        reasons.extend(end_of_a_flood(&secure).await);
        if reasons.contains(&h2::Reason::ENHANCE_YOUR_CALM) {
            break;
        }
    }
    assert!(
        reasons.contains(&h2::Reason::ENHANCE_YOUR_CALM),
        "{reasons:?}"
    );
    secure.ask(&[HTTP2], "/health").ok();
}

/// Asks and takes back until the connection is ended; what is said of why.
async fn end_of_a_flood(secure: &Secure) -> Vec<h2::Reason> {
    let stream = secure.connect(&["h2"]).await;
    let (mut client, connection) = h2::client::handshake(stream).await.expect("HTTP/2");
    let connection = tokio::spawn(connection);
    let url = secure.url("/api/races/relay/standings");
    let flood = async {
        loop {
            client = client.clone().ready().await?;
            let request = get(&url);
            let (_answer, mut body) = client.send_request(request, true)?;
            body.send_reset(h2::Reason::CANCEL);
            tokio::task::yield_now().await;
        }
    };
    let ended: Result<(), h2::Error> = within("the end of it", flood).await;
    let error = ended.expect_err("it is ended");
    let of_connection = within("the end of the connection", connection).await;
    let of_connection = of_connection.expect("no panic").err();
    let reasons = [Some(error), of_connection].into_iter().flatten();
    reasons.filter_map(|error| error.reason()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_connection_asks_a_hundred_things_at_a_time_and_no_more() {
    let secure = Secure::start().await;
    let stream = secure.connect(&["h2"]).await;
    let (mut client, connection) = h2::client::handshake(stream).await.expect("HTTP/2");
    let connection = tokio::spawn(connection);
    client = client.ready().await.expect("ready");
    let request = get(&secure.url("/health"));
    let (answer, _) = client.send_request(request, true).expect("is sent");
    // With it come the settings.
    within("an answer", answer).await.expect("an answer");
    assert_eq!(client.current_max_send_streams(), 100);
    let large = "x".repeat(64 * 1024);
    let mut request = get(&secure.url("/health"));
    request
        .headers_mut()
        .insert("x-large", large.parse().expect("a value"));
    let (answer, _) = client.send_request(request, true).expect("is sent");
    let answer = within("a refusal", answer).await;
    let refused = answer.map_or(true, |answer| answer.status() == 431);
    assert!(refused, "a head of 64 KiB is taken");
    connection.abort();
}

fn get(url: &str) -> axum::http::Request<()> {
    axum::http::Request::get(url).body(()).expect("a request")
}

/// Pings are sent every 30 s, and may take 20 s.
const PONG_TIME: Duration = Duration::from_secs(75);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_gone_or_sends_a_byte_now_and_then_is_let_go_over_http2() {
    let secure = Secure::start().await;
    futures::join!(viewer_goes_without_a_word(&secure), body_trickles(&secure));
    secure.ask(&[HTTP2], "/health").ok();
}

/// Its connection stays, and nobody answers on it any more.
async fn viewer_goes_without_a_word(secure: &Secure) {
    let stream = secure.connect(&["h2"]).await;
    let (client, connection) = h2::client::handshake(stream).await.expect("HTTP/2");
    let mut connection = Box::pin(connection);
    let url = secure.url("/api/races/relay/live");
    let watching = async {
        let mut client = client.ready().await.expect("ready");
        let (answer, _) = client.send_request(get(&url), true).expect("is sent");
        (client, answer.await.expect("an answer"))
    };
    let watching = tokio::select! {
        ended = connection.as_mut() => panic!("{ended:?}"),
        watching = watching => watching,
    };
    assert_eq!(watching.1.status(), 200);
    let viewers = async || secure.metric("tasuki_viewers").await;
    assert_eq!(viewers().await, Some(1.0));
    let gone = async {
        while viewers().await != Some(0.0) {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    let gone = tokio::time::timeout(PONG_TIME, gone).await;
    assert!(gone.is_ok(), "it is held for ever");
}

async fn body_trickles(secure: &Secure) {
    let stream = secure.connect(&["h2"]).await;
    let (client, connection) = h2::client::handshake(stream).await.expect("HTTP/2");
    tokio::spawn(connection);
    let mut client = client.ready().await.expect("ready");
    let request = axum::http::Request::post(secure.url("/api/races/relay/events"))
        .header("authorization", format!("Bearer {ADMIN}"))
        .header("content-type", "application/json");
    let request = request.body(()).expect("a request");
    let (answer, mut body) = client.send_request(request, false).expect("is sent");
    let trickle = async {
        loop {
            // Nobody reads it any more once it is refused.
            let _ = body.send_data(" ".into(), false);
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    };
    let answer = tokio::select! {
        () = trickle => unreachable!("it never ends"),
        answer = tokio::time::timeout(PONG_TIME, answer) => answer,
    };
    let answer = answer.expect("it is let go").expect("an answer");
    assert_eq!(answer.status(), 408);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_is_too_large_is_refused_over_either_http() {
    let secure = Secure::start().await;
    let body = secure.pair.path("body.json");
    std::fs::write(&body, " ".repeat(9 * 1024 * 1024)).expect("is written");
    let (bearer, body) = (
        format!("Authorization: Bearer {ADMIN}"),
        format!("@{}", body.display()),
    );
    let json = "Content-Type: application/json";
    for http in [HTTP1, HTTP2] {
        let arguments = [http, "-H", &bearer, "-H", json, "--data-binary", &body];
        let got = secure.ask(&arguments, "/api/races/relay/events");
        assert_eq!(got.status, "413", "{http}: {got:?}");
        assert_eq!(got.json()["status"], 413);
    }
}
