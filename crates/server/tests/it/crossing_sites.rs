//! A page elsewhere cannot have somebody's browser change anything.

use reqwest::Method;
use serde_json::{Value, json};
use tasuki_server::Options;

use crate::support::engine::Engine;
use crate::support::facts::gun;
use crate::support::people::{Browser, PASSWORD};
use crate::support::races::relay;
use crate::support::server::{ADMIN, Server, options, send};

const EVENTS: &str = "/api/races/relay/events";

/// Sends a change with somebody's cookie and such headers; gives the status.
async fn change(server: &Server, browser: &Browser, headers: &[(&str, &str)]) -> u16 {
    let request = server.request(Method::POST, EVENTS);
    let request = request.header("Cookie", &browser.cookie);
    let request = headers.iter().fold(request, |request, (name, value)| {
        request.header(*name, *value)
    });
    send(request.json(&json!({"events": [gun("1", 0)]})))
        .await
        .status
}

async fn with_somebody(options: Options) -> (Engine, Server, Browser) {
    let engine = Engine::sqlite();
    let server = Server::start_with(&engine, options).await;
    server.create(&relay()).await.ok(201);
    server.appoint("yamada").await;
    let browser = server.log_in("yamada").await;
    (engine, server, browser)
}

#[tokio::test]
async fn a_change_by_cookie_has_to_come_from_a_page_of_the_server() {
    let (_engine, server, browser) = with_somebody(options()).await;
    let own = format!("http://{}", server.address());
    let other_port = format!("http://{}:1", server.address().ip());
    let secure = own.replace("http:", "https:");
    for (headers, status) in [
        (&[("Sec-Fetch-Site", "same-origin")][..], 200),
        (&[("Sec-Fetch-Site", "same-site")], 403),
        (&[("Sec-Fetch-Site", "cross-site")], 403),
        // Nobody types a change into the address bar.
        (&[("Sec-Fetch-Site", "none")], 403),
        // What no script can write outweighs the rest.
        (
            &[("Sec-Fetch-Site", "cross-site"), ("Origin", own.as_str())],
            403,
        ),
        (&[("Origin", own.as_str())], 200),
        (&[("Origin", secure.as_str())], 200),
        (&[("Origin", "http://evil.example")], 403),
        (&[("Origin", other_port.as_str())], 403),
        (&[("Origin", "null")], 403),
        (&[("Origin", "")], 403),
        // No browser: show a token.
        (&[], 403),
        (&[("Referer", own.as_str())], 403),
    ] {
        assert_eq!(
            change(&server, &browser, headers).await,
            status,
            "{headers:?}"
        );
    }
    let standings = server.standings("").await;
    assert_eq!(standings["seq"], 4, "three changes, and the race");
}

#[tokio::test]
async fn a_token_wins_over_a_cookie_and_needs_no_page() {
    let (_engine, server, browser) = with_somebody(options()).await;
    let device = server.admit(None).await;
    let request = |token: &str| {
        let request = server.request(Method::POST, EVENTS).bearer_auth(token);
        let request = request.header("Cookie", &browser.cookie);
        request.json(&json!({"events": [gun("1", 0)]}))
    };
    send(request(&device.token)).await.ok(200);
    let log = server.export("relay").await;
    let last: Value = serde_json::from_str(log.lines().last().expect("a line")).expect("JSON");
    assert_eq!(last["by"], "Tablet");
    // A bad one is not made good by the cookie.
    send(request("guessed")).await.problem(401, "unauthorized");
}

#[tokio::test]
async fn reading_by_cookie_asks_for_no_page_and_lets_no_other_origin_read() {
    let (_engine, server, browser) = with_somebody(options()).await;
    let request = server.request(Method::GET, "/api/users");
    let request = request.header("Cookie", &browser.cookie);
    let answer = send(request.header("Sec-Fetch-Site", "cross-site")).await;
    // A browser sends no cookie then, and hands out no answer that came with one.
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("access-control-allow-credentials"), "");
}

#[tokio::test]
async fn a_page_elsewhere_logs_nobody_in() {
    let (_engine, server, _) = with_somebody(options()).await;
    let login = json!({"name": "yamada", "password": PASSWORD});
    for (name, value) in [
        ("Sec-Fetch-Site", "cross-site"),
        ("Origin", "http://evil.example"),
    ] {
        let request = server.request(Method::POST, "/api/login").json(&login);
        let answer = send(request.header(name, value)).await;
        answer.problem(403, "cross_site");
        assert_eq!(answer.header("set-cookie"), "");
    }
    // Nor does a form, which needs no permission to be sent from elsewhere.
    let request = server.request(Method::POST, "/api/login");
    let form = request.header("Content-Type", "text/plain");
    let answer = send(form.body(login.to_string())).await;
    answer.problem(415, "unsupported_media_type");
}

#[tokio::test]
async fn a_page_elsewhere_logs_nobody_out() {
    let (_engine, server, browser) = with_somebody(options()).await;
    let request = server.request(Method::POST, "/api/logout");
    let request = request.header("Cookie", &browser.cookie);
    let answer = send(request.header("Sec-Fetch-Site", "cross-site")).await;
    answer.problem(403, "cross_site");
    server.session_of(&browser).await.ok(200);
}

#[tokio::test]
async fn behind_a_proxy_that_renames_the_host_the_public_address_is_the_own_one() {
    let public = Options {
        public_url: Some("https://timing.example.org".to_owned()),
        ..options()
    };
    let (_engine, server, browser) = with_somebody(public).await;
    let origin = |origin| [("Origin", origin)];
    let own = origin("https://timing.example.org");
    assert_eq!(change(&server, &browser, &own).await, 200);
    // Whoever is on the network between may serve a page of that host without TLS.
    let plain = format!("http://{}", server.address());
    assert_eq!(change(&server, &browser, &origin(&plain)).await, 403);
    let other = origin("https://evil.example.org");
    assert_eq!(change(&server, &browser, &other).await, 403);
}

#[tokio::test]
async fn no_change_at_all_is_made_by_a_cookie_alone() {
    let (_engine, server, browser) = with_somebody(options()).await;
    let document = tasuki_server::openapi();
    let mut tried = 0;
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for method in methods.as_object().expect("methods").keys() {
            if method == "get" || path == "/api/login" {
                continue;
            }
            let address = path
                .replace("{race}", "relay")
                .replace("{name}", "streams")
                .replace("{id}", "0198c0de-0000-7000-8000-000000000000");
            let method = method.to_uppercase().parse().expect("a method");
            let request = server.request(method, &address);
            let request = request.header("Cookie", &browser.cookie);
            let answer = send(request.header("Origin", "http://evil.example")).await;
            answer.problem(403, "cross_site");
            tried += 1;
        }
    }
    assert!(tried > 15, "only {tried} changes");
    assert_eq!(server.get_as(ADMIN, "/api/session").await.status, 200);
}
