//! Switches are set within their bounds, hold, and tell who set them.

use std::sync::{Arc, Mutex};

use reqwest::Method;
use serde_json::{Value, json};
use tasuki_log::Deed;
use tasuki_race::Instant;
use tasuki_server::{Logging, Options};

use crate::support::engine::{Engine, on_both_engines};
use crate::support::facts::gun;
use crate::support::races::relay;
use crate::support::server::{ADMIN, Server, options, send};
use crate::support::until;

on_both_engines!(
    a_value_holds_over_a_restart_until_it_is_given_back,
    a_change_is_written_down_with_its_reason,
    what_another_process_sets_is_set_here_too,
    what_does_not_fit_is_refused_and_changes_nothing,
);

async fn a_value_holds_over_a_restart_until_it_is_given_back(engine: Engine) {
    let server = Server::start(&engine).await;
    let before = server.setting("viewers_max").await;
    assert_eq!(before["value"], 10_000);
    assert_eq!(before["bounds"], json!({"min": 1, "max": 1_000_000}));
    assert!(before.get("changed").is_none(), "{before}");
    let set = server.switch("viewers_max", 7).await.ok(200);
    assert_eq!(set, server.setting("viewers_max").await);
    assert_eq!(set["value"], 7);
    assert_eq!(set["default"], 10_000);
    assert_eq!(set["changed"]["by"], "admin");
    assert_eq!(set["changed"]["why"], "a test");
    server.switch("streams", "off").await.ok(200);
    server.stop().await;
    // Started with another default: what was set wins.
    let smaller = Options {
        viewers_max: 50,
        tick_ms_max: 9_999,
        ..options()
    };
    let server = Server::start_with(&engine, smaller).await;
    let after = server.setting("viewers_max").await;
    assert_eq!(
        (&after["value"], &after["default"]),
        (&json!(7), &json!(50))
    );
    assert_eq!(after["changed"], set["changed"]);
    assert_eq!(server.setting("streams").await["value"], "off");
    assert_eq!(server.setting("tick_ms_max").await["value"], 9_999);
    let reset = server.switch("viewers_max", Value::Null).await.ok(200);
    assert_eq!(reset["value"], 50);
    assert_eq!(reset["changed"]["why"], "a test");
    server.stop().await;
    let server = Server::start(&engine).await;
    assert_eq!(server.setting("viewers_max").await["value"], 10_000);
}

async fn a_change_is_written_down_with_its_reason(engine: Engine) {
    let server = Server::start(&engine).await;
    let why = "回線が細い: \"narrow\"";
    let body = json!({"value": 500, "why": why});
    let set = server.change("tick_ms_max", &body).await.ok(200);
    server.switch("tick_ms_max", Value::Null).await.ok(200);
    let told = server.operations("kind=setting_changed").await;
    let told = told["operations"].as_array().expect("operations");
    let [reset, change] = &told[..] else {
        panic!("{told:?}")
    };
    assert_eq!(change["number"], set["changed"]["number"]);
    assert_eq!(change["at"], set["changed"]["at"]);
    assert_eq!(change["by"], "admin");
    assert_eq!(change["about"], "tick_ms_max");
    assert_eq!(change["why"], why);
    assert_eq!(change["detail"], json!({"from": 250, "to": 500}));
    let detail = json!({"from": 500, "to": 250, "is_default": true});
    assert_eq!(reset["detail"], detail);
}

async fn what_another_process_sets_is_set_here_too(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let registry = engine.open().await.registry;
    let deed = Deed::new(Instant::from_ms(0), "setting_changed", "another").why("elsewhere");
    // What this version does not know, or does not allow, is passed over.
    for (name, value) in [
        ("unheard_of", "1"),
        ("viewers_max", "0"),
        ("entry", "\"closed\""),
    ] {
        let set = registry.set_switch(name, Some(value), &deed).await;
        set.expect("it is set");
    }
    let seen = || async {
        let entry = server.setting("entry").await;
        (entry["value"] == "closed").then_some(entry)
    };
    let entry = until("what another process has set", seen).await;
    assert_eq!(entry["changed"]["by"], "another");
    assert_eq!(server.setting("viewers_max").await["value"], 10_000);
    // It acts on it, too.
    let closed = server.record(ADMIN, &[gun("1", 0)]).await;
    closed.problem(503, "entry_closed");
    // And the other way round.
    server.switch("entry", "open").await.ok(200);
    let switches = registry.switches().await.expect("the switches");
    let entry = switches.iter().find(|switch| switch.name == "entry");
    assert_eq!(entry.and_then(|it| it.value.as_deref()), Some("\"open\""));
}

