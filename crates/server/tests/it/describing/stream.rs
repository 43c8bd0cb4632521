//! The live stream is what the document says of it. Schemathesis leaves it
//! out, since a request that never ends cannot be judged by its answer.

use reqwest::{Method, Response};
use serde_json::Value;

use crate::describing::schemas::Schemas;
use crate::support::engine::Engine;
use crate::support::facts::{announcement, entry, gun, passage, status, void};
use crate::support::races::relay;
use crate::support::server::{ADMIN, Server, options, send};
use crate::support::sse::{Item, Stream};
use crate::support::viewer::open;

const ITEMS: &str =
    "/paths/~1api~1races~1{race}~1live/get/responses/200/content/text~1event-stream/x-items";

/// The events in a stream's text.
pub(crate) fn events_in(text: &str) -> Vec<(String, Value)> {
    let field = |block: &str, name: &str| {
        let mut lines = block.lines();
        lines.find_map(|line| Some(line.strip_prefix(name)?.to_owned()))
    };
    text.split("\n\n")
        .filter_map(|block| {
            let data = field(block, "data: ")?;
            let data = serde_json::from_str(&data).expect("events carry JSON");
            Some((field(block, "event: ").expect("events have names"), data))
        })
        .collect()
}

/// The next event of a stream.
async fn event(stream: &mut Stream) -> Option<(String, Value)> {
    loop {
        if let Item::Event { name, data, .. } = stream.next().await? {
            let data = serde_json::from_str(&data).expect("events carry JSON");
            return Some((name, data));
        }
    }
}

/// The first event of a stream.
pub(crate) async fn first_event(response: Response) -> (String, Value) {
    event(&mut Stream::new(response)).await.expect("an event")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn snapshots_diffs_and_goodbyes_fit_their_schemas() {
    let server = Server::with_race(&Engine::sqlite(), &relay()).await;
    let mut schemas = Schemas::new();
    let mut stream = Stream::new(open(&server, "relay", "").await);
    let (name, snapshot) = event(&mut stream).await.expect("a snapshot");
    assert_eq!(name, "snapshot");
    schemas.check(&format!("{ITEMS}/snapshot"), &snapshot);
    let seen = passage("2", "x1", 1_900);
    let story = [
        gun("1", 0),
        passage("1", "km5", 900),
        passage("1", "x1", 1_800),
        seen.clone(),
        void(&seen),
        status("3", "dnf"),
        entry("9", "Late"),
        announcement("Rain"),
    ];
    for fact in &story {
        server
            .record(ADMIN, std::slice::from_ref(fact))
            .await
            .ok(200);
        let (name, diff) = event(&mut stream).await.expect("a diff");
        assert_eq!(name, "diff");
        schemas.check(&format!("{ITEMS}/diff"), &diff);
    }
    server.stop().await;
    let (name, bye) = event(&mut stream).await.expect("a goodbye");
    assert_eq!(name, "bye");
    schemas.check(&format!("{ITEMS}/bye"), &bye);
}

#[tokio::test]
async fn refusals_to_stream_are_those_described() {
    let crowded = tasuki_server::Options {
        viewers_max: 0,
        ..options()
    };
    let engine = Engine::sqlite();
    let server = Server::start_with(&engine, crowded).await;
    server.create(&relay()).await.ok(201);
    let described = "/paths/~1api~1races~1{race}~1live/get/responses";
    let mut schemas = Schemas::new();
    for (address, status) in [
        ("/api/races/relay/live", 503),
        ("/api/races/none/live", 404),
        ("/api/races/relay/live?category=none", 404),
        ("/api/races/relay/live?top=many", 400),
        ("/api/races/relay/live?bibs=,", 400),
    ] {
        let answer = send(server.request(Method::GET, address)).await;
        assert_eq!(answer.status, status, "{address}: {}", answer.text());
        let pointer = format!("{described}/{status}/content/application~1problem+json/schema");
        schemas.check(&pointer, &answer.json());
        assert_eq!(status == 503, !answer.header("retry-after").is_empty());
    }
}
