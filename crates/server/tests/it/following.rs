//! A viewer's state is at every step what `standings` says.

use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::{Value, json};
use tasuki_race::Definition;
use tasuki_testkit::generate::{facts, race, seeded};

use crate::support::engine::{Engine, on_both_engines};
use crate::support::facts::on_the_wire;
use crate::support::server::{ADMIN, Server};
use crate::support::viewer::Viewer;

on_both_engines!(
    every_diff_leads_to_the_standings_of_its_number,
    a_viewer_of_a_storm_never_shows_what_was_not,
);

/// Random races of a test, with their seeds.
const SEEDS: std::ops::Range<u64> = 0..6;
const ENTRIES: usize = 8;
const FACTS: usize = 50;
/// The id of every generated race.
const RACE: &str = "random-race";

/// What the viewers look at: everything, and parts.
fn selections(rng: &mut StdRng, definition: &Definition) -> Vec<String> {
    let top = rng.random_range(1..ENTRIES);
    let mut selections = vec![
        String::new(),
        format!("top={top}"),
        "bibs=1,3,101,404,%E5%A5%B33".to_owned(),
        "bibs=3".to_owned(),
        format!("bibs=1,2,3&top={top}"),
    ];
    for category in &definition.categories {
        selections.push(format!("category={}", category.id));
        selections.push(format!("category={}&top={top}", category.id));
        selections.push(format!("category={}&bibs=1,2,3", category.id));
    }
    selections
}

/// The standings of a selection; a category that was dropped has none.
async fn standings(server: &Server, query: &str) -> Option<Value> {
    let path = format!("/api/races/{RACE}/standings?{query}");
    let answer = server.get(&path).await;
    if answer.status == 404 {
        answer.problem(404, "unknown_category");
        return None;
    }
    Some(answer.ok(200))
}

async fn every_diff_leads_to_the_standings_of_its_number(engine: Engine) {
    let mut diffs = 0;
    let server = Server::start(&engine).await;
    for seed in SEEDS {
        println!("seed {seed}");
        let mut rng = seeded(seed);
        let definition = race(&mut rng, ENTRIES);
        let facts = facts(&mut rng, &definition, FACTS);
        // The engine holds all of these races, so each has a name of its own.
        let name = format!("{RACE}-{seed}");
        let renamed = |fact: &tasuki_race::Fact| {
            let text = on_the_wire(fact).to_string();
            let quoted = |name: &str| format!("\"id\":\"{name}\"");
            let text = text.replace(&quoted(RACE), &quoted(&name));
            serde_json::from_str::<Value>(&text).expect("still JSON")
        };
        let created = renamed(&facts[0])["race"].clone();
        server.create(&created).await.ok(201);
        let mut viewers = Vec::new();
        for query in selections(&mut rng, &definition) {
            let viewer = Viewer::join_race(&server, &name, &query).await;
            viewers.push((query, viewer));
        }
        let mut rest: Vec<Value> = facts[1..].iter().map(renamed).collect();
        while !rest.is_empty() {
            let size = rng.random_range(1..=3).min(rest.len());
            let batch: Vec<Value> = rest.drain(..size).collect();
            let answer = server.record_in(&name, ADMIN, &batch).await;
            let head = answer.json()["head"]["seq"].as_u64().expect("a number");
            for (query, viewer) in &mut viewers {
                viewer.reach(head).await;
                let path = format!("/api/races/{name}/standings?{query}");
                let now = server.get(&path).await;
                if now.status == 404 {
                    now.problem(404, "unknown_category");
                    assert_eq!(viewer.state["entries"], json!({}), "{query}");
                } else {
                    assert_eq!(viewer.state, now.ok(200), "{query}");
                }
            }
        }
        for (query, viewer) in viewers {
            // Nobody fell behind: a state, then differences.
            assert!(
                viewer.events[1..].iter().all(|event| event == "diff"),
                "{query}"
            );
            diffs += viewer.events.len() - 1;
        }
    }
    println!("{diffs} diffs were compared");
}

async fn a_viewer_of_a_storm_never_shows_what_was_not(engine: Engine) {
    let seed = 7;
    println!("seed {seed}");
    let mut rng = seeded(seed);
    let definition = race(&mut rng, ENTRIES);
    let facts = facts(&mut rng, &definition, 200);
    let server = Server::with_race(&engine, &on_the_wire(&facts[0])["race"]).await;
    let mut viewers = Vec::new();
    for query in selections(&mut rng, &definition) {
        viewers.push((
            query.clone(),
            Viewer::join_race(&server, RACE, &query).await,
        ));
    }
    // Sent side by side: several facts may share one diff.
    let batches: Vec<Vec<Value>> = facts[1..]
        .chunks(4)
        .map(|batch| batch.iter().map(on_the_wire).collect())
        .collect();
    let sending = batches
        .iter()
        .map(|batch| server.record_in(RACE, ADMIN, batch));
    let recording = futures::future::join_all(sending);
    let watching = async {
        // A viewer that comes in the middle of it.
        viewers.push((String::new(), Viewer::join_race(&server, RACE, "").await));
    };
    futures::join!(recording, watching);
    let head = server.standings_of(RACE, "").await["seq"]
        .as_u64()
        .expect("a number");
    for (query, viewer) in &mut viewers {
        viewer.reach(head).await;
        for (seq, state) in &viewer.seen {
            let then = standings_at(&server, query, *seq).await;
            if let Some(then) = then {
                assert_eq!(*state, then, "{query} at {seq}");
            }
        }
        if let Some(now) = standings(&server, query).await {
            assert_eq!(viewer.state, now);
        }
    }
}

async fn standings_at(server: &Server, query: &str, seq: u64) -> Option<Value> {
    standings(server, &format!("{query}&at_seq={seq}")).await
}
