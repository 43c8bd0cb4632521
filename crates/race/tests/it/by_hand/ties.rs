//! Equal official times: `shared` gives all the same rank (1, 1, 1, 4),
//! `arrival` splits them by the unrounded time, then by the instant of
//! passage, then by the bib. Legs have a setting of their own, and the first
//! leg one more.

use serde_json::{Value, json};

use super::story::{Story, relay};

/// Up to the second: bib 1 0:30:00.8, bib 2 0:30:00.3, bib 3 0:30:01.0, all
/// 0:30:01; bib 4 0:30:05.
fn race(ranking: Value) -> Story {
    let mut race = relay(1, "1 2 3 4");
    race["ranking"] = ranking;
    Story::of(&race)
        .gun("1", "08:00:00")
        .pass("1", "finish", "08:30:00.8")
        .pass("2", "finish", "08:30:00.3")
        .pass("3", "finish", "08:30:01.0")
        .pass("4", "finish", "08:30:05.0")
}

#[test]
fn shared_leaves_the_next_places_free() {
    race(json!({"ties": "shared"})).check(|board| {
        assert_eq!(board.ranks("finish", "1 2 3 4"), "1 1 1 4");
        assert_eq!(board.overall("1 2 3 4"), "1 1 1 4");
    });
}

#[test]
fn arrival_splits_by_the_unrounded_time() {
    // It is the default.
    for ranking in [json!({"ties": "arrival"}), json!({})] {
        race(ranking).check(|board| {
            assert_eq!(board.overall("1 2 3 4"), "2 1 3 4");
            // The gap is of official times all the same.
            assert_eq!(board.gap("3", "finish"), "0:00:00");
            assert_eq!(board.gap("4", "finish"), "0:00:04");
        });
    }
}

#[test]
fn equal_to_the_millisecond_the_earlier_passage_is_ahead_then_the_bib() {
    // Bib 1 started a minute later and ran the same; bib 3 came with bib 2.
    let story = Story::of(&relay(1, "1 2 3"))
        .gun("1", "08:00:00")
        .gun_for("1", "1", "08:01:00")
        .pass("1", "finish", "08:31:00")
        .pass("3", "finish", "08:30:00")
        .pass("2", "finish", "08:30:00");
    story.check(|board| {
        for bib in ["1", "2", "3"] {
            assert_eq!(board.total(bib), "0:30:00");
        }
        assert_eq!(board.overall("1 2 3"), "3 1 2");
    });
}

#[test]
fn legs_are_shared_and_the_first_is_split_unless_the_race_says_otherwise() {
    // Leg 1: both 1:00:01 (0.3 s and 0.8 s past the hour). Leg 2, readings:
    // 2:00:01 - 1:00:01 = 1:00:00 both, of 1:00:00.4 and 0:59:59.6 unrounded.
    let story = |ranking: Value| {
        let mut race = relay(2, "1 2");
        race["ranking"] = ranking;
        Story::of(&race)
            .gun("1", "08:00:00")
            .run("1", "x1 09:00:00.3, finish 10:00:00.7")
            .run("2", "x1 09:00:00.8, finish 10:00:00.4")
    };
    story(json!({})).check(|board| {
        assert_eq!(board.leg("1", "finish"), "1:00:00");
        assert_eq!(board.leg("2", "finish"), "1:00:00");
        assert_eq!(board.leg_ranks("x1", "1 2"), "1 2");
        assert_eq!(board.leg_ranks("finish", "1 2"), "1 1");
    });
    story(json!({"first_leg_ties": "shared", "leg_ties": "arrival"})).check(|board| {
        assert_eq!(board.leg_ranks("x1", "1 2"), "1 1");
        assert_eq!(board.leg_ranks("finish", "1 2"), "2 1");
    });
}
