//! Times first, bibs later: ten runners arrive in five seconds.

use serde_json::{Value, json};

use crate::support::engine::{Engine, on_both_engines};
use crate::support::facts::{accept, at, bib, gun, pair, pair_bib, passage, reassign, time, void};
use crate::support::races::relay;
use crate::support::server::{ADMIN, Server};

on_both_engines!(
    a_time_and_a_bib_that_are_paired_count_as_a_passage,
    what_is_not_paired_yet_is_on_the_review_list,
    a_device_pairs_what_was_recorded_at_its_checkpoint,
    a_pairing_that_names_nothing_is_rejected,
    an_accepted_line_leaves_the_review_list,
    a_misread_bib_is_told_whose_it_may_be,
);

async fn review(server: &Server) -> Vec<Value> {
    let review = server
        .get_as(ADMIN, "/api/races/relay/review")
        .await
        .ok(200);
    review["items"].as_array().expect("items").clone()
}

fn codes(items: &[Value]) -> Vec<&str> {
    items
        .iter()
        .map(|item| item["code"].as_str().expect("a code"))
        .collect()
}

async fn a_time_and_a_bib_that_are_paired_count_as_a_passage(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let (first, second) = (time("km5", 900), time("km5", 902));
    let (alpha, beta) = (bib("1", "km5"), bib("2", "km5"));
    let seen = [
        gun("1", 0),
        first.clone(),
        second.clone(),
        beta.clone(),
        alpha,
    ];
    server.record(ADMIN, &seen).await.ok(200);
    let splits = server.standings("").await["entries"]["2"]["splits"].clone();
    assert_eq!(splits, json!({}));
    let pairings = [pair(&first, &beta), pair_bib(&second, "1")];
    server.record(ADMIN, &pairings).await.ok(200);
    let entries = server.standings("").await["entries"].clone();
    assert_eq!(entries["2"]["splits"]["km5"]["time"], json!(at(900)));
    assert_eq!(entries["1"]["splits"]["km5"]["time"], json!(at(902)));
    assert_eq!(entries["2"]["rank"], 1);
    // The later decision wins, of whatever kind it is.
    let facts = [reassign(&first, "3"), void(&pairings[1])];
    server.record(ADMIN, &facts).await.ok(200);
    let entries = server.standings("").await["entries"].clone();
    assert_eq!(entries["3"]["splits"]["km5"]["time"], json!(at(900)));
    assert_eq!(entries["1"]["splits"], json!({}));
}

async fn what_is_not_paired_yet_is_on_the_review_list(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let (seen, read) = (time("km5", 900), bib("1", "km5"));
    let facts = [gun("1", 0), seen.clone(), read.clone()];
    let answer = server.record(ADMIN, &facts).await;
    assert!((0..3).all(|place| answer.warnings(place).is_empty()));
    let items = review(&server).await;
    assert_eq!(codes(&items), ["unidentified_passage", "untimed_bib"]);
    assert_eq!(items[0].get("bib"), None);
    assert_eq!(items[0]["time"], json!(at(900)));
    assert_eq!(items[1].get("time"), None);
    assert_eq!(items[1]["suggestions"][0]["event"], seen["id"]);
    server.record(ADMIN, &[pair(&seen, &read)]).await.ok(200);
    assert!(review(&server).await.is_empty());
}

async fn a_device_pairs_what_was_recorded_at_its_checkpoint(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let device = server.admit(Some("km5")).await;
    let (here, elsewhere) = (time("km5", 900), time("x1", 1800));
    let facts = [gun("1", 0), elsewhere.clone()];
    server.record(ADMIN, &facts).await.ok(200);
    // Both taps and their bibs may come in one batch.
    let own = [here.clone(), pair_bib(&here, "1")];
    server.record(&device.token, &own).await.ok(200);
    let other = [pair_bib(&elsewhere, "1")];
    let answer = server.record(&device.token, &other).await;
    assert_eq!(answer.json()["results"][0]["code"], "forbidden");
}

async fn a_pairing_that_names_nothing_is_rejected(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let (seen, read, passed) = (time("km5", 900), bib("1", "km5"), passage("2", "km5", 910));
    let facts = [seen.clone(), read.clone(), passed.clone()];
    server.record(ADMIN, &facts).await.ok(200);
    for (fact, code) in [
        (pair(&passed, &read), "not_a_time"),
        (pair(&read, &read), "not_a_time"),
        (pair(&seen, &passed), "not_a_bib"),
        (pair(&seen, &time("km5", 1)), "unknown_event"),
        (pair_bib(&time("km5", 1), "1"), "unknown_event"),
        (time("km7", 900), "unknown_checkpoint"),
        (bib("1", "km7"), "unknown_checkpoint"),
    ] {
        let answer = server.record(ADMIN, &[fact]).await;
        assert_eq!(answer.json()["results"][0]["code"], code);
    }
    let both = json!({"id": pair_bib(&seen, "1")["id"], "type": "passage_paired",
        "event": seen["id"], "bib": "1", "with": read["id"]});
    let answer = server.record(ADMIN, &[both]).await;
    assert_eq!(answer.json()["results"][0]["code"], "invalid_value");
}

async fn an_accepted_line_leaves_the_review_list(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let fast = passage("1", "km5", 300);
    server
        .record(ADMIN, &[gun("1", 0), fast.clone()])
        .await
        .ok(200);
    assert_eq!(codes(&review(&server).await), ["implausible_pace"]);
    let accepted = accept(&fast, "implausible_pace");
    server
        .record(ADMIN, std::slice::from_ref(&accepted))
        .await
        .ok(200);
    assert!(review(&server).await.is_empty());
    server.record(ADMIN, &[void(&accepted)]).await.ok(200);
    assert_eq!(codes(&review(&server).await), ["implausible_pace"]);
}

async fn a_misread_bib_is_told_whose_it_may_be(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let facts = [
        gun("1", 0),
        passage("2", "km5", 900),
        passage("33", "km5", 905),
    ];
    server.record(ADMIN, &facts).await.ok(200);
    let items = review(&server).await;
    assert_eq!(codes(&items), ["unknown_bib"]);
    // 3 with its key hit twice, who is due there about then like 1 and 4.
    let first = &items[0]["suggestions"][0];
    assert_eq!(first["bib"], "3");
    assert_eq!(first["name"], "Gamma");
    assert_eq!(first["because"], json!(["digit_added", "due"]));
}
