//! A passage is followed from the tablet's request to the frame that shows it, by a
//! collector that is sent spans.

use std::process::Stdio;
use std::time::Duration;

use opentelemetry_proto::tonic::trace::v1::Span;
use serde_json::{Value, json};
use tasuki_testkit::waiting::until;

use crate::collector::Collector;
use crate::tasuki::{ADMIN_TOKEN, Folder, Server};

/// The trace that the tablet began, and its span.
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const TABLET: &str = "b7ad6b7169203331";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The span of that name in the trace that the tablet began.
fn find<'s>(spans: &'s [Span], name: &str) -> Option<&'s Span> {
    let is_it = |span: &&Span| span.name == name && hex(&span.trace_id) == TRACE;
    spans.iter().find(is_it)
}

fn race() -> Value {
    json!({
        "id": "relay", "name": "Relay", "timezone": "Asia/Tokyo", "resolution_ms": 1_000, "rounding": "up",
        "checkpoints": [
            {"id": "start", "name": "Start", "kind": "start", "distance_m": 0},
            {"id": "finish", "name": "Finish", "kind": "finish", "distance_m": 5_000},
        ],
        "entries": [{"bib": "1", "name": "Alpha"}],
    })
}

fn passage(id: u64) -> Value {
    json!({
        "id": format!("0198c0de-0000-7000-8000-{id:012}"), "type": "passage_recorded", "bib": "1",
        "checkpoint": "finish", "time": "2026-01-02T08:16:40Z",
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_passage_is_followed_from_the_tablet_to_the_frame() {
    let collector = Collector::start();
    let folder = Folder::new();
    let variables = [("OTEL_BSP_SCHEDULE_DELAY", "50")];
    let arguments = ["--otlp-endpoint", &collector.address, "--canary-every", "0"];
    let server = Server::start_with(&folder, &variables, &arguments, Stdio::inherit());
    let client = reqwest::Client::new();
    let post = async |path: &str, body: Value, parent: Option<String>| {
        let request = client
            .post(format!("{}{path}", server.url))
            .bearer_auth(ADMIN_TOKEN);
        let request = match parent {
            Some(parent) => request.header("traceparent", parent),
            None => request,
        };
        let answer = request.json(&body).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{answer:?}");
    };
    post("/api/races", race(), None).await;
    // A tick that shows what came before too belongs to that: all is to be shown first.
    let mut id = 1;
    until("a tick for each part of the views", || {
        id += 1;
        let before = post(
            "/api/races/relay/events",
            json!({"events": [passage(id)]}),
            None,
        );
        let collector = &collector;
        async move {
            before.await;
            let spans = collector.spans();
            let ticks = spans.iter().filter(|span| span.name == "tick");
            (ticks.count() >= 2).then_some(())
        }
    })
    .await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let events = json!({"events": [passage(1)]});
    let parent = format!("00-{TRACE}-{TABLET}-01");
    post("/api/races/relay/events", events, Some(parent)).await;

    let spans = until("the whole way", || async {
        let spans = collector.spans();
        let way = ["append", "queue", "group", "write", "project", "tick"];
        way.into_iter()
            .all(|name| find(&spans, name).is_some())
            .then_some(spans)
    })
    .await;
    let named = |name: &str| find(&spans, name).unwrap_or_else(|| panic!("no {name}"));
    let request = named("POST /api/races/{race}/events");
    assert_eq!(hex(&request.parent_span_id), TABLET);
    for (child, parent) in [
        ("append", "POST /api/races/{race}/events"),
        ("queue", "append"),
        ("group", "append"),
        ("write", "group"),
        ("project", "group"),
        ("tick", "group"),
    ] {
        let (child, parent) = (named(child), named(parent));
        assert_eq!(child.parent_span_id, parent.span_id, "{}", child.name);
        assert!(child.start_time_unix_nano <= child.end_time_unix_nano);
        assert!(parent.start_time_unix_nano <= child.start_time_unix_nano);
    }
    assert_eq!(server.terminate(), Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_of_many_is_linked_with_each_of_them() {
    let collector = Collector::start();
    let folder = Folder::new();
    // By the standard's own variable.
    let variables = [
        ("OTEL_BSP_SCHEDULE_DELAY", "50"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &*collector.address),
    ];
    let server = Server::start_with(
        &folder,
        &variables,
        &["--canary-every", "0"],
        Stdio::inherit(),
    );
    let client = reqwest::Client::new();
    let post = |path: &str, body: Value| {
        let request = client.post(format!("{}{path}", server.url));
        let sent = request.bearer_auth(ADMIN_TOKEN).json(&body).send();
        async move { assert!(sent.await.expect("an answer").status().is_success()) }
    };
    post("/api/races", race()).await;
    let mut id = 0;
    // While one is written, others gather.
    let group = until("a group of several", || {
        let sending = (0..16).map(|_| {
            id += 1;
            post("/api/races/relay/events", json!({"events": [passage(id)]}))
        });
        let sending: Vec<_> = sending.collect();
        let collector = &collector;
        async move {
            futures::future::join_all(sending).await;
            let spans = collector.spans();
            let mut groups = spans.iter().filter(|span| span.name == "group");
            // It belongs to none of them more than to the others: a trace of its own.
            let group = groups.find(|span| span.parent_span_id.is_empty());
            group.cloned()
        }
    })
    .await;
    // Each of them leads to the group, and the group to each.
    until("both ways", || async {
        let spans = collector.spans();
        let linked = group.links.iter();
        let linked = linked.filter_map(|link| spans.iter().find(|it| it.span_id == link.span_id));
        let appends: Vec<_> = linked.filter(|span| span.name == "append").collect();
        let leads_back = |append: &&Span| {
            let mut back = append.links.iter();
            back.any(|it| it.span_id == group.span_id)
        };
        (appends.len() > 1 && appends.iter().all(leads_back)).then_some(())
    })
    .await;
}
