//! The second day (復路). After a `break` a leg begins only by a gun: each team
//! starts as long after the first as it arrived the day before
//! (時差スタート), and all that are ten minutes or more behind start together
//! (一斉スタート). Their totals still hold the true gap, so that the order on
//! the road is not the ranking.

use serde_json::json;

use super::story::{Story, relay};

/// Day 1, arrivals: bib 1 5:00:00, bib 2 5:02:30, bib 3 5:12:00, bib 4
/// 5:15:00. Day 2, starts: bib 1 8:00:00, bib 2 8:02:30, bibs 3 and 4 8:10:00.
fn two_days() -> Story {
    let mut race = relay(2, "1 2 3 4");
    race["checkpoints"][1]["break"] = json!(true);
    Story::of(&race)
        .gun("1", "08:00:00")
        .pass("1", "x1", "13:00:00")
        .pass("2", "x1", "13:02:30")
        .pass("3", "x1", "13:12:00")
        .pass("4", "x1", "13:15:00")
}

#[test]
fn the_order_on_the_second_day_is_not_the_ranking() {
    let story = two_days()
        .gun_for("1", "2", "+1 08:00:00")
        .gun_for("2", "2", "+1 08:02:30")
        .gun_for("3 4", "2", "+1 08:10:00")
        .pass("3", "finish", "+1 13:20:00")
        .pass("2", "finish", "+1 13:21:00")
        .pass("4", "finish", "+1 13:24:00")
        .pass("1", "finish", "+1 13:25:00");
    story.check(|board| {
        // Leg 2: 13:25:00 - 8:00:00, 13:21:00 - 8:02:30, 13:20:00 - 8:10:00,
        // 13:24:00 - 8:10:00.
        assert_eq!(board.leg("1", "finish"), "5:25:00");
        assert_eq!(board.leg("2", "finish"), "5:18:30");
        assert_eq!(board.leg("3", "finish"), "5:10:00");
        assert_eq!(board.leg("4", "finish"), "5:14:00");
        // Totals: 5:00:00 + 5:25:00, 5:02:30 + 5:18:30, 5:12:00 + 5:10:00,
        // 5:15:00 + 5:14:00.
        assert_eq!(board.total("1"), "10:25:00");
        assert_eq!(board.total("2"), "10:21:00");
        assert_eq!(board.total("3"), "10:22:00");
        assert_eq!(board.total("4"), "10:29:00");
        // Across the line came 3, 2, 4, 1; by total 2, 3, 1, 4.
        assert_eq!(board.orders("finish", "1 2 3 4"), "4 2 1 3");
        assert_eq!(board.ranks("finish", "1 2 3 4"), "3 1 2 4");
        assert_eq!(board.overall("1 2 3 4"), "3 1 2 4");
        assert_eq!(board.leg_ranks("finish", "1 2 3 4"), "4 3 1 2");
        // To the best total, 10:21:00.
        assert_eq!(board.gap("3", "finish"), "0:01:00");
        assert_eq!(board.gap("1", "finish"), "0:04:00");
    });
}

#[test]
fn without_a_gun_of_its_own_the_second_day_does_not_begin() {
    // Bib 3 crosses the line, but nobody entered when it started.
    let story = two_days()
        .gun_for("1", "2", "+1 08:00:00")
        .pass("3", "finish", "+1 13:20:00");
    story.check(|board| {
        assert_eq!(board.elapsed("3", "x1"), "5:12:00");
        assert_eq!(board.leg("3", "finish"), "-");
        assert_eq!(board.total("3"), "-");
        assert_eq!(board.orders("finish", "3"), "1");
        assert_eq!(board.overall("1 2 3"), "1 2 -");
    });
    // The start is entered late: 5:12:00 + (13:20:00 - 8:10:00).
    story.gun_for("3 4", "2", "+1 08:10:00").check(|board| {
        assert_eq!(board.total("3"), "10:22:00");
        assert_eq!(board.overall("1 2 3"), "2 3 1");
    });
}
