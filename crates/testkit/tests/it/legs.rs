//! When legs begin and what times they give, by hand.

use serde_json::json;
use tasuki_race::{EntryStatus, RecordMark};

use crate::story::{Story, ms, relay};

/// Handover of bib 1 at 9:00:00.2, of bib 2 at 9:11:30; leg 2 starts for bib 2
/// at 9:10:00.
fn worked_example() -> Story {
    Story::of(&relay(2, &["1", "2"]))
        .gun("1", "08:00:00")
        .pass("1", "x1", "09:00:00.2")
        .gun_for(&["2"], "2", "09:10:00")
        .pass("2", "x1", "09:11:30.0")
        .pass("1", "finish", "10:05:00.0")
        .pass("2", "finish", "10:12:00.0")
}

#[test]
fn a_rolled_start_adds_the_legs_and_not_the_clock() {
    let standings = worked_example().standings();
    // Readings at the exchange: 1:00:00.2 up to 1:00:01, and 1:11:30.
    assert_eq!(standings.split("1", "x1").leg_ms, ms("1:00:01"));
    assert_eq!(standings.split("2", "x1").leg_ms, ms("1:11:30"));
    // Bib 1: 2:05:00 - 1:00:01. Bib 2: 2:12:00 - 1:10:00.
    assert_eq!(standings.split("1", "finish").leg_ms, ms("1:04:59"));
    assert_eq!(standings.split("2", "finish").leg_ms, ms("1:02:00"));
    // 1:00:01 + 1:04:59, and 1:11:30 + 1:02:00, though the clock says 2:12:00.
    assert_eq!(standings.row("1").elapsed_ms, ms("2:05:00"));
    assert_eq!(standings.row("2").elapsed_ms, ms("2:13:30"));
    assert_eq!(standings.row("2").gap_ms, ms("0:08:30"));
    assert_eq!(standings.ranks(&["1", "2"]), [Some(1), Some(2)]);
    assert_eq!(
        standings.leg_ranks("finish", &["1", "2"]),
        [Some(2), Some(1)]
    );
    assert_eq!(standings.row("1").status, EntryStatus::Finished);
}

#[test]
fn the_order_on_the_road_is_by_the_clock() {
    let standings = Story::of(&relay(2, &["1", "2"]))
        .gun("1", "08:00:00")
        .pass("1", "x1", "09:00:00")
        .gun_for(&["2"], "2", "09:10:00")
        .pass("2", "x1", "09:20:00")
        .pass("2", "finish", "10:00:00")
        .pass("1", "finish", "10:05:00")
        .standings();
    // Bib 2 crosses the line first, but needed 1:20:00 + 0:50:00 = 2:10:00;
    // bib 1 needed 2:05:00.
    assert_eq!(standings.split("2", "finish").order, 1);
    assert_eq!(standings.split("2", "finish").rank, Some(2));
    assert_eq!(standings.split("1", "finish").order, 2);
    assert_eq!(standings.split("1", "finish").rank, Some(1));
}

#[test]
fn a_mass_restart_does_not_touch_those_who_went_on() {
    let standings = Story::of(&relay(2, &["1", "2", "3"]))
        .gun("1", "08:00:00")
        .pass("1", "x1", "09:00:00")
        .pass("2", "x1", "09:10:00")
        .pass("3", "x1", "09:15:00")
        .gun("2", "09:10:00")
        .pass("1", "finish", "10:00:00")
        .pass("2", "finish", "10:10:00")
        .pass("3", "finish", "10:10:00")
        .standings();
    // Bib 1 had gone on at 9:00, bib 2 in the very moment of the gun.
    assert_eq!(standings.split("1", "finish").leg_ms, ms("1:00:00"));
    assert_eq!(standings.split("2", "finish").leg_ms, ms("1:00:00"));
    // Bib 3 was still to come: its leg 2 runs from 9:10 while leg 1 took 1:15.
    assert_eq!(standings.split("3", "finish").leg_ms, ms("1:00:00"));
    assert_eq!(standings.row("3").elapsed_ms, ms("2:15:00"));
}

#[test]
fn after_a_break_only_a_gun_begins_the_leg_and_the_gap_stays() {
    let mut race = relay(2, &["1", "2", "3"]);
    race["checkpoints"][1]["break"] = json!(true);
    let story = Story::of(&race)
        .gun("1", "08:00:00")
        .pass("1", "x1", "09:00:00")
        .pass("2", "x1", "09:04:00")
        .pass("3", "x1", "09:20:00")
        .gun_for(&["1"], "2", "12:00:00")
        .gun_for(&["2"], "2", "12:04:00")
        .pass("1", "finish", "13:00:00")
        .pass("2", "finish", "13:01:00")
        .pass("3", "finish", "13:05:00");
    let standings = story.standings();
    // Bib 2 started 4 minutes after bib 1: 1:04:00 + 0:57:00.
    assert_eq!(standings.row("1").elapsed_ms, ms("2:00:00"));
    assert_eq!(standings.row("2").elapsed_ms, ms("2:01:00"));
    // Nobody has started bib 3 yet.
    assert_eq!(standings.row("3").elapsed_ms, None);
    // The rest start together at 12:10: 1:20:00 + 0:55:00.
    let story = story.gun_for(&["3"], "2", "12:10:00");
    let standings = story.standings();
    assert_eq!(standings.row("3").elapsed_ms, ms("2:15:00"));
    assert_eq!(standings.split("3", "finish").leg_ms, ms("0:55:00"));
    // A gun for everyone does not take back one that names the bib.
    assert_eq!(
        story.gun("2", "12:30:00").standings().row("3").elapsed_ms,
        ms("2:15:00")
    );
}

