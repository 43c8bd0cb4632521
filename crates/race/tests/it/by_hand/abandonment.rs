//! Abandonment (途中棄権): from the named checkpoint on (else after the last
//! passage) no rank and no total; everything before stays ranked. The team may
//! run on: later legs are timed, as a `reference` without a leg rank, or
//! `counted`. `active` takes it all back.

use serde_json::json;

use super::story::{Story, relay};

/// Legs of 3; a split `s2` on leg 2. Bib 1 abandons leg 2 after the split and
/// walks in at 10:25:00; its last runner was sent off at 10:20:00.
///
/// Bib 1: leg 1 1:00:00, split at 1:30:00, leg 2 1:25:00, leg 3 0:55:00.
/// Bib 2: leg 1 1:05:00, split at 1:36:00, leg 2 1:05:00, leg 3 1:00:00.
fn race(after_dnf: &str) -> Story {
    let mut race = relay(3, "1 2");
    race["ranking"] = json!({"after_dnf": after_dnf});
    let split = json!({"id": "s2", "name": "s2", "kind": "split", "distance_m": 15_000});
    let checkpoints = race["checkpoints"].as_array_mut().expect("checkpoints");
    checkpoints.insert(2, split);
    Story::of(&race)
        .gun("1", "08:00:00")
        .gun_for("1", "3", "10:20:00")
        .run(
            "1",
            "x1 09:00:00, s2 09:30:00, x2 10:25:00, finish 11:15:00",
        )
        .run(
            "2",
            "x1 09:05:00, s2 09:36:00, x2 10:10:00, finish 11:10:00",
        )
}

#[test]
fn from_the_checkpoint_on_there_is_no_rank_and_later_legs_are_a_reference() {
    race("reference").dnf_from("1", "x2").check(|board| {
        assert_eq!(board.status("1"), "dnf");
        assert_eq!(board.total("1"), "-");
        assert_eq!(board.overall("1 2"), "- 1");
        // Before it everything stands.
        assert_eq!(board.ranks("x1", "1 2"), "1 2");
        assert_eq!(board.leg_ranks("x1", "1 2"), "1 2");
        assert_eq!(board.elapsed("1", "s2"), "1:30:00");
        assert_eq!(board.ranks("s2", "1 2"), "1 2");
        // The abandoned leg.
        assert_eq!(board.elapsed("1", "x2"), "-");
        assert_eq!(board.ranks("x2", "1 2"), "- 1");
        assert_eq!(board.leg_ranks("x2", "1 2"), "- 1");
        // The one after it: 11:15:00 - 10:20:00.
        assert_eq!(board.leg("1", "finish"), "0:55:00");
        assert!(
            board
                .split("1", "finish")
                .is_some_and(|split| split.reference)
        );
        assert_eq!(board.leg_ranks("finish", "1 2"), "- 1");
        assert_eq!(board.elapsed("1", "finish"), "-");
        // On the road everybody is counted.
        assert_eq!(board.orders("finish", "1 2"), "2 1");
    });
}

#[test]
fn counted_legs_are_ranked_after_an_abandonment() {
    race("counted").dnf_from("1", "x2").check(|board| {
        assert_eq!(board.leg("1", "finish"), "0:55:00");
        assert!(
            board
                .split("1", "finish")
                .is_some_and(|split| !split.reference)
        );
        assert_eq!(board.leg_ranks("finish", "1 2"), "1 2");
        // The abandoned leg itself is not, and there is no total.
        assert_eq!(board.leg_ranks("x2", "1 2"), "- 1");
        assert_eq!(board.overall("1 2"), "- 1");
    });
}

#[test]
fn without_a_checkpoint_what_was_passed_stays_ranked() {
    let mut race = relay(2, "1 2");
    race["ranking"] = json!({});
    let story = Story::of(&race)
        .gun("1", "08:00:00")
        .pass("1", "x1", "09:00:00")
        .pass("2", "x1", "09:05:00")
        .status("1", "dnf");
    story.check(|board| {
        assert_eq!(board.elapsed("1", "x1"), "1:00:00");
        assert_eq!(board.ranks("x1", "1 2"), "1 2");
        assert_eq!(board.total("1"), "-");
        assert_eq!(board.overall("1 2"), "- 1");
    });
}

#[test]
fn active_takes_it_back() {
    race("reference")
        .dnf_from("1", "x2")
        .status("1", "active")
        .check(|board| {
            assert_eq!(board.status("1"), "finished");
            // 1:00:00 + 1:25:00, and leg 3 from its gun on: + 0:55:00.
            assert_eq!(board.elapsed("1", "x2"), "2:25:00");
            assert_eq!(board.total("1"), "3:20:00");
            // 1:05:00 + 1:05:00 + 1:00:00.
            assert_eq!(board.total("2"), "3:10:00");
            assert_eq!(board.overall("1 2"), "2 1");
            assert_eq!(board.leg_ranks("x2", "1 2"), "2 1");
            assert_eq!(board.leg_ranks("finish", "1 2"), "1 2");
            assert!(
                board
                    .split("1", "finish")
                    .is_some_and(|split| !split.reference)
            );
        });
}
