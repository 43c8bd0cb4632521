//! Sections (往路 / 復路): the sum of their legs and of the penalties on them,
//! ranked like a total, and shown once all of their legs are run.

use serde_json::{Value, json};

use super::board::Board;
use super::story::{Story, relay};

fn two_days(bibs: &str) -> Value {
    let mut race = relay(4, bibs);
    race["checkpoints"][2]["break"] = json!(true);
    race["sections"] = json!([
        {"id": "outbound", "name": "往路", "legs": ["1", "2"]},
        {"id": "inbound", "name": "復路", "legs": ["3", "4"]},
    ]);
    race
}

/// `"2:00:00 (1)"`, or `-`.
fn section(board: &Board, bib: &str, id: &str) -> String {
    let Some(section) = board.row(bib).sections.get(id) else {
        return "-".to_owned();
    };
    let seconds = section.elapsed_ms / 1000;
    let rank = section.rank.map_or("-".to_owned(), |rank| rank.to_string());
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    format!("{hours}:{minutes:02}:{:02} ({rank})", seconds % 60)
}

/// Outbound: bib 1 1:00:00 + 1:00:00, bib 2 1:01:00 + 1:01:00, bib 3
/// 1:03:00 + 0:58:00. The next day at the gap, inbound: bib 1
/// 1:02:00 + 1:01:00, bib 2 0:59:00 + 1:01:30, bib 3 1:00:30 + 1:00:30.
fn race() -> Story {
    Story::of(&two_days("1 2 3"))
        .gun("1", "08:00:00")
        .run("1", "x1 09:00:00, x2 10:00:00")
        .run("2", "x1 09:01:00, x2 10:02:00")
        .run("3", "x1 09:03:00, x2 10:01:00")
        .gun_for("1", "3", "+1 08:00:00")
        .gun_for("3", "3", "+1 08:01:00")
        .gun_for("2", "3", "+1 08:02:00")
        .pass("1", "x3", "+1 09:02:00")
        .pass("3", "x3", "+1 09:01:30")
        .pass("2", "x3", "+1 09:01:00")
}

fn finished() -> Story {
    race()
        .pass("1", "finish", "+1 10:03:00")
        .pass("3", "finish", "+1 10:02:00")
        .pass("2", "finish", "+1 10:02:30")
}

#[test]
fn a_section_is_the_sum_of_its_legs_and_ranked() {
    race().check(|board| {
        assert_eq!(section(board, "1", "outbound"), "2:00:00 (1)");
        assert_eq!(section(board, "2", "outbound"), "2:02:00 (3)");
        assert_eq!(section(board, "3", "outbound"), "2:01:00 (2)");
        // Leg 4 is still to be run.
        assert_eq!(section(board, "1", "inbound"), "-");
    });
    finished().check(|board| {
        assert_eq!(section(board, "1", "inbound"), "2:03:00 (3)");
        assert_eq!(section(board, "2", "inbound"), "2:00:30 (1)");
        assert_eq!(section(board, "3", "inbound"), "2:01:00 (2)");
        // 2:00:00 + 2:03:00, 2:02:00 + 2:00:30, 2:01:00 + 2:01:00.
        assert_eq!(board.total("1"), "4:03:00");
        assert_eq!(board.total("2"), "4:02:30");
        assert_eq!(board.total("3"), "4:02:00");
        assert_eq!(board.overall("1 2 3"), "3 2 1");
    });
}

#[test]
fn a_penalty_on_a_leg_is_in_its_section_and_one_on_the_race_is_in_none() {
    let penalty = json!({
        "type": "time_adjusted", "bib": "2", "delta_ms": 60_000, "leg": "3", "reason": "transfer",
    });
    let on_the_race = json!({
        "type": "time_adjusted", "bib": "3", "delta_ms": 300_000, "reason": "helped",
    });
    finished().fact(penalty).fact(on_the_race).check(|board| {
        // 2:00:30 + 1:00 is behind bib 3 now.
        assert_eq!(section(board, "2", "inbound"), "2:01:30 (2)");
        assert_eq!(section(board, "2", "outbound"), "2:02:00 (3)");
        assert_eq!(section(board, "3", "inbound"), "2:01:00 (1)");
        // 4:03:00, 4:02:30 + 1:00, 4:02:00 + 5:00.
        assert_eq!(board.total("2"), "4:03:30");
        assert_eq!(board.total("3"), "4:07:00");
        assert_eq!(board.overall("1 2 3"), "1 2 3");
    });
}

#[test]
fn equal_sums_are_split_by_the_passage_at_the_end_of_the_section() {
    // The runners of leg 2 left at 9:00:00 for both. Bib 1: 1:35:00 +
    // 3:05:00. Bib 2, whose first runner went astray: 4:10:00 + 0:30:00.
    let mut race = relay(2, "1 2");
    race["sections"] = json!([{"id": "outbound", "name": "往路", "legs": ["1", "2"]}]);
    let story = Story::of(&race)
        .gun("1", "08:00:00")
        .gun("2", "09:00:00")
        .run("1", "x1 09:35:00, finish 12:05:00")
        .run("2", "x1 12:10:00, finish 09:30:00");
    story.check(|board| {
        assert_eq!(board.total("1"), "4:40:00");
        assert_eq!(board.total("2"), "4:40:00");
        // Like the total: bib 2 came to the finish at 9:30:00, before bib 1.
        assert_eq!(board.overall("1 2"), "2 1");
        assert_eq!(section(board, "1", "outbound"), "4:40:00 (2)");
        assert_eq!(section(board, "2", "outbound"), "4:40:00 (1)");
    });
}
