//! An observation is never thrown away because it is odd.

use serde_json::Value;

use crate::support::engine::{Engine, on_both_engines};
use crate::support::facts::{entry, gun, passage, status, void};
use crate::support::races::relay;
use crate::support::server::{ADMIN, Server};

on_both_engines!(
    odd_passages_are_accepted_with_a_warning_and_reviewed,
    an_unknown_bib_counts_as_soon_as_it_is_registered,
    a_review_item_leaves_the_list_when_facts_resolve_it,
);

async fn review(server: &Server) -> Vec<(String, Value)> {
    let review = server
        .get_as(ADMIN, "/api/races/relay/review")
        .await
        .ok(200);
    let items = review["items"].as_array().expect("items").clone();
    let code = |item: &Value| item["code"].as_str().expect("a code").to_owned();
    items
        .into_iter()
        .map(|item| (code(&item), item["event"].clone()))
        .collect()
}

async fn odd_passages_are_accepted_with_a_warning_and_reviewed(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let calm = [
        gun("1", 0),
        passage("1", "km5", 900),
        passage("2", "x1", 1800),
    ];
    let answer = server.record(ADMIN, &calm).await;
    assert!((0..3).all(|place| answer.warnings(place).is_empty()));
    let odd = [
        ("unknown_bib", passage("77", "km5", 900)),
        ("duplicate_passage", passage("1", "km5", 960)),
        ("before_start", passage("3", "km5", -60)),
        ("out_of_order", passage("1", "x1", 800)),
        ("implausible_pace", passage("4", "km5", 300)),
    ];
    for (code, fact) in &odd {
        let answer = server.record(ADMIN, std::slice::from_ref(fact)).await;
        assert_eq!(answer.warnings(0), [*code]);
    }
    let dnf = status("2", "dnf");
    let after = passage("2", "finish", 3600);
    server.record(ADMIN, &[dnf]).await.ok(200);
    let answer = server.record(ADMIN, std::slice::from_ref(&after)).await;
    assert_eq!(answer.warnings(0), ["after_status"]);
    let items = review(&server).await;
    let odd = odd.iter().map(|(code, fact)| (*code, fact));
    for (code, fact) in odd.chain([("after_status", &after)]) {
        let item = (code.to_owned(), fact["id"].clone());
        assert!(items.contains(&item), "{code} is not in {items:?}");
    }
    // Bib 2 was never seen at 5 km: its next passage shows that.
    let missed = ("missed_checkpoint".to_owned(), calm[2]["id"].clone());
    assert!(items.contains(&missed), "{items:?}");
    let log = server.export("relay").await;
    assert_eq!(log.lines().count(), 11);
}

async fn an_unknown_bib_counts_as_soon_as_it_is_registered(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let facts = [
        gun("1", 0),
        passage("77", "km5", 880),
        passage("1", "km5", 900),
    ];
    let answer = server.record(ADMIN, &facts).await;
    assert_eq!(answer.warnings(1), ["unknown_bib"]);
    let before = server.standings("").await;
    assert_eq!(before["entries"]["77"], Value::Null);
    assert_eq!(before["entries"]["1"]["rank"], 1);
    server.record(ADMIN, &[entry("77", "Late")]).await.ok(200);
    let after = server.standings("").await;
    assert_eq!(after["entries"]["77"]["rank"], 1);
    assert_eq!(after["entries"]["77"]["elapsed_ms"], 880_000);
    assert_eq!(after["entries"]["1"]["rank"], 2);
    assert!(review(&server).await.is_empty());
}

async fn a_review_item_leaves_the_list_when_facts_resolve_it(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let twice = passage("1", "km5", 960);
    let facts = [gun("1", 0), passage("1", "km5", 900), twice.clone()];
    server.record(ADMIN, &facts).await.ok(200);
    let items = review(&server).await;
    assert_eq!(
        items,
        [("duplicate_passage".to_owned(), twice["id"].clone())]
    );
    server.record(ADMIN, &[void(&twice)]).await.ok(200);
    assert!(review(&server).await.is_empty());
}
