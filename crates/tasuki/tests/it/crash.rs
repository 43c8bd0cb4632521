//! The server is killed, again and again, while facts are recorded and watched.
//!
//! What the story needs is shared with the other stories about hard days: a
//! [`site`] at which the server is started many times, a [`crew`] that records
//! and never gives up, a [`watcher`] that always comes back, a [`ledger`] of
//! what was acknowledged, and an [`audit`] that compares the log with it.

pub(crate) mod audit;
pub(crate) mod crew;
pub(crate) mod facts;
pub(crate) mod ledger;
pub(crate) mod place;
mod second_process;
pub(crate) mod site;
mod stopping;
pub(crate) mod waiting;
pub(crate) mod watcher;

use std::time::Duration;

use rand::RngExt;
use tasuki_testkit::generate::seeded;

use audit::audited;
use crew::Crew;
use place::{Place, on_both_engines};
use site::Site;
use waiting::{until, within};
use watcher::Watching;

/// How often the server is killed.
const CYCLES: usize = 50;
/// Devices that record at the same time.
const WRITERS: u64 = 4;
/// A server lives until so many facts are acknowledged, at most,
const FACTS_MAX: usize = 30;
/// and then this much longer, so that it dies anywhere in its work.
const LIFE_MS_MAX: u64 = 15;
/// One that is killed while it starts is killed this early.
const START_MS_MAX: u64 = 120;
/// How many of the starts are ended so.
const KILLED_STARTING: f64 = 0.2;

on_both_engines!(a_killed_server_loses_and_doubles_nothing_that_it_acknowledged);

async fn a_killed_server_loses_and_doubles_nothing_that_it_acknowledged(place: Place) {
    let seed = waiting::seed();
    let mut chance = seeded(seed);
    let site = Site::new(place);
    let mut server = site.serve().await;
    site.create_race().await;
    let crew = Crew::hire(&site, WRITERS, seed);
    let watching = Watching::start(&site);
    for _ in 0..CYCLES {
        let enough = crew.ledger.len() + chance.random_range(1..=FACTS_MAX);
        until("acknowledged facts", || async {
            (crew.ledger.len() >= enough).then_some(())
        })
        .await;
        tokio::time::sleep(Duration::from_millis(chance.random_range(0..=LIFE_MS_MAX))).await;
        server.kill();
        if chance.random_bool(KILLED_STARTING) {
            let starting = site.spawn();
            let moment = Duration::from_millis(chance.random_range(0..=START_MS_MAX));
            tokio::time::sleep(moment).await;
            starting.kill();
        }
        server = site.serve().await;
    }
    let ledger = crew.finish().await;
    let standings = site.standings().await;
    let head = standings["seq"].as_u64().expect("a number");
    let watcher = within("the last state", watching.reach(head)).await;
    assert_eq!(watcher.state, standings);
    println!("{ledger}; {watcher}");
    assert_eq!(server.terminate().await, Some(0));
    assert!(ledger.unanswered() > 0, "no request was cut off");
    assert_eq!(audited(&site, &ledger).len(), 1 + ledger.len());
}
