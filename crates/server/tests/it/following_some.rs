//! Who follows three bibs is told of those three.

use std::time::Duration;

use serde_json::json;
use tasuki_server::Options;

use crate::support::engine::Engine;
use crate::support::facts::{announcement, gun, passage};
use crate::support::races::crowd;
use crate::support::server::{ADMIN, Server, options};
use crate::support::viewer::{Viewer, open_after};

/// Longer than any story: what did not change is not told.
const NEVER: Duration = Duration::from_secs(3_600);
const SHORT: Duration = Duration::from_millis(40);

async fn race(engine: &Engine, as_of_every: Duration) -> Server {
    let options = Options {
        as_of_every,
        ..options()
    };
    let server = Server::start_with(engine, options).await;
    server.create(&crowd(50)).await.ok(201);
    server
        .record_in("crowd", ADMIN, &[gun("1", 0)])
        .await
        .ok(200);
    server
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_follower_gets_no_frame_for_what_others_do() {
    let engine = Engine::sqlite();
    let server = race(&engine, NEVER).await;
    let mut follower = Viewer::join_race(&server, "crowd", "bibs=1,2,404").await;
    let mut whole = Viewer::join_race(&server, "crowd", "").await;
    let mut seq = 2;
    for n in 0..20 {
        // Observations of nobody in the race: they are kept, and change no row.
        let strange = passage(&format!("s{n}"), "km5", 900);
        server.record_in("crowd", ADMIN, &[strange]).await.ok(200);
        seq += 1;
        whole.reach(seq).await;
    }
    for (fact, events) in [(passage("2", "km5", 900), 2), (announcement("hurrah"), 3)] {
        server.record_in("crowd", ADMIN, &[fact]).await.ok(200);
        seq += 1;
        follower.reach(seq).await;
        assert_eq!(follower.events.len(), events, "{:?}", follower.events);
    }
    assert_eq!(follower.events, ["snapshot", "diff", "diff"]);
    let now = server.standings_of("crowd", "bibs=1,2,404").await;
    assert_eq!(follower.state, now);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whom_nothing_changed_for_learns_the_number_once_the_race_stands_still() {
    let engine = Engine::sqlite();
    let server = race(&engine, SHORT).await;
    for query in ["bibs=404", "top=0", "bibs=404&top=3"] {
        let mut viewer = Viewer::join_race(&server, "crowd", query).await;
        let before = viewer.state.clone();
        let strange = passage("a-stranger", "km5", 900);
        let answer = server.record_in("crowd", ADMIN, &[strange]).await;
        let head = answer.json()["head"]["seq"].as_u64().expect("a number");
        viewer.reach(head).await;
        assert_eq!(viewer.events, ["snapshot", "diff"], "{query}");
        assert_eq!(viewer.state["entries"], before["entries"]);
        assert_eq!(viewer.state, server.standings_of("crowd", query).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_follower_resumes_after_a_silence() {
    let engine = Engine::sqlite();
    let server = race(&engine, NEVER).await;
    let mut follower = Viewer::join_race(&server, "crowd", "bibs=7,404").await;
    let (state, id) = (follower.state.clone(), follower.last_id.clone());
    for n in 0..5 {
        let strange = passage(&format!("s{n}"), "km5", 900);
        server.record_in("crowd", ADMIN, &[strange]).await.ok(200);
    }
    // Nothing was sent since: the old id still names what is shown.
    let response = open_after(&server, "crowd", "bibs=7,404", Some(&id)).await;
    let mut back = Viewer::at(response, state);
    let own = passage("7", "km5", 950);
    let answer = server.record_in("crowd", ADMIN, &[own]).await;
    let head = answer.json()["head"]["seq"].as_u64().expect("a number");
    for viewer in [&mut back, &mut follower] {
        viewer.reach(head).await;
        let now = server.standings_of("crowd", "bibs=7,404").await;
        assert_eq!(viewer.state, now);
        assert_eq!(viewer.events.last().map(String::as_str), Some("diff"));
    }
    assert_eq!(back.events, ["diff"]);
    assert_eq!(back.state["entries"]["7"]["elapsed_ms"], json!(950_000));
}
