//! Who may record what.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::engine::{Engine, on_both_engines};
use crate::support::facts::{
    announcement, definition, entry, gun, passage, reassign, status, void,
};
use crate::support::races::{relay, relay_named};
use crate::support::server::{ADMIN, Server, send};

on_both_engines!(
    only_administrators_create_races,
    without_a_good_token_nothing_is_recorded,
    a_recorder_of_another_race_is_forbidden,
    a_device_of_a_checkpoint_records_there_only,
    a_recorder_voids_its_own_facts_only,
    decisions_need_an_administrator,
    the_log_says_who_recorded_each_fact,
);

async fn only_administrators_create_races(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let device = server.admit(None).await;
    let race = relay_named("another");
    let answer = server.post(&device.token, "/api/races", &race).await;
    answer.problem(403, "forbidden");
    let anonymous = server.request(Method::POST, "/api/races").json(&race);
    let answer = send(anonymous).await;
    answer.problem(401, "unauthorized");
    assert_eq!(answer.header("www-authenticate"), "Bearer");
    server
        .get("/api/races/another")
        .await
        .problem(404, "race_not_found");
}

async fn without_a_good_token_nothing_is_recorded(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let path = "/api/races/relay/events";
    let body = json!({"events": [gun("1", 0)]});
    let request = || server.request(Method::POST, path).json(&body);
    let requests = [
        request(),
        request().bearer_auth("guessed"),
        request().bearer_auth(""),
        request().header("Authorization", ADMIN),
        request().header("Authorization", format!("Basic {ADMIN}")),
        request().header("Authorization", "Bearer \u{e9}"),
    ];
    for request in requests {
        let answer = send(request).await;
        answer.problem(401, "unauthorized");
    }
    assert_eq!(server.standings("").await["seq"], 1);
    let review = server.get("/api/races/relay/review").await;
    review.problem(401, "unauthorized");
}

async fn a_recorder_of_another_race_is_forbidden(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    server.create(&relay_named("another")).await.ok(201);
    let device = server.admit_to("another", None).await;
    let answer = server.record(&device.token, &[gun("1", 0)]).await;
    answer.problem(403, "forbidden");
    let review = server
        .get_as(&device.token, "/api/races/relay/review")
        .await;
    review.problem(403, "forbidden");
    let own = server
        .record_in("another", &device.token, &[gun("1", 0)])
        .await;
    own.ok(200);
    let review = server
        .get_as(&device.token, "/api/races/another/review")
        .await;
    review.ok(200);
}

async fn a_device_of_a_checkpoint_records_there_only(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let device = server.admit(Some("km5")).await;
    let facts = [passage("1", "km5", 900), passage("1", "x1", 1800)];
    let answer = server.record(&device.token, &facts).await;
    assert_eq!(answer.outcomes(207), ["accepted 2", "rejected forbidden"]);
    let result = &answer.results(207)[1];
    assert_eq!(result["status"], 403);
    let detail = result["detail"].as_str().expect("a detail");
    assert!(detail.contains("km5"), "{detail}");
}

async fn a_recorder_voids_its_own_facts_only(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let (left, right) = (server.admit(None).await, server.admit(None).await);
    let (own, foreign) = (passage("1", "km5", 900), passage("2", "km5", 930));
    let decided = gun("1", 0);
    server
        .record(ADMIN, std::slice::from_ref(&decided))
        .await
        .ok(200);
    server
        .record(&left.token, std::slice::from_ref(&own))
        .await
        .ok(200);
    server
        .record(&right.token, std::slice::from_ref(&foreign))
        .await
        .ok(200);
    for fact in [&foreign, &decided] {
        let answer = server.record(&left.token, &[void(fact)]).await;
        answer.rejected("forbidden");
    }
    // Also what it recorded just before, in the same request.
    let just_before = passage("3", "km5", 960);
    let facts = [void(&own), just_before.clone(), void(&just_before)];
    server.record(&left.token, &facts).await.ok(200);
    let answer = server.record(ADMIN, &[void(&foreign)]).await;
    answer.ok(200);
    let entries = server.standings("").await["entries"].clone();
    for bib in ["1", "2", "3"] {
        assert_eq!(entries[bib]["last"], Value::Null, "{bib}");
    }
}

async fn decisions_need_an_administrator(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let device = server.admit(None).await;
    let seen = passage("1", "km5", 900);
    let allowed = [
        gun("1", 0),
        seen.clone(),
        status("2", "dns"),
        status("3", "dnf"),
        announcement("on their way"),
    ];
    server.record(&device.token, &allowed).await.ok(200);
    let mut adjusted = status("1", "dnf");
    adjusted["type"] = json!("time_adjusted");
    adjusted["delta_ms"] = json!(60_000);
    adjusted["reason"] = json!("penalty");
    adjusted
        .as_object_mut()
        .expect("an object")
        .remove("status");
    let declared = json!({"id": seen["id"], "type": "results_declared", "state": "official"});
    let decisions = [
        definition(&relay()),
        entry("9", "Late"),
        reassign(&seen, "2"),
        status("1", "dsq"),
        status("2", "active"),
        adjusted.clone(),
        declared,
    ];
    for fact in decisions {
        let answer = server
            .record(&device.token, std::slice::from_ref(&fact))
            .await;
        let detail = answer.rejected("forbidden");
        assert!(detail.contains("administrator"), "{detail}: {fact}");
    }
    server.record(ADMIN, &[adjusted]).await.ok(200);
}

async fn the_log_says_who_recorded_each_fact(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let device = server.admit(None).await;
    server.record(&device.token, &[gun("1", 0)]).await.ok(200);
    let log = crate::support::chain::verified(&server.export("relay").await);
    assert_eq!(log[0]["by"], "admin");
    assert_eq!(log[0]["device"], Value::Null);
    assert_eq!(log[1]["by"], "Tablet");
    assert_eq!(log[1]["device"], device.id.as_str());
}
