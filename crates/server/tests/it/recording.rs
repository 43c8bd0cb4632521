//! Facts enter the log once, in the order given.

use serde_json::{Value, json};

use crate::support::chain::verified;
use crate::support::engine::{Engine, on_both_engines};
use crate::support::facts::{at, gun, passage, strangers};
use crate::support::races::relay;
use crate::support::server::{ADMIN, Server};

on_both_engines!(
    facts_are_numbered_in_the_order_given,
    a_batch_sent_again_is_all_duplicates_with_the_same_numbers,
    what_cannot_be_understood_is_rejected_alone,
    an_id_of_a_different_fact_is_a_conflict,
    the_same_instant_in_another_spelling_is_the_same_fact,
    ten_thousand_facts_are_taken_in_one_request,
);

async fn facts_are_numbered_in_the_order_given(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    // Later times first: the order in the log is that of the request.
    let facts = [
        gun("1", 0),
        passage("2", "km5", 930),
        passage("1", "km5", 900),
        passage("3", "km5", 960),
    ];
    let answer = server.record(ADMIN, &facts).await;
    let expected = ["accepted 2", "accepted 3", "accepted 4", "accepted 5"];
    assert_eq!(answer.outcomes(200), expected);
    let results = answer.results(200);
    for (result, fact) in results.iter().zip(&facts) {
        assert_eq!(result["id"], fact["id"]);
        assert_eq!(result["warnings"], Value::Null);
    }
    let log = verified(&server.export("relay").await);
    let head = &answer.json()["head"];
    assert_eq!(head["seq"], 5);
    assert_eq!(head["hash"], log[4]["hash"]);
    for (line, fact) in log[1..].iter().zip(&facts) {
        assert_eq!(line["event"], *fact);
    }
}

async fn a_batch_sent_again_is_all_duplicates_with_the_same_numbers(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let facts = [
        gun("1", 0),
        passage("1", "km5", 900),
        passage("2", "km5", 930),
    ];
    let first = server.record(ADMIN, &facts).await;
    assert_eq!(
        first.outcomes(200),
        ["accepted 2", "accepted 3", "accepted 4"]
    );
    let again = server.record(ADMIN, &facts).await;
    let expected = ["duplicate 2", "duplicate 3", "duplicate 4"];
    assert_eq!(again.outcomes(200), expected);
    assert_eq!(again.json()["head"], first.json()["head"]);
    // A part of it with something new, and something twice in one request.
    let new = passage("3", "km5", 960);
    let mixed = [facts[2].clone(), new.clone(), new];
    let outcomes = server.record(ADMIN, &mixed).await.outcomes(200);
    assert_eq!(outcomes, ["duplicate 4", "accepted 5", "duplicate 5"]);
    assert_eq!(verified(&server.export("relay").await).len(), 5);
}

async fn what_cannot_be_understood_is_rejected_alone(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let bad = passage("1", "nowhere", 900);
    let facts = [
        gun("1", 0),
        bad.clone(),
        json!("?"),
        passage("1", "km5", 900),
    ];
    let answer = server.record(ADMIN, &facts).await;
    let expected = [
        "accepted 2",
        "rejected unknown_checkpoint",
        "rejected invalid_value",
        "accepted 3",
    ];
    assert_eq!(answer.outcomes(207), expected);
    assert_eq!(answer.results(207)[1]["id"], bad["id"]);
    assert_eq!(answer.json()["head"]["seq"], 3);
    let answer = server.record(ADMIN, &[bad.clone(), bad]).await;
    let expected = ["rejected unknown_checkpoint"; 2];
    assert_eq!(answer.outcomes(422), expected);
    assert_eq!(answer.json()["head"]["seq"], 3);
}

async fn an_id_of_a_different_fact_is_a_conflict(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let seen = passage("1", "km5", 900);
    server
        .record(ADMIN, &[gun("1", 0), seen.clone()])
        .await
        .ok(200);
    let mut different = seen.clone();
    different["time"] = json!(at(901));
    let answer = server.record(ADMIN, &[different]).await;
    let detail = answer.rejected("id_conflict");
    assert!(detail.contains('3'), "names the other fact: {detail}");
    assert_eq!(answer.results(422)[0]["status"], 409);
    // Twice in one request: the first one stands.
    let first = passage("2", "km5", 930);
    let mut second = first.clone();
    second["bib"] = json!("3");
    let answer = server.record(ADMIN, &[first, second]).await;
    assert_eq!(answer.outcomes(207), ["accepted 4", "rejected id_conflict"]);
    assert_eq!(answer.results(207)[1]["status"], 409);
    let log = verified(&server.export("relay").await);
    assert_eq!(log[2]["event"], seen);
    assert_eq!(log[3]["event"]["bib"], "2");
}

async fn the_same_instant_in_another_spelling_is_the_same_fact(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let mut fact = passage("1", "km5", 900);
    fact["time"] = json!("2024-01-02T08:15:00+09:00");
    let outcomes = server.record(ADMIN, std::slice::from_ref(&fact)).await;
    assert_eq!(outcomes.outcomes(200), ["accepted 2"]);
    fact["time"] = json!("2024-01-01T23:15:00.0009Z");
    let outcomes = server.record(ADMIN, &[fact]).await.outcomes(200);
    assert_eq!(outcomes, ["duplicate 2"]);
    let log = verified(&server.export("relay").await);
    assert_eq!(log[1]["event"]["time"], "2024-01-01T23:15:00.000Z");
}

async fn ten_thousand_facts_are_taken_in_one_request(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let facts = strangers(10_000);
    let answer = server.record(ADMIN, &facts).await;
    let outcomes = answer.outcomes(200);
    assert_eq!(outcomes[0], "accepted 2");
    assert_eq!(outcomes[9_999], "accepted 10001");
    assert_eq!(answer.warnings(9_999), ["unknown_bib"]);
    let log = verified(&server.export("relay").await);
    assert_eq!(log.len(), 10_001);
    assert_eq!(answer.json()["head"]["hash"], log[10_000]["hash"]);
}
