//! Entries outside the ranking (オープン参加, `ranked: false`): they have times
//! and no rank, and take nobody's place unless the race says so. In the legs
//! they are `excluded`, `counted` like the others, or `skip`ped: a place taken
//! and none shown. Their row says which place they would take.

use serde_json::{Value, json};

use super::story::{Story, relay};

/// Gun 8:00:00. At the exchange bib 9, which is open, 0:58:00, bib 1 1:00:00,
/// bib 2 1:01:00, bib 3 1:02:00. Leg 2: 1:02:30, 1:00:00, 1:00:30, 1:01:00.
/// Totals: 2:00:30, 2:00:00, 2:01:30, 2:03:00.
fn race(ranking: Value) -> Story {
    let mut race = relay(2, "1 2 3 9");
    race["entries"][3]["ranked"] = json!(false);
    race["ranking"] = ranking;
    Story::of(&race)
        .gun("1", "08:00:00")
        .pass("9", "x1", "08:58:00")
        .pass("1", "x1", "09:00:00")
        .pass("2", "x1", "09:01:00")
        .pass("3", "x1", "09:02:00")
}

fn to_the_finish(story: Story) -> Story {
    story
        .pass("1", "finish", "10:00:00")
        .pass("9", "finish", "10:00:30")
        .pass("2", "finish", "10:01:30")
        .pass("3", "finish", "10:03:00")
}

#[test]
fn an_open_entry_has_times_and_takes_nobodys_place() {
    let story = race(json!({}));
    story.check(|board| {
        assert_eq!(board.ranks("x1", "1 2 3 9"), "1 2 3 -");
        assert_eq!(board.orders("x1", "1 2 3 9"), "2 3 4 1");
        // Two minutes ahead of the best ranked time.
        assert_eq!(board.gap("9", "x1"), "-0:02:00");
        // Nobody ranked is ahead of it.
        assert_eq!(board.would_be("1 2 3 9"), "- - - 1");
    });
    to_the_finish(story).check(|board| {
        assert_eq!(board.total("9"), "2:00:30");
        assert_eq!(board.overall("1 2 3 9"), "1 2 3 -");
        assert_eq!(board.orders("finish", "1 2 3 9"), "1 3 4 2");
        // Bib 1 with 2:00:00 is ahead.
        assert_eq!(board.would_be("1 2 3 9"), "- - - 2");
        assert_eq!(board.leg_ranks("x1", "1 2 3 9"), "1 2 3 -");
        assert_eq!(board.leg_ranks("finish", "1 2 3 9"), "1 2 3 -");
    });
}

#[test]
fn an_open_entry_takes_a_place_where_the_race_says_so() {
    to_the_finish(race(json!({"unranked_take_places": true}))).check(|board| {
        assert_eq!(board.ranks("x1", "1 2 3 9"), "2 3 4 -");
        assert_eq!(board.overall("1 2 3 9"), "1 3 4 -");
        assert_eq!(board.would_be("9"), "2");
        // The gap is to the best ranked time all the same.
        assert_eq!(board.gap("1", "x1"), "0:00:00");
        // Legs have a setting of their own.
        assert_eq!(board.leg_ranks("x1", "1 2 3 9"), "1 2 3 -");
    });
}

#[test]
fn counted_runners_are_ranked_in_the_legs_and_skipped_ones_leave_a_gap() {
    to_the_finish(race(json!({"unranked_legs": "counted"}))).check(|board| {
        assert_eq!(board.leg_ranks("x1", "1 2 3 9"), "2 3 4 1");
        assert_eq!(board.leg_ranks("finish", "1 2 3 9"), "1 2 3 4");
        assert_eq!(board.overall("1 2 3 9"), "1 2 3 -");
    });
    to_the_finish(race(json!({"unranked_legs": "skip"}))).check(|board| {
        assert_eq!(board.leg_ranks("x1", "1 2 3 9"), "2 3 4 -");
        assert_eq!(board.leg_ranks("finish", "1 2 3 9"), "1 2 3 -");
    });
}

#[test]
fn the_place_it_would_take_follows_the_rule_for_ties() {
    // Bib 2 2:01:29.5, bib 9 2:01:29.8: both 2:01:30 up to the second.
    let tie = |ties: &str| {
        race(json!({"ties": ties}))
            .pass("1", "finish", "10:00:00")
            .pass("2", "finish", "10:01:29.5")
            .pass("9", "finish", "10:01:29.8")
    };
    // Only bib 1 is ahead, bib 2 level.
    tie("shared").check(|board| assert_eq!(board.would_be("9"), "2"));
    // Bib 2 is ahead by 0.3 s.
    tie("arrival").check(|board| assert_eq!(board.would_be("9"), "3"));
    tie("countback").check(|board| assert_eq!(board.would_be("9"), "3"));
}

#[test]
fn out_of_the_race_it_would_take_no_place() {
    for status in ["dns", "dnf", "dsq"] {
        to_the_finish(race(json!({})))
            .status("9", status)
            .check(|board| assert_eq!(board.would_be("9"), "-", "{status}"));
    }
}
