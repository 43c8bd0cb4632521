//! What a stranger may try, and what comes of it. `docs/attacks.md` is the list of
//! all of it, with the stories that tell of each.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::support::elsewhere::{HERE, ask, connect_from, get};
use crate::support::engine::{Engine, on_both_engines};
use crate::support::facts::gun;
use crate::support::races::{relay, relay_named};
use crate::support::server::{ADMIN, Device, Server, send};

on_both_engines!(
    no_route_that_changes_or_tells_more_lets_a_stranger_in,
    no_route_lets_a_recorder_do_an_administrators_work,
);

/// A route of the description, and who may call it.
struct Guarded {
    method: Method,
    path: String,
    for_recorders: bool,
    for_all_tokens: bool,
}

/// Every route that is not for everybody, as the server describes itself, with the
/// names of what is there in its path.
fn guarded(device: &Device) -> Vec<Guarded> {
    let document = tasuki_server::openapi();
    let paths = document["paths"].as_object().expect("paths");
    let mut found = Vec::new();
    for (path, item) in paths {
        for (method, operation) in item.as_object().expect("operations") {
            let Ok(method) = method.to_uppercase().parse::<Method>() else {
                continue;
            };
            let security = operation["security"].as_array();
            let alternatives = security.map(Vec::as_slice).unwrap_or_default();
            let is_open = alternatives.is_empty() || alternatives.contains(&json!({}));
            // A stranger may log in, with a password, and out.
            let is_door = ["/api/login", "/api/logout"].contains(&path.as_str());
            if is_open && (is_safe(&method) || is_door) {
                continue;
            }
            found.push(Guarded {
                path: filled(path, device),
                for_recorders: alternatives.contains(&json!({"bearer": ["recorder"]})),
                for_all_tokens: alternatives.contains(&json!({"bearer": []})),
                method,
            });
        }
    }
    found
}

fn is_safe(method: &Method) -> bool {
    [Method::GET, Method::HEAD, Method::OPTIONS].contains(method)
}

/// The path of something that is there.
fn filled(path: &str, device: &Device) -> String {
    let path = path.replace("{race}", "relay").replace("{id}", &device.id);
    path.replace("{name}", "entry")
}

/// A body that would do something if it were let in.
fn with_body(request: RequestBuilder, guarded: &Guarded) -> RequestBuilder {
    let body = match guarded.path.rsplit('/').next() {
        Some("events") => json!({"events": [gun("1", 0)]}),
        Some("devices") => json!({"name": "Intruder"}),
        Some("races") => relay_named("intruders"),
        Some("entry") => json!({"value": "closed", "why": "because I can"}),
        _ => {
            let request = request.header("content-type", "text/csv");
            return request.body("bib,name\n9,Intruder\n");
        }
    };
    request.json(&body)
}

/// All that may be changed from outside.
async fn state(server: &Server) -> (String, Value, Value, Value) {
    let log = server.export("relay").await;
    let devices = server.get_as(ADMIN, "/api/races/relay/devices").await;
    let settings = server.get_as(ADMIN, "/api/settings").await;
    let races = server.get("/api/races").await;
    let mut devices = devices.ok(200);
    // That a token was shown is noted, whatever came of it.
    let listed = devices["devices"].as_array_mut().expect("devices");
    for device in listed.iter_mut().filter_map(Value::as_object_mut) {
        device.remove("last_used_at");
    }
    (log, devices, settings.ok(200), races.ok(200))
}

