//! The proxies that `deploy` describes, in front of a server: what comes is passed on as
//! it happens, over HTTP/2, and everybody is who they are.

use serde_json::json;
use tasuki_server::{Limits, Options};

use crate::support::curl::{Got, Stream, ask};
use crate::support::engine::Engine;
use crate::support::facts::{gun, passage, strangers};
use crate::support::proxy::Proxy;
use crate::support::races::relay;
use crate::support::server::{ADMIN, Server, options};

const LIVE: &str = "/api/races/relay/live";
const STANDINGS: &str = "/api/races/relay/standings";
/// As in the limits below.
const READS_A_MINUTE: usize = 3;

/// A server that believes its proxy, and has little patience with who looks ahead.
async fn server() -> (Engine, Server) {
    let engine = Engine::sqlite();
    let limits: Limits = format!("read={READS_A_MINUTE}").parse().expect("limits");
    let options = Options {
        limits,
        trusted_proxies: "127.0.0.1,::1".parse().expect("proxies"),
        ..options()
    };
    let server = Server::start_with(&engine, options).await;
    server.create(&relay()).await.ok(201);
    (engine, server)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn caddy_passes_everything_on_as_it_happens() {
    let (_engine, server) = server().await;
    let proxy = Proxy::caddy(&server).await;
    passes_on(&server, &proxy).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nginx_passes_everything_on_as_it_happens() {
    let (_engine, server) = server().await;
    let proxy = Proxy::nginx(&server).await;
    passes_on(&server, &proxy).await;
}

async fn passes_on(server: &Server, proxy: &Proxy) {
    let plain = watch(proxy, &["--http2"]);
    let packed = watch(proxy, &["--http2", "--compressed"]);
    let old = watch(proxy, &["--http1.1"]);
    let mut streams = [plain, packed, old];
    // One after the other: each is seen before the next is recorded.
    for (seq, fact) in [(2, gun("1", 0)), (3, passage("1", "km5", 900))] {
        server.record(ADMIN, &[fact]).await.ok(200);
        for stream in &mut streams {
            stream.until(&format!("\"seq\":{seq}"));
        }
    }
    for (stream, status) in streams
        .iter()
        .zip(["HTTP/2 200", "HTTP/2 200", "HTTP/1.1 200"])
    {
        assert!(stream.seen[0].starts_with(status), "{:?}", stream.seen);
    }
    // It is the server's own compression, untouched.
    let coded: Vec<_> = streams
        .iter()
        .map(|stream| is_packed(&stream.seen))
        .collect();
    assert_eq!(coded, [false, true, false]);
    for (http, version) in [("--http2", "2"), ("--http1.1", "1.1")] {
        let got = get(proxy, &[http, "--compressed"], STANDINGS);
        assert_eq!(
            (&got.version[..], &got.status[..]),
            (version, "200"),
            "{got:?}"
        );
        assert!(got.head.contains("strict-transport-security: "), "{got:?}");
        let page = get(proxy, &[http, "--compressed"], "/races/relay");
        let coded = page.head.matches("content-encoding: ").count();
        assert_eq!((&page.status[..], coded), ("200", 1), "{page:?}");
        assert!(page.body.contains("</html>"), "{page:?}");
    }
    each_address_is_its_own(proxy);
    large_bodies_arrive(proxy);
}

fn get(proxy: &Proxy, arguments: &[&str], path: &str) -> Got {
    let (authority, url) = (proxy.authority(), proxy.url(path));
    let ours = ["--cacert", &authority, &url];
    ask(ours.into_iter().chain(arguments.iter().copied()))
}

fn watch(proxy: &Proxy, arguments: &[&str]) -> Stream {
    let (authority, url) = (proxy.authority(), proxy.url(LIVE));
    let ours = ["--cacert", &authority, &url];
    let mut stream = Stream::open(ours.into_iter().chain(arguments.iter().copied()));
    stream.until("event: snapshot");
    stream.until("data: ");
    stream
}

fn is_packed(lines: &[String]) -> bool {
    let head = lines.iter().take_while(|line| !line.is_empty());
    let mut head = head.map(|line| line.to_ascii_lowercase());
    head.any(|line| line == "content-encoding: gzip")
}

/// Who has used its budget up is refused, also who says to be another; others are not.
fn each_address_is_its_own(proxy: &Proxy) {
    let from = |address: &str, claims: &[&str]| {
        let arguments = ["--ipv4", "--interface", address];
        let arguments: Vec<_> = arguments.iter().chain(claims).copied().collect();
        get(
            proxy,
            &arguments,
            "/api/races/relay/expected?checkpoint=km5",
        )
        .status
    };
    for _ in 0..READS_A_MINUTE {
        assert_eq!(from("127.0.0.2", &[]), "200");
    }
    assert_eq!(from("127.0.0.2", &[]), "429");
    for claim in ["X-Forwarded-For: 192.0.2.7", "Forwarded: for=192.0.2.7"] {
        assert_eq!(from("127.0.0.2", &["-H", claim]), "429", "{claim}");
    }
    assert_eq!(from("127.0.0.3", &[]), "200");
}

/// A batch of several megabytes goes through, and its answer comes back.
fn large_bodies_arrive(proxy: &Proxy) {
    let notes = "x".repeat(490);
    let mut facts = strangers(8_000);
    facts
        .iter_mut()
        .for_each(|fact| fact["note"] = json!(notes));
    let folder = tempfile::tempdir().expect("a folder");
    let body = folder.path().join("body.json");
    let text = json!({"events": facts}).to_string();
    assert!(text.len() > 4 * 1024 * 1024);
    std::fs::write(&body, text).expect("is written");
    let (bearer, body) = (
        format!("Authorization: Bearer {ADMIN}"),
        format!("@{}", body.display()),
    );
    let json = "Content-Type: application/json";
    let arguments = ["-H", &bearer, "-H", json, "--data-binary", &body];
    let got = get(proxy, &arguments, "/api/races/relay/events");
    assert_eq!(got.status, "200", "{got:?}");
}
