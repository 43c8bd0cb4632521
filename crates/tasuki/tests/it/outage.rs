//! The database goes away in the middle of a race, and comes back.

use serde_json::{Value, json};

use crate::crash::audit::audited;
use crate::crash::crew::Crew;
use crate::crash::place::Place;
use crate::crash::site::{Site, answered};
use crate::crash::waiting::{self, aside, until, within};
use crate::crash::watcher::Watching;
use tasuki_testkit::cluster::Cluster;

/// Devices that record at the same time.
const WRITERS: u64 = 4;
/// When the work is in full swing, before and after.
const FACTS: usize = 60;
/// So often those who record are told to come again.
const REFUSALS: usize = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_goes_away_and_comes_back_loses_and_doubles_nothing() {
    let cluster = aside(Cluster::start).await;
    let site = Site::new(Place::At(cluster.url()));
    let server = site.serve().await;
    site.create_race().await;
    let crew = Crew::hire(&site, WRITERS, waiting::seed());
    let mut watching = Watching::start(&site);
    watching.sees(FACTS as u64).await;

    let cluster = aside(move || {
        cluster.kill();
        cluster
    })
    .await;
    let told = json!({"ready": false, "reasons": ["log not writable"]});
    assert_eq!(readiness(&site, 503).await, told);
    until("refusals", || async {
        let refused = crew.ledger.refused();
        (refused.get("log_unavailable") >= Some(&REFUSALS)).then_some(())
    })
    .await;
    let (acknowledged, away) = (crew.ledger.len(), site.standings().await);

    let cluster = aside(move || {
        cluster.launch();
        cluster
    })
    .await;
    readiness(&site, 200).await;
    until("facts after the outage", || async {
        (crew.ledger.len() >= acknowledged + FACTS).then_some(())
    })
    .await;

    let ledger = crew.finish().await;
    let standings = site.standings().await;
    let head = standings["seq"].as_u64().expect("a number");
    let watcher = within("the last state", watching.reach(head)).await;
    println!("{ledger}; {watcher}");
    assert_eq!(watcher.connections, 1, "the stream stayed open");
    assert_eq!(watcher.state, standings);
    assert!(away["seq"].as_u64() < Some(head), "{away}");
    assert_eq!(ledger.unanswered(), 0, "everyone was told");
    assert_eq!(audited(&site, &ledger).len(), 1 + ledger.len());
    assert_eq!(server.terminate().await, Some(0));
    aside(move || drop(cluster)).await;
}

/// Waits until `/ready` answers so, and gives what it says.
async fn readiness(site: &Site, status: u16) -> Value {
    let answer = until("another readiness", || async {
        let answer = answered(site.get("/ready")).await;
        (answer.status() == status).then_some(answer)
    });
    answer.await.json().await.expect("readiness is JSON")
}
