//! A viewer that comes back gets what it has missed, or a new state.

use serde_json::Value;

use crate::support::engine::{Engine, on_both_engines};
use crate::support::facts::{gun, passage};
use crate::support::races::{relay, relay_named};
use crate::support::server::{ADMIN, Server};
use crate::support::viewer::{Viewer, open, open_after};

on_both_engines!(
    a_viewer_that_comes_back_gets_the_missing_diffs_only,
    an_id_that_was_not_issued_for_this_view_gets_a_state,
);

async fn a_viewer_that_comes_back_gets_the_missing_diffs_only(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    for query in ["", "top=2", "category=univ", "bibs=1,2"] {
        let mut viewer = Viewer::join(&server, query).await;
        let (state, id) = (viewer.state.clone(), viewer.last_id.clone());
        let seq = viewer.seq();
        let missed = [
            gun("1", 0),
            passage("1", "km5", 900),
            passage("2", "km5", 890),
        ];
        for (fact, seq) in missed.into_iter().zip(seq + 1..) {
            server.record(ADMIN, &[fact]).await.ok(200);
            viewer.reach(seq).await;
        }
        let now = server.standings(query).await;
        // By the header, and by both spellings of the query.
        let ways = [
            open_after(&server, "relay", query, Some(&id)).await,
            open(&server, "relay", &format!("{query}&last_event_id={id}")).await,
            open(&server, "relay", &format!("{query}&lastEventId={id}")).await,
            // The header is newer than an address that is called again.
            open_after(
                &server,
                "relay",
                &format!("{query}&last_event_id=old"),
                Some(&id),
            )
            .await,
        ];
        for response in ways {
            let mut back = Viewer::at(response, state.clone());
            back.reach(seq + 3).await;
            assert!(
                back.events.iter().all(|event| event == "diff"),
                "{:?}",
                back.events
            );
            assert_eq!(back.state, now);
            assert_eq!(back.last_id, viewer.last_id);
        }
        // Who has missed nothing gets nothing but what comes next.
        let response = open_after(&server, "relay", query, Some(&viewer.last_id)).await;
        let mut back = Viewer::at(response, viewer.state.clone());
        server
            .record(ADMIN, &[passage("3", "x1", 1800)])
            .await
            .ok(200);
        back.reach(seq + 4).await;
        assert_eq!(back.events, ["diff"]);
        assert_eq!(back.state, server.standings(query).await);
    }
}

async fn an_id_that_was_not_issued_for_this_view_gets_a_state(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    server.create(&relay_named("another")).await.ok(201);
    server.record(ADMIN, &[gun("1", 0)]).await.ok(200);
    let own = Viewer::join(&server, "").await.last_id;
    let selected = Viewer::join(&server, "top=1").await.last_id;
    let foreign = Viewer::join_race(&server, "another", "").await.last_id;
    // One that may be issued some day, but was not yet.
    let ahead = own.replace("-2", "-3");
    assert_ne!(ahead, own);
    let ids = [
        selected.as_str(),
        &foreign,
        &ahead,
        "",
        "0",
        "snapshot",
        "\u{fe}",
        "18446744073709551616",
        &"9".repeat(10_000),
    ];
    for id in ids {
        let response = open_after(&server, "relay", "", Some(id)).await;
        let mut viewer = Viewer::at(response, Value::Null);
        viewer.event().await;
        assert_eq!(viewer.events, ["snapshot"], "{id}");
        assert_eq!(viewer.state, server.standings("").await);
    }
}