#[test]
fn a_missed_exchange_joins_two_legs_unless_a_gun_began_the_second() {
    let story = Story::of(&relay(3, &["1"]))
        .gun("1", "08:00:00")
        .pass("1", "x2", "10:00:00")
        .pass("1", "finish", "11:00:00");
    let standings = story.standings();
    // One stretch of 2:00:00 without leg times, and leg 3 of 1:00:00.
    assert_eq!(standings.split("1", "x2").elapsed_ms, ms("2:00:00"));
    assert_eq!(standings.split("1", "x2").leg_ms, None);
    assert_eq!(standings.split("1", "finish").leg_ms, ms("1:00:00"));
    assert_eq!(standings.row("1").elapsed_ms, ms("3:00:00"));

    // With a gun for leg 2 at 9:10 leg 1 is unknown, and so is every sum.
    let story = story.gun_for(&["1"], "2", "09:10:00");
    let standings = story.standings();
    assert_eq!(standings.split("1", "x2").leg_ms, ms("0:50:00"));
    assert_eq!(standings.split("1", "x2").elapsed_ms, None);
    assert_eq!(standings.row("1").elapsed_ms, None);

    // Once the passage is entered: 1:15:00 + 0:50:00 + 1:00:00.
    let standings = story.pass("1", "x1", "09:15:00").standings();
    assert_eq!(standings.row("1").elapsed_ms, ms("3:05:00"));
}

#[test]
fn a_category_start_gives_net_times_from_the_zero_of_the_first_wave() {
    let mut race = relay(1, &["1", "2"]);
    race["categories"] = json!([{"id": "late", "name": "Late"}]);
    race["entries"][1]["categories"] = json!(["late"]);
    let wave = json!({"type": "started", "category": "late", "time": "2026-01-02T08:10:00.500Z"});
    let standings = Story::of(&race)
        .gun("1", "08:00:00")
        .fact(wave)
        .pass("1", "finish", "08:30:00.100")
        .pass("2", "finish", "08:40:00.400")
        .standings();
    // Readings: 0:30:01 for bib 1; bib 2 0:40:01 - 0:10:01 = 0:30:00.
    assert_eq!(standings.row("1").elapsed_ms, ms("0:30:01"));
    assert_eq!(standings.row("2").elapsed_ms, ms("0:30:00"));
    assert_eq!(standings.ranks(&["1", "2"]), [Some(2), Some(1)]);
    assert_eq!(standings.row("2").ranks.values().collect::<Vec<_>>(), [&1]);
}

#[test]
fn readings_are_rounded_once_by_the_rule_of_the_race() {
    // 1500 ms and 2499 ms after the gun.
    for (rounding, first_ms, second_ms) in [
        ("up", 2000, 3000),
        ("down", 1000, 2000),
        ("nearest", 2000, 2000),
    ] {
        let mut race = relay(1, &["1", "2"]);
        race["rounding"] = json!(rounding);
        let standings = Story::of(&race)
            .gun("1", "08:00:00")
            .pass("1", "finish", "08:00:01.500")
            .pass("2", "finish", "08:00:02.499")
            .standings();
        assert_eq!(standings.row("1").elapsed_ms, Some(first_ms), "{rounding}");
        assert_eq!(standings.row("2").elapsed_ms, Some(second_ms), "{rounding}");
    }
}

#[test]
fn penalties_count_from_their_leg_on_and_in_sections() {
    let mut race = relay(3, &["1"]);
    race["sections"] = json!([{"id": "outbound", "name": "往路", "legs": ["1", "2"]}]);
    let penalty = |leg: Option<&str>, delta_ms: i64| {
        let mut json = json!({"type": "time_adjusted", "bib": "1", "reason": "lane"});
        json["delta_ms"] = json!(delta_ms);
        if let Some(leg) = leg {
            json["leg"] = json!(leg);
        }
        json
    };
    let standings = Story::of(&race)
        .gun("1", "08:00:00")
        .pass("1", "x1", "09:00:00")
        .pass("1", "x2", "10:00:00")
        .pass("1", "finish", "11:00:00")
        .fact(penalty(Some("2"), 60_000))
        .fact(penalty(None, -5_000))
        .standings();
    assert_eq!(standings.split("1", "x1").elapsed_ms, ms("1:00:00"));
    assert_eq!(standings.split("1", "x2").elapsed_ms, ms("2:01:00"));
    assert_eq!(standings.split("1", "x2").leg_ms, ms("1:00:00"));
    // 3:00:00 + 0:01:00 - 0:00:05.
    assert_eq!(standings.row("1").elapsed_ms, ms("3:00:55"));
    let outbound = standings
        .row("1")
        .sections
        .values()
        .next()
        .expect("a finished section");
    assert_eq!(
        (Some(outbound.elapsed_ms), outbound.rank),
        (ms("2:01:00"), Some(1))
    );
}

#[test]
fn a_leg_record_is_beaten_or_equalled() {
    let mut race = relay(1, &["1", "2", "3"]);
    race["legs"] = json!([{"id": "1", "record_ms": 3_600_000}]);
    let standings = Story::of(&race)
        .gun("1", "08:00:00")
        .pass("1", "finish", "08:59:59")
        .pass("2", "finish", "09:00:00")
        .pass("3", "finish", "09:00:01")
        .standings();
    let marks = ["1", "2", "3"].map(|bib| standings.split(bib, "finish").record);
    assert_eq!(
        marks,
        [Some(RecordMark::New), Some(RecordMark::Equal), None]
    );
}
