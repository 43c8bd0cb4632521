//! Waves: the zero of the race is the earliest start in force; everybody's
//! time runs from the start that names them most narrowly (bibs over category
//! over everyone). Net times rank, the clock gives the order on the road.

use serde_json::{Value, json};

use super::story::{Story, relay};

/// Bibs 1 and 3 in category a, bib 2 in b.
fn race() -> Value {
    let mut race = relay(1, "1 2 3");
    race["categories"] = json!([{"id": "a", "name": "A"}, {"id": "b", "name": "B"}]);
    for (entry, category) in [(0, "a"), (1, "b"), (2, "a")] {
        race["entries"][entry]["categories"] = json!([category]);
    }
    race
}

fn wave(category: &str, time: &str) -> Value {
    let time = super::story::at(time);
    json!({"type": "started", "leg": "1", "category": category, "time": time})
}

/// Starts: a 8:00:00, b 8:10:00.9, bib 3 alone 8:12:30. Finish: 8:50:00.0,
/// 8:58:30.0, 9:00:30.0.
fn told() -> Story {
    Story::of(&race())
        .fact(wave("a", "08:00:00"))
        .fact(wave("b", "08:10:00.9"))
        .gun_for("3", "1", "08:12:30")
        .pass("1", "finish", "08:50:00")
        .pass("2", "finish", "08:58:30")
        .pass("3", "finish", "09:00:30")
}

#[test]
fn net_times_are_differences_of_readings() {
    told().check(|board| {
        assert_eq!(board.total("1"), "0:50:00");
        // Readings 0:58:30 and, up to the second, 0:10:01: not the 0:48:30
        // that rounding 0:48:29.1 would give.
        assert_eq!(board.total("2"), "0:48:29");
        // 1:00:30 - 0:12:30: the start that names the bib, not its wave's.
        assert_eq!(board.total("3"), "0:48:00");
        assert_eq!(board.overall("1 2 3"), "3 2 1");
        assert_eq!(board.orders("finish", "1 2 3"), "1 2 3");
        // In their categories: a 0:48:00 and 0:50:00, b alone.
        assert_eq!(board.row("1").ranks["a"], 2);
        assert_eq!(board.row("3").ranks["a"], 1);
        assert_eq!(board.row("2").ranks["b"], 1);
        assert_eq!(board.row("2").ranks.len(), 1);
        // To the best ranked time, 0:48:00.
        assert_eq!(board.gap("2", "finish"), "0:00:29");
    });
}

#[test]
fn a_later_start_of_a_wave_replaces_the_earlier_and_may_move_the_zero() {
    // False start: a goes again at 8:02:00.5. It is the new zero, so that all
    // readings are of half seconds: finish 0:47:59.5 -> 0:48:00, 0:56:29.5 ->
    // 0:56:30, 0:58:29.5 -> 0:58:30; starts 0, 0:08:00.4 -> 0:08:01,
    // 0:10:29.5 -> 0:10:30.
    told().fact(wave("a", "08:02:00.5")).check(|board| {
        assert_eq!(board.total("1"), "0:48:00");
        assert_eq!(board.total("2"), "0:48:29");
        assert_eq!(board.total("3"), "0:48:00");
        // Equal for the board, split by the unrounded time: 47:59.5 and 48:00.
        assert_eq!(board.overall("1 2 3"), "1 3 2");
    });
}

#[test]
fn a_start_for_everyone_is_for_those_that_no_other_names() {
    let story = told().gun("1", "08:05:00");
    story.check(|board| {
        assert_eq!(board.total("1"), "0:50:00");
        assert_eq!(board.total("3"), "0:48:00");
    });
    // Without the start of b (the third fact) it is for bib 2: 8:58:30 -
    // 8:05:00.
    story
        .void(3)
        .check(|board| assert_eq!(board.total("2"), "0:53:30"));
}
