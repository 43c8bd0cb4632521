//! Penalties and credits: one that names a leg is in the elapsed time from
//! that leg on, one without a leg from the finish on. The time of the leg as
//! it was run stays as it is.

use serde_json::{Value, json};

use super::story::{Story, relay};

fn adjusted(bib: &str, delta_ms: i64, leg: Option<&str>) -> Value {
    let mut fact = json!({
        "type": "time_adjusted", "bib": bib, "delta_ms": delta_ms, "reason": "by the referee",
    });
    if let Some(leg) = leg {
        fact["leg"] = json!(leg);
    }
    fact
}

/// Bib 1: 1:00:00 + 1:00:00. Bib 2: 1:00:30 + 0:59:50 = 2:00:20.
fn race() -> Story {
    Story::of(&relay(2, "1 2"))
        .gun("1", "08:00:00")
        .run("1", "x1 09:00:00, finish 10:00:00")
        .run("2", "x1 09:00:30, finish 10:00:20")
}

#[test]
fn without_a_leg_a_penalty_counts_from_the_finish_on() {
    race().fact(adjusted("1", 60_000, None)).check(|board| {
        assert_eq!(board.elapsed("1", "x1"), "1:00:00");
        assert_eq!(board.ranks("x1", "1 2"), "1 2");
        // 2:00:00 + 0:01:00.
        assert_eq!(board.total("1"), "2:01:00");
        assert_eq!(board.leg("1", "finish"), "1:00:00");
        assert_eq!(board.overall("1 2"), "2 1");
        // 2:01:00 - 2:00:20.
        assert_eq!(board.gap("1", "finish"), "0:00:40");
    });
}

#[test]
fn with_a_leg_it_counts_from_that_leg_on() {
    let story = race()
        .fact(adjusted("1", 60_000, None))
        .fact(adjusted("2", 45_000, Some("1")));
    story.check(|board| {
        // 1:00:30 + 0:45, while leg 1 was run in 1:00:30.
        assert_eq!(board.elapsed("2", "x1"), "1:01:15");
        assert_eq!(board.leg("2", "x1"), "1:00:30");
        // 2:00:20 + 0:45 against 2:01:00.
        assert_eq!(board.total("2"), "2:01:05");
        assert_eq!(board.overall("1 2"), "1 2");
    });
    // A credit of 10 s on leg 2 changes nothing at the exchange.
    let story = story.fact(adjusted("2", -10_000, Some("2")));
    let credit = story.place();
    story.check(|board| {
        assert_eq!(board.elapsed("2", "x1"), "1:01:15");
        assert_eq!(board.total("2"), "2:00:55");
        assert_eq!(board.leg("2", "finish"), "0:59:50");
        assert_eq!(board.overall("1 2"), "2 1");
    });
    // Withdrawn, it is as if it had never been.
    story.void(credit).check(|board| {
        assert_eq!(board.total("2"), "2:01:05");
        assert_eq!(board.overall("1 2"), "1 2");
    });
}
