//! A real race, recorded as tablets do, gives what was published.

use rand::seq::SliceRandom;
use serde_json::{Value, json};
use tasuki_testkit::datasets::{Dataset, Expected, dataset};
use tasuki_testkit::generate::seeded;

use crate::support::chain::verified;
use crate::support::engine::{Engine, on_both_engines};
use crate::support::facts::on_the_wire;
use crate::support::server::{ADMIN, Server};
use crate::support::viewer::Viewer;

on_both_engines!(a_relay_recorded_out_of_order_and_twice_gives_the_published_results);

const NAME: &str = "devils-burdens-2024";
const SEED: u64 = 2024;

async fn a_relay_recorded_out_of_order_and_twice_gives_the_published_results(engine: Engine) {
    let Some(data) = dataset(NAME) else {
        println!("the data set {NAME} is not here: nothing was checked");
        return;
    };
    println!("seed {SEED}");
    let race = data.definition.id.as_str();
    let server = Server::with_race(&engine, &json!(data.definition)).await;
    let device = server.admit_to(race, None).await;
    let mut viewer = Viewer::join_race(&server, race, "").await;
    let mut passages: Vec<Value> = data.passages.iter().map(on_the_wire).collect();
    passages.shuffle(&mut seeded(SEED));
    let decisions: Vec<Value> = data.decisions.iter().map(on_the_wire).collect();
    let (before, after) = decisions.split_at(decisions.len() / 2);
    server.record_in(race, ADMIN, before).await.ok(200);
    for (number, batch) in passages.chunks(10).enumerate() {
        let times = if number % 3 == 0 { 2 } else { 1 };
        for _ in 0..times {
            let answer = server.record_in(race, &device.token, batch).await;
            assert_eq!(answer.status, 200, "{}", answer.text());
        }
    }
    server.record_in(race, ADMIN, after).await.ok(200);
    let standings = server.standings_of(race, "").await;
    let facts = 1 + data.decisions.len() + data.passages.len();
    assert_eq!(standings["seq"], facts);
    assert_eq!(verified(&server.export(race).await).len(), facts);
    assert_eq!(wrong_figures(&data, &standings), Vec::<String>::new());
    viewer
        .reach(standings["seq"].as_u64().expect("a number"))
        .await;
    assert_eq!(viewer.state, standings);
    println!("{} published figures agree", data.expected.len());
    server.stop().await;
    let server = Server::start(&engine).await;
    assert_eq!(server.standings_of(race, "").await, standings);
}

/// The published figures that the JSON does not show, a line for each.
fn wrong_figures(data: &Dataset, standings: &Value) -> Vec<String> {
    assert!(!data.expected.is_empty(), "nothing was published");
    let differs = |expected: &&Expected| figure(data, standings, expected) != expected.value;
    let wrong = data.expected.iter().filter(differs);
    wrong.map(|expected| format!("{expected:?}")).collect()
}

fn figure(data: &Dataset, standings: &Value, expected: &Expected) -> String {
    let row = &standings["entries"][expected.bib.as_str()];
    let shown = match expected.what.split_once(':') {
        Some(("rank", category)) => &row["ranks"][category],
        Some(("leg_ms", leg)) => &row["splits"][end_of(data, leg)]["leg_ms"],
        Some(_) => panic!("{expected:?} is no figure"),
        None if expected.what == "total_ms" => &row["elapsed_ms"],
        None => &row[expected.what.as_str()],
    };
    shown
        .as_str()
        .map_or_else(|| shown.to_string(), str::to_owned)
}

/// The checkpoint at which a leg ends.
fn end_of<'a>(data: &'a Dataset, leg: &str) -> &'a str {
    let ends = data
        .definition
        .checkpoints
        .iter()
        .filter(|c| c.kind.ends_leg());
    let mut legs = data.definition.legs.iter().zip(ends);
    let found = legs.find(|(named, _)| named.id.as_str() == leg);
    found.map_or("", |(_, end)| end.id.as_str())
}