async fn what_does_not_fit_is_refused_and_changes_nothing(engine: Engine) {
    let server = Server::start(&engine).await;
    let value = |value: Value| json!({"value": value, "why": "a test"});
    let number = "a whole number from 1 to 1000000";
    let cases = [
        ("viewers_max", value(json!(0)), "invalid_value", number),
        (
            "viewers_max",
            value(json!(1_000_001)),
            "invalid_value",
            number,
        ),
        ("viewers_max", value(json!("5")), "invalid_value", number),
        ("viewers_max", value(json!(5.5)), "invalid_value", number),
        (
            "tick_ms_max",
            value(json!(10_001)),
            "invalid_value",
            "from 0 to 10000",
        ),
        (
            "entry",
            value(json!("shut")),
            "invalid_value",
            "`open` or `closed`",
        ),
        (
            "streams",
            value(json!(true)),
            "invalid_value",
            "`on` or `off`",
        ),
        ("streams", json!({"value": "off"}), "missing_field", "why"),
        (
            "streams",
            json!({"why": "a test"}),
            "missing_field",
            "value",
        ),
        (
            "streams",
            json!({"value": "off", "why": " "}),
            "invalid_value",
            "why",
        ),
        (
            "streams",
            json!({"value": "off", "why": "x".repeat(501)}),
            "invalid_value",
            "500",
        ),
        (
            "streams",
            json!({"value": "off", "why": "a", "who": "b"}),
            "unknown_field",
            "who",
        ),
    ];
    for (name, body, code, named) in cases {
        let detail = server.change(name, &body).await.problem(422, code);
        assert!(detail.contains(named), "{name} {body}: {detail}");
    }
    for name in ["unheard_of", "log_level"] {
        let answer = server.switch(name, "info").await;
        let detail = answer.problem(404, "setting_not_found");
        assert!(detail.contains(name), "{detail}");
    }
    let told = server.operations("kind=setting_changed").await;
    assert_eq!(told, json!({"operations": []}));
    assert_eq!(server.setting("streams").await["value"], "on");
}

#[tokio::test]
async fn only_administrators_see_and_set_switches() {
    let server = Server::with_race(&Engine::sqlite(), &relay()).await;
    let device = server.admit(None).await;
    let body = json!({"value": "closed", "why": "mischief"});
    let requests = || {
        [
            server.request(Method::GET, "/api/settings"),
            server.request(Method::GET, "/api/operations"),
            server
                .request(Method::PUT, "/api/settings/entry")
                .json(&body),
        ]
    };
    for request in requests() {
        send(request).await.problem(401, "unauthorized");
    }
    for request in requests() {
        let answer = send(request.bearer_auth(&device.token)).await;
        answer.problem(403, "forbidden");
    }
    assert_eq!(server.setting("entry").await["value"], "open");
    let list = server.get_as(ADMIN, "/api/settings").await;
    assert_eq!(list.header("cache-control"), "no-store");
}

/// Knows two levels, and writes down what it is told.
#[derive(Debug, Default)]
struct Levels(Mutex<Vec<String>>);

impl Logging for Levels {
    fn usual(&self) -> &str {
        "info"
    }

    fn check(&self, level: &str) -> Result<(), String> {
        match level {
            "info" | "debug" => Ok(()),
            _ => Err("write info or debug".to_owned()),
        }
    }

    fn set(&self, level: &str) -> Result<(), String> {
        self.0.lock().expect("nobody panics").push(level.to_owned());
        Ok(())
    }
}

#[tokio::test]
async fn what_is_logged_can_be_set_where_the_program_allows_it() {
    let engine = Engine::sqlite();
    let levels = Arc::new(Levels::default());
    let logging = || Options {
        logging: Some(levels.clone()),
        ..options()
    };
    let server = Server::start_with(&engine, logging()).await;
    assert_eq!(server.setting("log_level").await["value"], "info");
    let refused = server.switch("log_level", "loud").await;
    let detail = refused.problem(422, "invalid_value");
    assert_eq!(detail, "value: write info or debug");
    server.switch("log_level", "debug").await.ok(200);
    server.switch("log_level", Value::Null).await.ok(200);
    server.switch("log_level", "debug").await.ok(200);
    server.stop().await;
    let server = Server::start_with(&engine, logging()).await;
    assert_eq!(server.setting("log_level").await["value"], "debug");
    let told = levels.0.lock().expect("nobody panics").clone();
    assert_eq!(told, ["debug", "info", "debug", "debug"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn how_a_database_server_is_used_can_be_set() {
    let engine = Engine::postgres().await;
    let server = Server::with_race(&engine, &relay()).await;
    for (name, default, value) in [
        ("pool_size", 8, 2),
        ("connect_timeout_ms", 10_000, 2_000),
        ("statement_timeout_ms", 30_000, 500),
    ] {
        assert_eq!(server.setting(name).await["value"], default);
        server.switch(name, value).await.ok(200);
        assert_eq!(server.export("relay").await.lines().count(), 1);
    }
    let short = server.switch("statement_timeout_ms", 99).await;
    let detail = short.problem(422, "invalid_value");
    assert!(detail.contains("from 100 to 3600000"), "{detail}");
    server.stop().await;
    let server = Server::start(&engine).await;
    assert_eq!(server.setting("pool_size").await["value"], 2);
    server.switch("pool_size", Value::Null).await.ok(200);
    assert_eq!(server.setting("pool_size").await["value"], 8);
}
