//! Each caller may ask for so much, and what one has used up others have still.

use futures::future::join_all;
use reqwest::Method;
use serde_json::json;
use tasuki_server::Options;

use crate::support::answer::Answer;
use crate::support::elsewhere::{ELSEWHERE, client_at};
use crate::support::engine::Engine;
use crate::support::facts::{gun, passage, strangers};
use crate::support::races::relay;
use crate::support::server::{ADMIN, Server, options, send};

const EVENTS: &str = "/api/races/relay/events";
const EXPECTED: &str = "/api/races/relay/expected";
const STANDINGS: &str = "/api/races/relay/standings";

/// A server with a race, such limits, and a proxy at 127.0.0.1 where one is named.
async fn limited_behind(limits: &str, proxy: Option<&str>) -> (Engine, Server) {
    let engine = Engine::sqlite();
    let limited = Options {
        limits: limits.parse().expect("limits"),
        trusted_proxies: proxy
            .map(|proxy| proxy.parse().expect("addresses"))
            .unwrap_or_default(),
        ..options()
    };
    let server = Server::start_with(&engine, limited).await;
    server.create(&relay()).await.ok(201);
    (engine, server)
}

async fn limited(limits: &str) -> (Engine, Server) {
    limited_behind(limits, None).await
}

/// The statuses of so many requests, one after the other.
async fn statuses(count: usize, ask: impl AsyncFn() -> Answer) -> Vec<u16> {
    let mut statuses = Vec::new();
    for _ in 0..count {
        statuses.push(ask().await.status);
    }
    statuses
}

#[tokio::test]
async fn who_has_used_up_a_budget_is_told_when_there_is_more() {
    let (_engine, server) = limited("read=3").await;
    let read = statuses(3, async || server.get(EXPECTED).await).await;
    assert_eq!(read, [200, 200, 200]);
    let answer = server.get(EXPECTED).await;
    let detail = answer.problem(429, "too_many_requests");
    assert!(detail.contains("3 requests a minute"), "{detail}");
    assert_eq!(answer.header("ratelimit-policy"), "\"read\";q=3;w=60");
    // Three a minute: one every twenty seconds.
    let state = answer.header("ratelimit");
    let seconds = state.strip_prefix("\"read\";r=0;t=").expect("what is left");
    let seconds: u64 = seconds.parse().expect("seconds");
    assert!((1..=20).contains(&seconds), "{seconds}");
    let after: u64 = answer.header("retry-after").parse().expect("seconds");
    assert!((seconds..=seconds + 5).contains(&after), "{after}");
    // A page elsewhere may read why.
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    let exposed = answer.header("access-control-expose-headers");
    assert!(exposed.contains("RateLimit-Policy"), "{exposed}");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn a_flood_from_an_address_touches_no_other_address_and_no_token() {
    let (_engine, server) = limited("read=2,entry=2").await;
    let device = server.admit(None).await;
    let flood = async || server.post("nobody's", EVENTS, &json!({})).await;
    assert_eq!(statuses(4, flood).await, [401, 401, 429, 429]);
    let looking = async || server.get(EXPECTED).await;
    assert_eq!(statuses(3, looking).await, [200, 200, 429]);
    for token in [ADMIN, &device.token] {
        server.record(token, &[gun("1", 0)]).await.ok(200);
        server.get_as(token, EXPECTED).await.ok(200);
    }
    let elsewhere = client_at(ELSEWHERE);
    let answer = send(elsewhere.get(server.url(EXPECTED))).await;
    assert_eq!(answer.status, 200);
    // What costs nothing is counted apart.
    assert_eq!(server.get(STANDINGS).await.status, 200);
}

#[tokio::test]
async fn each_device_has_a_budget_of_its_own() {
    let (_engine, server) = limited("entry=2").await;
    for tablet in ["left", "right"] {
        let device = server.admit(None).await;
        let record = async || server.record(&device.token, &strangers(1)).await;
        assert_eq!(statuses(3, record).await, [200, 200, 429], "{tablet}");
    }
}

#[tokio::test]
async fn looks_into_the_past_are_counted_apart_from_looks_at_the_present() {
    let (_engine, server) = limited("read=1").await;
    let back = format!("{STANDINGS}?at_seq=1");
    assert_eq!(
        statuses(2, async || server.get(&back).await).await,
        [200, 429]
    );
    let present = async || server.get(STANDINGS).await;
    assert_eq!(statuses(3, present).await, [200, 200, 200]);
}

#[tokio::test]
async fn a_limit_that_is_off_is_off() {
    let (_engine, server) = limited("export=off,write=1").await;
    let export = async || server.get_as(ADMIN, "/api/races/relay/log").await;
    assert!(statuses(50, export).await.iter().all(|it| *it == 200));
    let create = server.create(&relay()).await;
    create.problem(429, "too_many_requests");
}

/// A school behind one address, and a press room: everybody opens the page and asks
/// for what it shows, the tablets of the finish record, and nobody is held up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_race_day_behind_one_address_meets_no_limit() {
    let engine = Engine::sqlite();
    let server = Server::with_race_and_limits(&engine, &relay()).await;
    let page = server.get("/races/relay").await.text().to_owned();
    let asset = page.split("src=\"").nth(1).expect("a script");
    let asset = asset.split('"').next().expect("its address");
    for path in [
        "/races/relay",
        asset,
        "/api/races/relay",
        STANDINGS,
        "/api/time",
    ] {
        let asking = (0..300).map(|_| server.get(path));
        for answer in join_all(asking).await {
            assert_eq!(answer.status, 200, "{path}");
        }
    }
    // One token for all 64 of them, each of which waits for its answers.
    let recording = (0..64).map(|tablet| {
        let server = &server;
        async move {
            for n in 0..5 {
                let fact = passage(&format!("{tablet}-{n}"), "km5", 900);
                server.record(ADMIN, &[fact]).await.ok(200);
            }
        }
    });
    join_all(recording).await;
}

