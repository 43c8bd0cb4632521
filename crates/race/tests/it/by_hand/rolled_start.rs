//! Rolled start (繰り上げスタート): the waiting runners of late teams are sent
//! off together before their team has arrived. A leg then begins by the gun,
//! the leg before still ends with the arrival, and the total is the sum of the
//! legs, not the clock at the finish.

use super::story::{Story, relay};

/// The worked example of the rules. Gun 8:00:00; bib 1 hands over at
/// 9:00:00.2, bib 2 at 9:11:30.0; at 9:10:00 leg 2 starts for bib 2.
#[test]
fn the_worked_example_of_the_rules_comes_out_to_the_second() {
    let story = Story::of(&relay(2, "1 2"))
        .gun("1", "08:00:00")
        .pass("1", "x1", "09:00:00.2")
        .gun_for("2", "2", "09:10:00")
        .run("2", "x1 09:11:30.0, finish 10:12:00.0")
        .pass("1", "finish", "10:05:00.0");
    story.check(|board| {
        // Readings at the exchange, up to the second: 1:00:00.2 -> 1:00:01,
        // and 1:11:30.
        assert_eq!(board.elapsed("1", "x1"), "1:00:01");
        assert_eq!(board.elapsed("2", "x1"), "1:11:30");
        assert_eq!(board.leg("1", "x1"), "1:00:01");
        assert_eq!(board.leg("2", "x1"), "1:11:30");
        // Leg 2: 2:05:00 - 1:00:01 = 1:04:59; 2:12:00 - 1:10:00 = 1:02:00.
        assert_eq!(board.leg("1", "finish"), "1:04:59");
        assert_eq!(board.leg("2", "finish"), "1:02:00");
        // Totals: 1:00:01 + 1:04:59 = 2:05:00; 1:11:30 + 1:02:00 = 2:13:30,
        // though the clock at the finish says 2:12:00.
        assert_eq!(board.total("1"), "2:05:00");
        assert_eq!(board.total("2"), "2:13:30");
        // 2:13:30 - 2:05:00.
        assert_eq!(board.gap("2", "finish"), "0:08:30");
        assert_eq!(board.overall("1 2"), "1 2");
        assert_eq!(board.leg_ranks("x1", "1 2"), "1 2");
        assert_eq!(board.leg_ranks("finish", "1 2"), "2 1");
    });
}

/// A gun for everyone is for those who had not yet arrived: bib 1 went on at
/// 9:05:00, bib 2 arrives in the moment of the gun, bib 3 after it.
#[test]
fn a_gun_for_everyone_leaves_those_alone_who_had_gone_on() {
    let story = Story::of(&relay(2, "1 2 3"))
        .gun("1", "08:00:00")
        .gun("2", "09:10:00")
        .run("1", "x1 09:05:00, finish 10:05:00")
        .run("2", "x1 09:10:00, finish 10:09:00")
        .run("3", "x1 09:14:00, finish 10:07:00");
    story.check(|board| {
        // Leg 2: 10:05 - 9:05 = 1:00:00; 10:09 - 9:10 = 0:59:00;
        // 10:07 - 9:10 (the gun) = 0:57:00.
        assert_eq!(board.leg("1", "finish"), "1:00:00");
        assert_eq!(board.leg("2", "finish"), "0:59:00");
        assert_eq!(board.leg("3", "finish"), "0:57:00");
        // Totals: 1:05 + 1:00 = 2:05; 1:10 + 0:59 = 2:09; 1:14 + 0:57 = 2:11.
        assert_eq!(board.total("1"), "2:05:00");
        assert_eq!(board.total("2"), "2:09:00");
        assert_eq!(board.total("3"), "2:11:00");
        // On the road bib 3 came second.
        assert_eq!(board.orders("finish", "1 2 3"), "1 3 2");
        assert_eq!(board.overall("1 2 3"), "1 2 3");
    });
}
