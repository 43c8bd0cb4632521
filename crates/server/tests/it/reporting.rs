//! The status page: for everybody, in two languages, cheap.

use reqwest::Method;

use crate::support::engine::Engine;
use crate::support::server::{Server, send};
use crate::support::until;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_state_has_a_name_and_is_sent_once() {
    let server = Server::start(&Engine::sqlite()).await;
    for path in ["/api/status", "/status"] {
        let answer = server.get(path).await;
        assert_eq!(answer.status, 200);
        assert!(answer.header("cache-control").contains("s-maxage=5"));
        let request = server.request(Method::GET, path);
        let known = request.header("If-None-Match", answer.header("etag"));
        assert_eq!(send(known).await.status, 304, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_says_all_of_it_without_a_script_in_the_readers_language() {
    let server = Server::start(&Engine::sqlite()).await;
    let page = async |accepted: &str| {
        let request = server.request(Method::GET, "/status");
        send(request.header("Accept-Language", accepted)).await
    };
    let english = page("en-GB,en;q=0.9").await;
    assert!(
        english.text().contains("Everything works."),
        "{}",
        english.text()
    );
    assert!(english.header("vary").contains("accept-language"));
    let japanese = page("ja").await;
    let text = japanese.text();
    assert!(text.contains("<html lang=\"ja\">") && text.contains("すべて正常に動いています。"));
    assert!(!text.contains("{{"), "{text}");
    assert_ne!(english.header("etag"), japanese.header("etag"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_organisers_close_is_said_to_be_closed() {
    let hasty = tasuki_server::Options {
        alerting: tasuki_server::Alerting {
            every: std::time::Duration::from_millis(50),
            ..tasuki_server::Alerting::default()
        },
        ..crate::support::server::options()
    };
    let engine = Engine::sqlite();
    let server = Server::start_with(&engine, hasty).await;
    server.switch("entry", "closed").await.ok(200);
    let status = until("the news", || async {
        let status = server.get("/api/status").await.ok(200);
        (status["entry"] == "closed").then_some(status)
    })
    .await;
    assert_eq!(status["state"], "closed");
    assert_eq!(
        (&status["log"], &status["stream"]),
        (&"working".into(), &"working".into())
    );
}
