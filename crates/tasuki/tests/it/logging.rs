//! What the program logs: one event a line, whatever is sent to it, with the name of
//! the request.

use std::io::Read;
use std::process::Stdio;

use serde_json::Value;

use crate::tasuki::{ADMIN_TOKEN, Folder, Server};

/// What somebody sends who would like to write lines of the log.
const FORGED: &str = "7\n2026-01-01T00:00:00Z ERROR forged: \u{1b}[31mall is lost\r\n";

/// What a server logs that was sent that, and then stopped.
async fn logged(format: &str) -> String {
    let folder = Folder::new();
    let arguments = [
        "--log-format",
        format,
        "--log-level",
        "trace",
        "--canary-every",
        "0",
    ];
    let mut server = Server::start_with(&folder, &[], &arguments, Stdio::piped());
    let stderr = server.stderr().expect("a pipe");
    let reading = tokio::task::spawn_blocking(move || {
        let mut text = String::new();
        let mut stderr = stderr;
        stderr.read_to_string(&mut text).expect("it logs text");
        text
    });
    let client = reqwest::Client::new();
    let path: String = FORGED.bytes().map(|byte| format!("%{byte:02x}")).collect();
    for request in [
        client.get(format!("{}/races/{path}", server.url)),
        client.get(format!("{}/api/races/{path}/standings", server.url)),
        client
            .post(format!("{}/api/races/relay/events", server.url))
            .bearer_auth(ADMIN_TOKEN)
            .json(&serde_json::json!({"events": [{"bib": FORGED}]})),
        client
            .put(format!("{}/api/settings/log_level", server.url))
            .bearer_auth(ADMIN_TOKEN)
            .json(&serde_json::json!({"value": "trace", "why": FORGED})),
    ] {
        let request = request.header("X-Request-Id", "name-of-mine");
        request.send().await.expect("an answer");
    }
    assert_eq!(server.terminate(), Some(0));
    reading.await.expect("it is read")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_writes_a_line_of_the_log_for_people() {
    let text = logged("human").await;
    assert!(text.lines().count() > 4, "{text}");
    for line in text.lines() {
        assert!(!line.contains("\u{1b}"), "{line:?}");
        // Each begins with its own moment.
        let moment = line.get(..20).unwrap_or_default();
        let is_moment = moment.starts_with("20") && moment.ends_with('.');
        assert!(is_moment, "{line:?}");
        assert!(!line.starts_with("2026-01-01T00:00:00Z"), "{line:?}");
    }
    let named = text.lines().filter(|line| line.contains("name-of-mine"));
    assert!(named.count() >= 4, "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_line_for_collectors_is_an_object_that_names_its_request() {
    let text = logged("json").await;
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    let of_request = lines
        .iter()
        .filter(|line| line["message"] == "answered")
        .filter(|line| line["span"]["request.id"] == "name-of-mine");
    assert_eq!(of_request.count(), 4, "{text}");
}
