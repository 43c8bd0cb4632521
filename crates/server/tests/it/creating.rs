//! Races are created once, by administrators.

use serde_json::json;

use crate::support::engine::{Engine, on_both_engines};
use crate::support::facts::{definition, gun, passage};
use crate::support::races::{relay, relay_named, with};
use crate::support::server::{ADMIN, Server};

on_both_engines!(
    a_created_race_is_shown_as_it_was_defined,
    a_race_is_created_once,
    a_definition_is_replaced_by_a_fact_and_entries_not_named_stay,
    a_definition_that_orphans_a_passage_is_a_conflict,
);

async fn a_created_race_is_shown_as_it_was_defined(engine: Engine) {
    let server = Server::start(&engine).await;
    let answer = server.create(&relay()).await;
    let created = answer.ok(201);
    assert_eq!(answer.header("location"), "/api/races/relay");
    for member in [
        "id",
        "name",
        "timezone",
        "checkpoints",
        "legs",
        "categories",
    ] {
        assert_eq!(created[member], relay()[member], "{member}");
    }
    // What was left out is filled in.
    assert_eq!(created["resolution_ms"], 1000);
    assert_eq!(created["rounding"], "up");
    assert_eq!(created["entries"][0]["bib"], "1");
    let shown = server.get("/api/races/relay").await;
    assert_eq!(shown.ok(200), created);
    let caching = "public, s-maxage=10, stale-while-revalidate=30";
    assert_eq!(shown.header("cache-control"), caching);
    assert_eq!(server.standings("").await["seq"], 1);
}

async fn a_race_is_created_once(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let other = with(relay(), "name", json!("Another"));
    for race in [relay(), other] {
        let detail = server.create(&race).await.problem(409, "race_exists");
        assert!(detail.contains("race_defined"), "{detail}");
    }
    assert_eq!(server.standings("").await["seq"], 1);
    // Of many who create a race at once, one does.
    let race = relay_named("contested");
    let creating = (0..8).map(|_| server.create(&race));
    let answers = futures::future::join_all(creating).await;
    let created = answers.iter().filter(|answer| answer.status == 201);
    assert_eq!(created.count(), 1);
    let refused = answers.iter().filter(|answer| answer.status == 409);
    assert_eq!(refused.count(), 7);
    assert_eq!(server.standings_of("contested", "").await["seq"], 1);
}

async fn a_definition_is_replaced_by_a_fact_and_entries_not_named_stay(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let late = json!([{"bib": "9", "name": "Late"}, {"bib": "2", "name": "Beta II"}]);
    let changed = with(with(relay(), "name", json!("Relay II")), "entries", late);
    server.record(ADMIN, &[definition(&changed)]).await.ok(200);
    let shown = server.get("/api/races/relay").await.ok(200);
    assert_eq!(shown["name"], "Relay II");
    let entries = server.standings("").await["entries"].clone();
    let names = ["1", "2", "3", "4", "9"].map(|bib| entries[bib]["name"].clone());
    assert_eq!(names, ["Alpha", "Beta II", "Gamma", "Open", "Late"]);
    let elsewhere = definition(&relay_named("elsewhere"));
    server
        .record(ADMIN, &[elsewhere])
        .await
        .rejected("wrong_race");
}

async fn a_definition_that_orphans_a_passage_is_a_conflict(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let mut shorter = relay();
    shorter["checkpoints"]
        .as_array_mut()
        .expect("a list")
        .remove(1);
    // Nobody has passed there yet: the split may go, and come back.
    let facts = [definition(&shorter), definition(&relay())];
    server.record(ADMIN, &facts).await.ok(200);
    let facts = [gun("1", 0), passage("1", "km5", 900)];
    server.record(ADMIN, &facts).await.ok(200);
    let answer = server.record(ADMIN, &[definition(&shorter)]).await;
    let detail = answer.rejected("definition_conflict");
    assert!(detail.contains("km5"), "{detail}");
    assert_eq!(answer.results(422)[0]["status"], 409);
    // Nor in the same request as the passage.
    let mut without_x1 = relay();
    without_x1["checkpoints"][2]["id"] = json!("x2");
    let facts = [passage("1", "x1", 1800), definition(&without_x1)];
    let outcomes = server.record(ADMIN, &facts).await.outcomes(207);
    assert_eq!(outcomes, ["accepted 6", "rejected definition_conflict"]);
}
