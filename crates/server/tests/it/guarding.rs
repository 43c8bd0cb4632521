//! What a browser is told to forbid, and that the pages live with it.

use std::path::Path;

use crate::describing::guide::scratch;
use crate::describing::tools::provided;
use crate::support::browser::headless;
use crate::support::engine::Engine;
use crate::support::races::relay;
use crate::support::server::{ADMIN, Server};
use crate::support::viewer::open;

const PAGES: [&str; 6] = [
    "/",
    "/login",
    "/api",
    "/races/relay",
    "/races/relay/entry",
    "/races/none",
];

#[tokio::test]
async fn every_page_forbids_what_it_does_not_need() {
    let server = Server::with_race(&Engine::sqlite(), &relay()).await;
    for path in PAGES {
        let page = server.get(path).await;
        let policy = page.header("content-security-policy");
        for needed in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(needed), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        for (name, value) in [
            ("x-frame-options", "DENY"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(page.header(name), value, "{path}");
        }
        assert!(page.header("permissions-policy").contains("camera=()"));
    }
}

#[tokio::test]
async fn whatever_is_no_page_is_none() {
    let server = Server::with_race(&Engine::sqlite(), &relay()).await;
    for path in [
        "/api/races",
        "/api/races/relay/standings",
        "/api/races/relay/results.xml",
        "/api/races/relay/log",
        "/health",
        "/nowhere",
    ] {
        let answer = server.get_as(ADMIN, path).await;
        let policy = answer.header("content-security-policy");
        assert_eq!(
            policy, "default-src 'none'; frame-ancestors 'none'",
            "{path}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
    }
    let stream = open(&server, "relay", "").await;
    assert_eq!(stream.headers()["x-content-type-options"], "nosniff");
}

/// What a browser says on its console about a page.
fn console(browser: &Path, profile: &Path, url: &str) -> String {
    let mut command = headless(browser, profile);
    command.args(["--enable-logging=stderr", "--timeout=3000", url]);
    let output = command.output().expect("a browser");
    let dom = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(dom.contains("</html>"), "{url}: {dom}");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let lines = said.lines().filter(|line| line.contains("CONSOLE"));
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_asks_its_browser_for_what_is_forbidden() {
    let browser = provided("TASUKI_TEST_CHROMIUM");
    let server = Server::with_race(&Engine::sqlite(), &relay()).await;
    let urls = PAGES.map(|path| server.url(path).to_string());
    let looking = tokio::task::spawn_blocking(move || {
        let folder = scratch("policy");
        for url in urls {
            let said = console(&browser, &folder.join("profile"), &url);
            let refused = ["Security Policy", "Permissions-Policy", "Cross-Origin"];
            let refused = refused.iter().any(|word| said.contains(word));
            assert!(!refused, "{url}: {said}");
        }
        let _ = std::fs::remove_dir_all(folder);
    });
    looking.await.expect("the pages keep to it");
}
