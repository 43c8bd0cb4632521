//! A viewer that does not read costs nobody anything, itself included.

use serde_json::{Value, json};

use crate::support::engine::Engine;
use crate::support::facts::definition;
use crate::support::races::crowd;
use crate::support::server::{ADMIN, Server};
use crate::support::viewer::{Viewer, open};

/// Each change of all these names is a diff of about 120 kB: together they
/// are more than a ring and two sockets hold.
const ENTRIES: usize = 400;
const CHANGES: u64 = 200;
const NAME_CHARS: usize = 100;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_viewer_that_falls_behind_gets_a_new_state_and_harms_nobody() {
    let engine = Engine::sqlite();
    let mut race = crowd(ENTRIES);
    let server = Server::with_race(&engine, &race).await;
    let stalled = open(&server, "crowd", "").await;
    let mut other = Viewer::join_race(&server, "crowd", "").await;
    for (seq, letter) in (2..=CHANGES + 1).zip(["走", "駅", "伝"].into_iter().cycle()) {
        let entries = race["entries"].as_array_mut().expect("entries");
        for entry in entries {
            entry["name"] = json!(letter.repeat(NAME_CHARS));
        }
        let changed = definition(&race);
        server.record_in("crowd", ADMIN, &[changed]).await.ok(200);
        other.reach(seq).await;
        other.seen.clear();
    }
    let now = server.standings_of("crowd", "").await;
    assert_eq!(other.state, now);
    assert!(other.events[1..].iter().all(|event| event == "diff"));
    let mut back = Viewer::at(stalled, Value::Null);
    back.reach(CHANGES + 1).await;
    assert_eq!(back.state, now);
    let states = back.events.iter().filter(|event| *event == "snapshot");
    assert!(states.count() > 1, "{:?}", back.events);
    // Between the two it was given as much as its socket held, in order.
    assert!(back.events.len() < other.events.len());
}
