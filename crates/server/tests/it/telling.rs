//! What was done to the server is written down, and can be looked up.

use serde_json::{Value, json};
use tasuki_log::{Archived, Deed, Hash};
use tasuki_race::Instant;

use crate::support::engine::{Engine, on_both_engines};
use crate::support::facts::gun;
use crate::support::races::relay;
use crate::support::server::{ADMIN, Server};

on_both_engines!(
    whatever_is_done_to_the_server_is_told,
    operations_are_read_page_by_page_and_by_kind_and_time,
    months_that_are_elsewhere_are_said_to_be,
);

fn of<'o>(told: &'o Value, member: &str) -> Vec<&'o Value> {
    let told = told["operations"].as_array().expect("operations");
    told.iter().map(|operation| &operation[member]).collect()
}

async fn whatever_is_done_to_the_server_is_told(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    server.create(&relay()).await.problem(409, "race_exists");
    let device = server.admit(Some("km5")).await;
    server.record(ADMIN, &[gun("1", 0)]).await.ok(200);
    let file = "bib,name\n9,Late\n";
    server.import("entries?dry_run=true", file).await.ok(200);
    server.import("entries", file).await.ok(200);
    assert_eq!(server.revoke(&device).await.status, 204);
    let again = server.revoke(&device).await;
    again.problem(404, "device_not_found");
    server.stop().await;
    let server = Server::start(&engine).await;
    let told = server.operations("").await;
    let kinds = [
        "process_started",
        "process_stopped",
        "device_revoked",
        "imported",
        "device_admitted",
        "race_created",
        "process_started",
    ];
    assert_eq!(of(&told, "kind"), kinds);
    assert_eq!(of(&told, "number"), [7, 6, 5, 4, 3, 2, 1]);
    assert!(told.get("next_before").is_none(), "{told}");
    let by = [
        "server", "server", "admin", "admin", "admin", "admin", "server",
    ];
    assert_eq!(of(&told, "by"), by);
    let about = of(&told, "about");
    assert_eq!([about[2], about[4]], [device.id.as_str(); 2]);
    assert_eq!([about[3], about[5]], ["relay"; 2]);
    let detail = of(&told, "detail");
    assert_eq!(detail[3], &json!({"what": "entries", "recorded": 1}));
    let admitted = json!({"race": "relay", "name": "Tablet", "checkpoint": "km5"});
    assert_eq!(detail[4], &admitted);
    assert!(detail[6]["version"].is_string(), "{told}");
    // What is done to the server is no fact of a race.
    assert_eq!(server.export("relay").await.lines().count(), 3);
}

async fn operations_are_read_page_by_page_and_by_kind_and_time(engine: Engine) {
    let server = Server::start(&engine).await;
    for value in 1..=6 {
        server.switch("viewers_max", value).await.ok(200);
    }
    let mut pages = Vec::new();
    let mut before = String::new();
    loop {
        let page = server.operations(&format!("limit=3{before}")).await;
        let numbers = of(&page, "number").into_iter().cloned();
        pages.push(numbers.collect::<Vec<_>>());
        match &page["next_before"] {
            Value::Null => break,
            number => before = format!("&before={number}"),
        }
    }
    assert_eq!(json!(pages), json!([[7, 6, 5], [4, 3, 2], [1]]));
    let started = server.operations("kind=process_started").await;
    assert_eq!(of(&started, "number"), [1]);
    let at = |place: usize, told: &Value| told["operations"][place]["at"].clone();
    let all = server.operations("").await;
    let middle = at(3, &all);
    let middle = middle.as_str().expect("a moment");
    let since = server.operations(&format!("from={middle}")).await;
    let earlier = server.operations(&format!("until={middle}")).await;
    let parts = of(&since, "number").len() + of(&earlier, "number").len();
    assert_eq!(parts, 7, "{since} {earlier}");
    assert!(of(&since, "number").contains(&&all["operations"][3]["number"]));
    for query in [
        "limit=0",
        "limit=1001",
        "before=0",
        "before=x",
        "kind=race_run",
        "from=noon",
        "untill=2026-01-02T08:00:00Z",
    ] {
        let path = format!("/api/operations?{query}");
        let answer = server.get_as(ADMIN, &path).await;
        answer.problem(400, "invalid_query");
    }
}

async fn months_that_are_elsewhere_are_said_to_be(engine: Engine) {
    let operations = engine.open().await.operations;
    let september = Instant::from_ms(1_757_000_000_000);
    let deed = Deed::new(september, "setting_changed", "admin");
    for _ in 0..3 {
        operations.append(&deed).await.expect("a number");
    }
    let archived = Archived {
        month: "2025-09".parse().expect("a month"),
        part: 1,
        first: 1,
        last: 3,
        count: 3,
        sha256: Hash::ZERO,
        file: "operations-2025-09.1-3.ndjson.zst".to_owned(),
        place: "s3://tasuki/old".to_owned(),
        at: Instant::from_ms(1_767_312_000_000),
    };
    let deed = Deed::new(
        archived.at,
        "operations_archived",
        "tasuki operations archive",
    );
    let gone = operations
        .let_go(&archived, &deed)
        .await
        .expect("an answer");
    assert_eq!(gone, Some(4));
    let server = Server::start(&engine).await;
    let told = server.operations("").await;
    let expected = json!([{
        "month": "2025-09", "first": 1, "last": 3, "count": 3,
        "file": "operations-2025-09.1-3.ndjson.zst", "place": "s3://tasuki/old",
        "archived_at": "2026-01-02T00:00:00.000Z",
    }]);
    assert_eq!(told["archived"], expected);
    assert_eq!(of(&told, "number"), [5, 4]);
    for (query, may_be) in [
        ("before=2", true),
        ("before=1", false),
        ("from=2025-09-30T00:00:00Z", true),
        ("from=2025-10-01T00:00:00Z", false),
        ("until=2025-09-01T00:00:00.001Z", true),
        ("until=2025-09-01T00:00:00Z", false),
        ("kind=operations_archived", true),
    ] {
        let told = server.operations(query).await;
        assert_eq!(told.get("archived").is_some(), may_be, "{query}: {told}");
    }
}
