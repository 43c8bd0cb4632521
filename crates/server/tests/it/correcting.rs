//! Corrections change what the standings say, and nothing in the log.

use serde_json::Value;

use crate::support::chain::verified;
use crate::support::engine::{Engine, on_both_engines};
use crate::support::facts::{gun, passage, reassign, void};
use crate::support::races::relay;
use crate::support::server::{ADMIN, Server};

on_both_engines!(
    a_voided_passage_is_gone_and_voiding_the_void_brings_it_back,
    a_reassigned_passage_belongs_to_the_other_bib,
    what_is_not_there_can_be_neither_voided_nor_reassigned,
    the_last_definition_cannot_be_voided,
);

async fn race_with(engine: &Engine, passages: &[Value]) -> Server {
    let server = Server::with_race(engine, &relay()).await;
    server.record(ADMIN, &[gun("1", 0)]).await.ok(200);
    server.record(ADMIN, passages).await.ok(200);
    server
}

async fn a_voided_passage_is_gone_and_voiding_the_void_brings_it_back(engine: Engine) {
    let first = passage("1", "km5", 900);
    let server = race_with(&engine, &[first.clone(), passage("2", "km5", 930)]).await;
    let rank = |standings: &Value, bib: &str| standings["entries"][bib]["rank"].clone();
    let undo = void(&first);
    server
        .record(ADMIN, std::slice::from_ref(&undo))
        .await
        .ok(200);
    let voided = server.standings("").await;
    assert_eq!(voided["entries"]["1"]["splits"], serde_json::json!({}));
    assert_eq!(rank(&voided, "1"), Value::Null);
    assert_eq!(rank(&voided, "2"), 1);
    server.record(ADMIN, &[void(&undo)]).await.ok(200);
    let back = server.standings("").await;
    assert_eq!(rank(&back, "1"), 1);
    assert_eq!(rank(&back, "2"), 2);
    assert_eq!(back["entries"]["1"]["splits"]["km5"]["elapsed_ms"], 900_000);
    // All of it stays in the log.
    let log = verified(&server.export("relay").await);
    assert_eq!(log[2]["event"], first);
    assert_eq!(log.len(), 6);
}

async fn a_reassigned_passage_belongs_to_the_other_bib(engine: Engine) {
    let misread = passage("7", "km5", 900);
    let server = race_with(&engine, std::slice::from_ref(&misread)).await;
    server
        .record(ADMIN, &[reassign(&misread, "1")])
        .await
        .ok(200);
    let standings = server.standings("").await;
    assert_eq!(standings["entries"]["1"]["elapsed_ms"], 900_000);
    let review = server.get_as(ADMIN, "/api/races/relay/review").await;
    assert_eq!(review.ok(200)["items"], serde_json::json!([]));
    // The later decision wins.
    server
        .record(ADMIN, &[reassign(&misread, "2")])
        .await
        .ok(200);
    let standings = server.standings("").await;
    assert_eq!(standings["entries"]["1"]["elapsed_ms"], Value::Null);
    assert_eq!(standings["entries"]["2"]["rank"], 1);
}

async fn what_is_not_there_can_be_neither_voided_nor_reassigned(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let (start, unrecorded) = (gun("1", 0), passage("1", "km5", 900));
    server
        .record(ADMIN, std::slice::from_ref(&start))
        .await
        .ok(200);
    for fact in [void(&unrecorded), reassign(&unrecorded, "2")] {
        let answer = server.record(ADMIN, &[fact]).await;
        answer.rejected("unknown_event");
    }
    let answer = server.record(ADMIN, &[reassign(&start, "2")]).await;
    answer.rejected("not_a_passage");
    // What came before it in the same request is there.
    let facts = [unrecorded.clone(), void(&unrecorded)];
    let outcomes = server.record(ADMIN, &facts).await.outcomes(200);
    assert_eq!(outcomes, ["accepted 3", "accepted 4"]);
}

async fn the_last_definition_cannot_be_voided(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let log = verified(&server.export("relay").await);
    let answer = server.record(ADMIN, &[void(&log[0]["event"])]).await;
    answer.rejected("definition_conflict");
    assert_eq!(server.get("/api/races/relay").await.status, 200);
}
