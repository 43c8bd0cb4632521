//! What is served is described, and what is described is served.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use reqwest::Method;

use crate::describing::exchange::operations;
use crate::support::engine::Engine;
use crate::support::server::{ADMIN, Server, send};

/// `PATCH` and `PUT` are for users, passwords and switches alone: facts are appended,
/// never changed.
const METHODS: [Method; 5] = [
    Method::GET,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
];

#[tokio::test]
async fn the_methods_described_are_the_methods_served() {
    let server = Server::start(&Engine::sqlite()).await;
    let described: BTreeSet<(String, &str)> = operations()
        .iter()
        .map(|operation| (operation.method.to_string(), operation.path))
        .collect();
    let paths: BTreeSet<&str> = described.iter().map(|(_, path)| *path).collect();
    for path in paths {
        let address = path
            .replace("{race}", "none")
            .replace("{name}", "none")
            .replace("{id}", "0198c0de-0000-7000-8000-000000000000");
        for method in METHODS {
            let request = server.request(method.clone(), &address).bearer_auth(ADMIN);
            let answer = send(request).await;
            if described.contains(&(method.to_string(), path)) {
                let refused = matches!(answer.status, 405 | 501);
                assert!(!refused, "{method} {path} is described, but not served");
                assert!(
                    !answer.text().contains("there is nothing at"),
                    "{method} {path}"
                );
            } else {
                answer.problem(405, "method_not_allowed");
                assert!(!answer.header("allow").is_empty(), "{method} {path}");
            }
        }
    }
}

#[tokio::test]
async fn options_names_the_methods_of_an_address() {
    let server = Server::start(&Engine::sqlite()).await;
    for (path, methods) in [
        ("/api/races", ["GET", "HEAD", "POST"].as_slice()),
        ("/api/races/none/events", &["POST"]),
        ("/api/races/none/devices/x", &["DELETE"]),
        ("/api/races/none/live", &["GET", "HEAD"]),
    ] {
        let answer = send(server.request(Method::OPTIONS, path)).await;
        assert_eq!(answer.status, 204, "{path}");
        let mut allowed: Vec<&str> = answer.header("allow").split(',').map(str::trim).collect();
        allowed.sort_unstable();
        assert_eq!(allowed, methods, "{path}");
    }
    let nothing = send(server.request(Method::OPTIONS, "/api/nothing")).await;
    nothing.problem(404, "not_found");
}

/// Routes are made in one place, which wants a description for each. Whoever
/// goes around it is found here.
#[test]
fn no_route_of_the_public_listener_is_made_without_a_description() {
    let mut makers = Vec::new();
    visit(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut makers,
    );
    makers.sort();
    // The operations listener is for the operator's tools.
    assert_eq!(makers, ["api/routes.rs", "operating/mod.rs"]);
}

fn visit(folder: &Path, makers: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("the sources") {
        let path = entry.expect("a file").path();
        if path.is_dir() {
            visit(&path, makers);
            continue;
        }
        let text = fs::read_to_string(&path).expect("a source");
        if [".route(", ".nest(", ".route_service("]
            .iter()
            .any(|call| text.contains(call))
        {
            let name = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
            makers.push(name.expect("a source of ours").display().to_string());
        }
    }
}