async fn no_route_that_changes_or_tells_more_lets_a_stranger_in(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let device = server.admit(None).await;
    let revoked = server.admit(None).await;
    server.revoke(&revoked).await;
    let before = state(&server).await;
    let routes = guarded(&device);
    let changing = routes.iter().filter(|route| !is_safe(&route.method));
    assert!(changing.count() >= 9, "the description has them");
    let long = "x".repeat(4_000);
    let halved = &device.token[..device.token.len() / 2];
    let credentials: [&dyn Fn(RequestBuilder) -> RequestBuilder; 9] = [
        &|request| request,
        &|request| request.bearer_auth("guessed"),
        &|request| request.bearer_auth(""),
        &|request| request.bearer_auth(&long),
        &|request| request.bearer_auth(&revoked.token),
        &|request| request.bearer_auth(halved),
        &|request| request.bearer_auth(ADMIN.to_uppercase()),
        &|request| request.basic_auth("admin", Some(ADMIN)),
        &|request| request.query(&[("token", ADMIN), ("access_token", ADMIN)]),
    ];
    for route in &routes {
        for credential in credentials {
            let request = server.request(route.method.clone(), &route.path);
            let answer = send(credential(with_body(request, route))).await;
            assert_eq!(answer.status, 401, "{} {}", route.method, route.path);
            answer.problem(401, "unauthorized");
        }
    }
    assert_eq!(state(&server).await, before);
}

async fn no_route_lets_a_recorder_do_an_administrators_work(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    server.create(&relay_named("another")).await.ok(201);
    let own = server.admit(None).await;
    let foreign = server.admit_to("another", None).await;
    let before = state(&server).await;
    // Who they are, they may ask.
    for route in guarded(&own).into_iter().filter(|it| !it.for_all_tokens) {
        let tokens = [(&own.token, route.for_recorders), (&foreign.token, false)];
        for (token, may) in tokens.into_iter().filter(|(_, may)| !may) {
            let request = server.request(route.method.clone(), &route.path);
            let answer = send(with_body(request, &route).bearer_auth(token)).await;
            let told = (answer.status, may);
            assert_eq!(told, (403, false), "{} {}", route.method, route.path);
        }
    }
    assert_eq!(state(&server).await, before);
}

#[tokio::test]
async fn no_path_leads_out_of_what_is_served() {
    let server = Server::with_race(&Engine::sqlite(), &relay()).await;
    let page = server.get("/").await.text().to_owned();
    let assets = page.split("/assets/").nth(1).expect("a page has assets");
    let fingerprint = assets.split('/').next().expect("a fingerprint");
    let ups = [
        "../../../../../../etc/passwd",
        "..%2f..%2f..%2f..%2fetc%2fpasswd",
        "%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "..%5c..%5c..%5cetc%5cpasswd",
        "%252e%252e%252fetc%252fpasswd",
        "....//....//etc/passwd",
        "/etc/passwd",
        "%00/etc/passwd",
        "board/%00",
    ];
    let folders = [
        String::new(),
        format!("assets/{fingerprint}/"),
        "assets/".to_owned(),
        "races/".to_owned(),
        "races/relay/".to_owned(),
        "api/races/".to_owned(),
        "api/races/relay/".to_owned(),
    ];
    for folder in &folders {
        for up in ups {
            // As it stands: a client library would tidy the path up.
            let mut stream = connect_from(&server, HERE).await;
            let answer = ask(&mut stream, &get(&format!("/{folder}{up}"))).await;
            let status = answer.get(9..12).unwrap_or_default();
            assert!(
                ["400", "401", "404"].contains(&status),
                "/{folder}{up}: {answer}"
            );
            assert!(!answer.contains("root:"), "/{folder}{up}");
        }
    }
}

