//! Many record at once.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::chain::verified;
use crate::support::engine::{Engine, on_both_engines};
use crate::support::facts::{gun, passage};
use crate::support::races::{crowd, relay_named};
use crate::support::server::{ADMIN, Server};

on_both_engines!(
    every_fact_of_64_recorders_is_in_the_log_once,
    races_recorded_at_the_same_time_have_logs_of_their_own,
);

const RECORDERS: usize = 64;
const FACTS_EACH: usize = 20;

async fn every_fact_of_64_recorders_is_in_the_log_once(engine: Engine) {
    let server = Server::with_race(&engine, &crowd(RECORDERS * FACTS_EACH)).await;
    server
        .record_in("crowd", ADMIN, &[gun("1", 0)])
        .await
        .ok(200);
    let batch = |recorder: usize| -> Vec<Value> {
        let bibs = (1..=FACTS_EACH).map(|n| (recorder * FACTS_EACH + n).to_string());
        bibs.zip(900..)
            .map(|(bib, seconds)| passage(&bib, "km5", seconds))
            .collect()
    };
    let batches: Vec<Vec<Value>> = (0..RECORDERS).map(batch).collect();
    // Each batch is sent twice at the same time, as by an impatient tablet.
    let twice = batches.iter().chain(&batches);
    let sending = twice.map(|batch| server.record_in("crowd", ADMIN, batch));
    let answers = futures::future::join_all(sending).await;
    let log = verified(&server.export("crowd").await);
    assert_eq!(log.len(), 2 + RECORDERS * FACTS_EACH);
    for (answer, batch) in answers.iter().zip(batches.iter().chain(&batches)) {
        let results = answer.results(200);
        let seqs: Vec<u64> = results.iter().filter_map(|r| r["seq"].as_u64()).collect();
        assert_eq!(seqs.len(), FACTS_EACH);
        assert!(
            seqs.windows(2).all(|pair| pair[1] == pair[0] + 1),
            "{seqs:?}"
        );
        for ((seq, result), fact) in seqs.iter().zip(&results).zip(batch) {
            assert_eq!(result["id"], fact["id"]);
            let place = usize::try_from(seq - 1).expect("a place");
            assert_eq!(log[place]["event"], *fact);
        }
        let head = answer.json()["head"].clone();
        let place = head["seq"].as_u64().expect("a number") - 1;
        let place = usize::try_from(place).expect("a place");
        assert_eq!(log[place]["hash"], head["hash"]);
    }
    let accepted = answers.iter().flat_map(|answer| answer.results(200));
    let accepted: Vec<Value> = accepted.filter(|r| r["outcome"] == "accepted").collect();
    assert_eq!(accepted.len(), RECORDERS * FACTS_EACH);
    let ids: BTreeSet<String> = log.iter().map(|l| l["event"]["id"].to_string()).collect();
    assert_eq!(ids.len(), log.len());
    assert_eq!(server.standings_of("crowd", "bibs=1280").await["seq"], 1282);
}

async fn races_recorded_at_the_same_time_have_logs_of_their_own(engine: Engine) {
    let server = Server::start(&engine).await;
    let races = ["a", "b", "c", "d"];
    for race in races {
        server.create(&relay_named(race)).await.ok(201);
    }
    let sending = (0..80).map(|n| {
        let race = races[n % races.len()];
        let fact = passage(&n.to_string(), "km5", 900);
        let server = &server;
        async move { server.record_in(race, ADMIN, &[fact]).await.ok(200) }
    });
    futures::future::join_all(sending).await;
    for race in races {
        let log = verified(&server.export(race).await);
        assert_eq!(log.len(), 21);
        assert!(log.iter().all(|line| line["race"] == race));
    }
}