#[tokio::test]
async fn a_proxy_that_is_named_says_who_asks() {
    let (_engine, server) = limited_behind("read=2", Some("127.0.0.1")).await;
    let read_for = async |client: &reqwest::Client, list: &'static str| {
        let request = client.get(server.url(EXPECTED));
        send(request.header("X-Forwarded-For", list)).await
    };
    for list in ["192.0.2.1", "192.0.2.2"] {
        let read = async || read_for(&server.client, list).await;
        assert_eq!(statuses(3, read).await, [200, 200, 429], "{list}");
    }
    // What the client itself has written in front tells nothing.
    let forged = read_for(&server.client, "198.51.100.7, 192.0.2.1").await;
    assert_eq!(forged.status, 429);
    // Nobody else is believed.
    let elsewhere = client_at(ELSEWHERE);
    let read = async || read_for(&elsewhere, "192.0.2.1").await;
    assert_eq!(statuses(3, read).await, [200, 200, 429]);
    let forged = read_for(&elsewhere, "192.0.2.9").await;
    assert_eq!(forged.status, 429);
}

#[tokio::test]
async fn what_the_operator_asks_for_is_not_counted() {
    let engine = Engine::sqlite();
    let strict = Options {
        limits: "shared=1,other=1".parse().expect("limits"),
        ops_listen: Some(([127, 0, 0, 1], 0).into()),
        ..options()
    };
    let server = Server::start_with(&engine, strict).await;
    let operations = server.running.ops_address().expect("it listens");
    let url = format!("http://{operations}/metrics");
    let measure = async || send(server.client.get(&url)).await;
    assert_eq!(statuses(3, measure).await, [200, 200, 200]);
    assert_eq!(server.get("/health").await.status, 200);
    let preflight = send(server.request(Method::OPTIONS, "/api/races")).await;
    assert_eq!(preflight.status, 429);
}
