//! Rounding: the official reading of an instant is the time since the zero,
//! rounded to the grain of the race, once. Every figure is a difference of
//! readings, so that legs add up to the total.

use serde_json::json;

use super::story::{Story, relay};

/// Gun 8:00:00.250. At the exchange 8:59:59.500, which is 0:59:59.250 after
/// it; at the finish 10:00:00.750, which is 2:00:00.500.
fn race(rounding: &str, resolution_ms: i64) -> Story {
    let mut race = relay(2, "1");
    race["rounding"] = json!(rounding);
    race["resolution_ms"] = json!(resolution_ms);
    Story::of(&race)
        .gun("1", "08:00:00.250")
        .run("1", "x1 08:59:59.500, finish 10:00:00.750")
}

/// Holds the reading at the exchange, leg 2 and the total.
fn check(rounding: &str, resolution_ms: i64, expected: [&str; 3]) {
    race(rounding, resolution_ms).check(|board| {
        let found = [
            board.elapsed("1", "x1"),
            board.leg("1", "finish"),
            board.total("1"),
        ];
        assert_eq!(found, expected, "{rounding} to {resolution_ms} ms");
    });
}

#[test]
fn a_reading_is_rounded_up_down_or_to_the_nearest() {
    // 59:59.250 -> 1:00:00, 2:00:00.5 -> 2:00:01.
    check("up", 1000, ["1:00:00", "1:00:01", "2:00:01"]);
    // 59:59.250 -> 59:59, 2:00:00.5 -> 2:00:00.
    check("down", 1000, ["0:59:59", "1:00:01", "2:00:00"]);
    // 59:59.250 -> 59:59, 2:00:00.5 -> 2:00:01: halves go up.
    check("nearest", 1000, ["0:59:59", "1:00:02", "2:00:01"]);
}

#[test]
fn the_grain_may_be_finer_or_coarser_than_a_second() {
    // .250 -> .3, .500 stays.
    check("up", 100, ["0:59:59.300", "1:00:01.200", "2:00:00.500"]);
    check("down", 100, ["0:59:59.200", "1:00:01.300", "2:00:00.500"]);
    check("up", 1, ["0:59:59.250", "1:00:01.250", "2:00:00.500"]);
    check("up", 60_000, ["1:00:00", "1:01:00", "2:01:00"]);
    check("nearest", 60_000, ["1:00:00", "1:00:00", "2:00:00"]);
}

#[test]
fn what_falls_on_the_grain_is_not_rounded() {
    for rounding in ["up", "down", "nearest"] {
        let mut race = relay(1, "1");
        race["rounding"] = json!(rounding);
        let story = Story::of(&race)
            .gun("1", "08:00:00.250")
            .pass("1", "finish", "09:00:00.250");
        story.check(|board| assert_eq!(board.total("1"), "1:00:00", "{rounding}"));
    }
}
