//! Countback: of entries with equal totals at the finish that one is ahead
//! which arrived first, where the order on the road decides, that is where
//! none of them ran a leg with a rolled or simultaneous start. Otherwise who
//! has more first places in the legs, then more second places, and so on. All
//! equal: they share the rank.

use serde_json::{Value, json};

use super::story::{Story, relay};

fn race(legs: usize, bibs: &str) -> Value {
    let mut race = relay(legs, bibs);
    race["ranking"] = json!({"ties": "countback"});
    race
}

#[test]
fn who_arrived_first_is_ahead_where_all_ran_on_the_road() {
    // Leg 1: bib 1 is first. Totals, up to the second: 2:00:00.9 and
    // 2:00:00.3 -> 2:00:01 both. Bib 2 crossed the line first.
    let story = Story::of(&race(2, "1 2"))
        .gun("1", "08:00:00")
        .run("1", "x1 09:00:00, finish 10:00:00.9")
        .run("2", "x1 09:01:00, finish 10:00:00.3");
    story.check(|board| {
        assert_eq!(board.total("1"), "2:00:01");
        assert_eq!(board.total("2"), "2:00:01");
        assert_eq!(board.overall("1 2"), "2 1");
    });
}

/// Leg 1: bib 1 1:00:00, bib 3 1:01:00, bib 2 1:02:00.
/// Leg 2: bib 3 1:03:00, bibs 1 and 2 1:04:00 (both second).
/// Leg 3: bib 3 1:02:00, bib 2 1:03:00 (from the gun at 10:05:00), bib 1
/// 1:05:00.
fn rolled() -> Story {
    Story::of(&race(3, "1 2 3"))
        .gun("1", "08:00:00")
        .gun_for("2", "3", "10:05:00")
        .run("1", "x1 09:00:00, x2 10:04:00, finish 11:09:00")
        .run("2", "x1 09:02:00, x2 10:06:00, finish 11:08:00")
        .run("3", "x1 09:01:00, x2 10:04:00, finish 11:06:00")
}

#[test]
fn leg_places_decide_where_one_of_them_had_a_rolled_start() {
    rolled().check(|board| {
        // 1:00 + 1:04 + 1:05, 1:02 + 1:04 + 1:03, 1:01 + 1:03 + 1:02.
        assert_eq!(board.total("1"), "3:09:00");
        assert_eq!(board.total("2"), "3:09:00");
        assert_eq!(board.total("3"), "3:06:00");
        assert_eq!(board.leg_ranks("x1", "1 2 3"), "1 3 2");
        assert_eq!(board.leg_ranks("x2", "1 2 3"), "2 2 1");
        assert_eq!(board.leg_ranks("finish", "1 2 3"), "3 2 1");
        // Bib 2 crossed the line before bib 1, but bib 1 has a first place.
        assert_eq!(board.orders("finish", "1 2 3"), "3 2 1");
        assert_eq!(board.overall("1 2 3"), "2 3 1");
    });
}

#[test]
fn at_an_exchange_equal_times_are_split_by_the_moment_of_passage() {
    // After leg 2 bibs 1 (1:00 + 1:04) and 3 (1:01 + 1:03) have 2:04:00, and
    // came in the same moment: the smaller bib.
    rolled().check(|board| {
        assert_eq!(board.elapsed("1", "x2"), "2:04:00");
        assert_eq!(board.elapsed("3", "x2"), "2:04:00");
        assert_eq!(board.ranks("x2", "1 2 3"), "1 3 2");
    });
}

#[test]
fn with_equal_leg_places_the_rank_is_shared() {
    // Leg 1: 1:00:00, 1:02:00, 1:01:00. Leg 2: 1:05:00, 1:04:00, 1:03:00.
    // Leg 3: 1:05:00, 1:04:00 (from 10:05:30 to 11:09:30), 1:08:00.
    let story = Story::of(&race(3, "1 2 3"))
        .gun("1", "08:00:00")
        .gun_for("2", "3", "10:05:30")
        .run("1", "x1 09:00:00, x2 10:05:00, finish 11:10:00")
        .run("2", "x1 09:02:00, x2 10:06:00, finish 11:09:30")
        .run("3", "x1 09:01:00, x2 10:04:00, finish 11:12:00");
    story.check(|board| {
        assert_eq!(board.total("1"), "3:10:00");
        assert_eq!(board.total("2"), "3:10:00");
        assert_eq!(board.total("3"), "3:12:00");
        // Bib 1: first, third, second. Bib 2: third, second, first.
        assert_eq!(board.leg_ranks("x1", "1 2 3"), "1 3 2");
        assert_eq!(board.leg_ranks("x2", "1 2 3"), "3 2 1");
        assert_eq!(board.leg_ranks("finish", "1 2 3"), "2 1 3");
        assert_eq!(board.overall("1 2 3"), "1 1 3");
    });
}