#[tokio::test]
async fn nothing_that_is_asked_becomes_a_header_of_the_answer() {
    let server = Server::with_race(&Engine::sqlite(), &relay()).await;
    let injected = "x%0d%0aSet-Cookie:%20stolen=1%0d%0a%0d%0a<script>";
    for path in [
        format!("/{injected}"),
        format!("/races/{injected}"),
        format!("/api/races/{injected}"),
        format!("/api/races/{injected}/standings"),
        format!("/api/races/relay/standings?category={injected}"),
        format!("/api/races/relay/live?bibs={injected}"),
        format!("/api/races/relay/results.csv?category={injected}"),
        format!("/assets/{injected}/board/page.js"),
    ] {
        let mut stream = connect_from(&server, HERE).await;
        let answer = ask(&mut stream, &get(&path)).await;
        let head = answer.split("\r\n\r\n").next().unwrap_or_default();
        assert!(answer.starts_with("HTTP/1.1 "), "{path}: {answer}");
        assert!(
            !head.to_lowercase().contains("set-cookie"),
            "{path}: {head}"
        );
    }
    // And what is no header is no request.
    for head in [
        "GET /health HTTP/1.1\r\nHost: test\r\nX-A: a\rSet-Cookie: b\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: test\r\nX-A: a\0b\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: test\r\n X-Folded: a\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost : test\r\n\r\n",
        "GET /hea lth HTTP/1.1\r\nHost: test\r\n\r\n",
    ] {
        let mut stream = connect_from(&server, HERE).await;
        let answer = ask(&mut stream, head).await;
        let is_refused = answer.starts_with("HTTP/1.1 400") || answer.is_empty();
        assert!(is_refused, "{head:?}: {answer}");
    }
}

#[tokio::test]
async fn no_json_is_too_odd_to_be_refused() {
    let server = Server::with_race(&Engine::sqlite(), &relay()).await;
    let path = "/api/races/relay/events";
    let deep = |open: &str, close: &str| open.repeat(100_000) + &close.repeat(100_000);
    let wide = format!("{{\"events\":[{}]}}", "{},".repeat(500_000));
    for body in [
        deep("[", "]"),
        deep("{\"events\":", "}"),
        format!("{{\"events\":{}}}", deep("[", "]")),
        format!("{{\"events\":[{{\"time\":{}}}]}}", "9".repeat(100_000)),
        "{\"events\":[1e999999]}".to_owned(),
        "{\"events\":[],\"events\":[]}".to_owned(),
        "{\"events\":[{\"type\":\"started\",\"type\":\"started\"}]}".to_owned(),
        "{\"events\":[\"\\ud800\"]}".to_owned(),
        "\u{feff}{\"events\":[]}".to_owned(),
        wide,
    ] {
        let start: String = body.chars().take(60).collect();
        let request = server.request(Method::POST, path).bearer_auth(ADMIN);
        let request = request.header("content-type", "application/json");
        let answer = send(request.body(body)).await;
        assert!((400..500).contains(&answer.status), "{start}: {answer:?}");
    }
    let not_text = server.request(Method::POST, path).bearer_auth(ADMIN);
    let not_text = not_text.header("content-type", "application/json");
    let answer = send(not_text.body(b"{\"events\":[\"\xff\xfe\"]}".to_vec())).await;
    assert_eq!(answer.status, 400, "{answer:?}");
    assert_eq!(server.standings("").await["seq"], 1);
}

/// Functions in the sources of all tests.
fn stories() -> BTreeSet<String> {
    let root = root().join("crates");
    let mut folders = vec![root];
    let mut found = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|is| is == "rs") {
                let source = fs::read_to_string(&path).expect("a source");
                let names = source.split("fn ").skip(1);
                let names = names.filter_map(|rest| rest.split(['(', '<']).next());
                found.extend(names.map(str::to_owned));
            }
        }
    }
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn every_line_of_the_list_of_attacks_names_stories_that_are_there() {
    let list = fs::read_to_string(root().join("docs/attacks.md")).expect("the list");
    let stories = stories();
    let lines = list.lines().filter(|line| line.starts_with("| "));
    let lines: Vec<&str> = lines.skip(2).collect();
    assert!(lines.len() > 10, "the list has its lines");
    for line in lines {
        let last = line.trim_end_matches(['|', ' ']).rsplit('|').next();
        let named: Vec<&str> = last
            .unwrap_or_default()
            .split('`')
            .skip(1)
            .step_by(2)
            .collect();
        assert!(!named.is_empty(), "{line}");
        for story in named {
            assert!(stories.contains(story), "there is no `{story}`: {line}");
        }
    }
}
