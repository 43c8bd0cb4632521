//! Facts that cannot be understood are refused, each with its own reason.

use serde_json::{Value, json};
use tasuki_race::Instant;

use crate::support::engine::Engine;
use crate::support::facts::{gun, passage, status};
use crate::support::races::relay;
use crate::support::server::{ADMIN, Server};

/// A passage with one member replaced.
fn passage_with(member: &str, value: Value) -> Value {
    let mut fact = passage("1", "km5", 900);
    fact[member] = value;
    fact
}

fn passage_without(member: &str) -> Value {
    let mut fact = passage("1", "km5", 900);
    fact.as_object_mut().expect("an object").remove(member);
    fact
}

/// So many hours ahead of the server.
async fn ahead(server: &Server, hours: i64) -> String {
    let now = server.get("/api/time").await.ok(200)["now"].clone();
    let now: Instant = now.as_str().expect("a text").parse().expect("an instant");
    Instant::from_ms(now.ms() + hours * 3_600_000).to_string()
}

#[tokio::test]
async fn each_mistake_has_a_code_and_is_named() {
    let engine = Engine::sqlite();
    let server = Server::with_race(&engine, &relay()).await;
    let mut started = gun("1", 0);
    started["category"] = json!("none");
    let mut twice_told = gun("1", 0);
    twice_told["category"] = json!("univ");
    twice_told["bibs"] = json!(["1"]);
    let long = "x".repeat(501);
    let cases = [
        (
            passage_with("checkpont", json!("km5")),
            "unknown_field",
            "checkpont",
        ),
        (passage_with("leg", json!("1")), "unknown_field", "leg"),
        (
            passage_with("type", json!("passed")),
            "unknown_type",
            "passed",
        ),
        (
            passage_with("checkpoint", json!("km7")),
            "unknown_checkpoint",
            "km7",
        ),
        (
            passage_with("checkpoint", json!("KM 5")),
            "invalid_value",
            "checkpoint",
        ),
        (
            passage_with("time", json!("08:15:00")),
            "invalid_value",
            "time",
        ),
        (
            passage_with("time", json!("2024-01-02 08:15:00Z")),
            "invalid_value",
            "time",
        ),
        (
            passage_with("time", json!("2024-01-02T08:15:00")),
            "invalid_value",
            "time",
        ),
        (
            passage_with("time", json!(1_704_150_900)),
            "invalid_value",
            "time",
        ),
        (passage_with("bib", json!("1/2")), "invalid_value", "bib"),
        (passage_with("bib", json!("1 2")), "invalid_value", "bib"),
        (passage_with("bib", json!("")), "invalid_value", "bib"),
        (
            passage_with("bib", json!("12345678901234567")),
            "invalid_value",
            "bib",
        ),
        (passage_with("bib", json!(1)), "invalid_value", "bib"),
        (passage_with("bib", Value::Null), "invalid_value", "bib"),
        (passage_with("id", json!("1")), "invalid_value", "id"),
        (passage_with("note", json!(long)), "invalid_value", "note"),
        (
            passage_with("time", json!(ahead(&server, 25).await)),
            "time_in_future",
            "24 h",
        ),
        (passage_without("time"), "missing_field", "time"),
        (passage_without("bib"), "missing_field", "bib"),
        (passage_without("id"), "missing_field", "id"),
        (passage_without("type"), "missing_field", "type"),
        (gun("9", 0), "unknown_leg", "`9`"),
        (started, "unknown_category", "none"),
        (twice_told, "invalid_value", "bibs"),
        (status("1", "lost"), "invalid_value", "lost"),
    ];
    for (fact, code, named) in cases {
        let answer = server.record(ADMIN, std::slice::from_ref(&fact)).await;
        let detail = answer.rejected(code);
        assert!(
            detail.contains(named),
            "`{named}` is not in `{detail}`: {fact}"
        );
        assert_eq!(answer.results(422)[0]["status"], 422);
    }
    assert_eq!(server.standings("").await["seq"], 1);
}

#[tokio::test]
async fn a_time_23_hours_ahead_is_taken() {
    let engine = Engine::sqlite();
    let server = Server::with_race(&engine, &relay()).await;
    let mut start = gun("1", 0);
    start["time"] = json!(ahead(&server, 23).await);
    let outcomes = server.record(ADMIN, &[start]).await.outcomes(200);
    assert_eq!(outcomes, ["accepted 2"]);
}

#[tokio::test]
async fn a_member_that_stands_twice_is_refused() {
    let engine = Engine::sqlite();
    let server = Server::with_race(&engine, &relay()).await;
    let fact = passage("1", "km5", 900).to_string();
    let doubled = fact.replacen('{', r#"{"bib":"2","#, 1);
    let path = "/api/races/relay/events";
    let request = server
        .request(reqwest::Method::POST, path)
        .bearer_auth(ADMIN);
    let request = request.header("Content-Type", "application/json");
    let body = format!(r#"{{"events":[{doubled}]}}"#);
    let answer = crate::support::server::send(request.body(body)).await;
    let detail = answer.rejected("invalid_value");
    assert!(detail.contains("bib"), "{detail}");
}
