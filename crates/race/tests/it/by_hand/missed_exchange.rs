//! An exchange that was missed. Without a gun for the next leg the two legs
//! count as one stretch: the total is right, both leg times are absent. With a
//! gun the next leg can be timed, and the elapsed time is absent from there on
//! until the passage is entered.

use super::story::{Story, relay};

/// Bib 1 is not seen at x1. Bib 2: 1:02:00, 1:03:00, 1:04:00.
fn race() -> Story {
    Story::of(&relay(3, "1 2"))
        .gun("1", "08:00:00")
        .run("1", "x2 10:00:00, finish 11:00:00")
        .run("2", "x1 09:02:00, x2 10:05:00, finish 11:09:00")
}

#[test]
fn without_a_gun_the_two_legs_are_one_stretch() {
    race().check(|board| {
        assert_eq!(board.elapsed("1", "x1"), "-");
        assert_eq!(board.elapsed("1", "x2"), "2:00:00");
        assert_eq!(board.leg("1", "x2"), "-");
        assert_eq!(board.leg_ranks("x2", "1 2"), "- 1");
        // 11:00:00 - 10:00:00, and 2:00:00 + 1:00:00.
        assert_eq!(board.leg("1", "finish"), "1:00:00");
        assert_eq!(board.total("1"), "3:00:00");
        assert_eq!(board.overall("1 2"), "1 2");
        assert_eq!(board.ranks("x1", "1 2"), "- 1");
        assert_eq!(board.odd(), ["3 missed_checkpoint x1"]);
    });
}

#[test]
fn with_a_gun_there_is_no_total_until_the_passage_is_entered() {
    let story = race().gun_for("1", "2", "09:10:00");
    story.check(|board| {
        // 10:00:00 - 9:10:00; what leg 1 took is not known.
        assert_eq!(board.leg("1", "x2"), "0:50:00");
        assert_eq!(board.elapsed("1", "x2"), "-");
        assert_eq!(board.leg("1", "finish"), "1:00:00");
        assert_eq!(board.total("1"), "-");
        assert_eq!(board.overall("1 2"), "- 1");
        assert_eq!(board.leg_ranks("x2", "1 2"), "1 2");
    });
    // It arrived at 9:15:00: 1:15:00 + 0:50:00 + 1:00:00.
    story.pass("1", "x1", "09:15:00").check(|board| {
        assert_eq!(board.elapsed("1", "x1"), "1:15:00");
        assert_eq!(board.elapsed("1", "x2"), "2:05:00");
        assert_eq!(board.total("1"), "3:05:00");
        // Bib 2: 1:02 + 1:03 + 1:04 = 3:09:00.
        assert_eq!(board.total("2"), "3:09:00");
        assert_eq!(board.overall("1 2"), "1 2");
        assert_eq!(board.odd(), Vec::<&str>::new());
    });
}
