//! Expected arrivals: the beginning of the stretch, plus the median of those
//! who have run it (of an even number the lower), times the entry's own time
//! up to there over the median of theirs; in whole seconds, to the nearest
//! minute. Before anybody has run it, the entry's own average speed.

use serde_json::{Value, json};

use super::story::{Story, relay};

/// One leg: 5 km, 10 km, and the finish after 15 km.
fn course() -> Value {
    let mut race = relay(1, "1 2 3");
    race["checkpoints"] = json!([
        {"id": "start", "name": "Start", "kind": "start", "distance_m": 0},
        {"id": "k5", "name": "5 km", "kind": "split", "distance_m": 5000},
        {"id": "k10", "name": "10 km", "kind": "split", "distance_m": 10_000},
        {"id": "finish", "name": "Finish", "kind": "finish", "distance_m": 15_000},
    ]);
    race
}

/// 5 km: 1,200 s, 1,500 s, 1,800 s. From 5 to 10 km: bib 1 1,260 s, bib 2
/// 1,500 s. From 10 km to the finish: bib 1 1,260 s.
fn race() -> Story {
    Story::of(&course())
        .gun("1", "08:00:00")
        .run("1", "k5 08:20:00, k10 08:41:00, finish 09:02:00")
        .run("2", "k5 08:25:00, k10 08:50:00")
        .run("3", "k5 08:30:00")
}

#[test]
fn the_median_of_the_stretch_is_scaled_by_how_the_entry_ran_so_far() {
    race().check(|board| {
        assert_eq!(board.next("1"), "-");
        // Bib 2 to the finish. One has run it: 1,260 s, after 2,460 s. Its own
        // 3,000 s: 1,260 * 3,000 / 2,460 = 1,536.585 s, or 25:36.585.
        // 8:50:00 + 25:36.585 = 9:15:36.585.
        assert_eq!(board.next("2"), "finish 2026-01-02T09:16Z");
        // Bib 3 to 10 km. Two have run it: 1,260 s and 1,500 s, the lower is
        // 1,260 s; after 1,200 s and 1,500 s, the lower is 1,200 s. Its own
        // 1,800 s: 1,260 * 1,800 / 1,200 = 1,890 s, or 31:30. 8:30:00 + 31:30
        // = 9:01:30, and the half minute goes up.
        assert_eq!(board.next("3"), "k10 2026-01-02T09:02Z");
    });
}

#[test]
fn with_three_that_have_run_it_the_middle_one_counts() {
    // A fourth, outside the ranking: 5 km in 1,350 s, then 1,320 s. And a
    // fifth that waits at 5 km after 1,500 s.
    let entry = |bib: &str, ranked: bool| json!({"type": "entry_registered", "entry": {"bib": bib, "name": bib, "ranked": ranked}});
    let story = race()
        .fact(entry("4", false))
        .fact(entry("5", true))
        .run("4", "k5 08:22:30, k10 08:44:30")
        .pass("5", "k5", "08:25:00");
    story.check(|board| {
        // Stretches 1,260, 1,320, 1,500 s: 1,320. Before them 1,200, 1,350,
        // 1,500 s: 1,350. Bib 5: 1,320 * 1,500 / 1,350 = 1,466.666 s, or
        // 24:26.666. 8:25:00 + 24:26.666 = 8:49:26.666.
        assert_eq!(board.next("5"), "k10 2026-01-02T08:49Z");
        // Bib 3: 1,320 * 1,800 / 1,350 = 1,760 s, or 29:20: 8:59:20.
        assert_eq!(board.next("3"), "k10 2026-01-02T08:59Z");
    });
    // Whoever abandons has still run what it ran.
    story.status("4", "dnf").check(|board| {
        assert_eq!(board.next("4"), "-");
        assert_eq!(board.next("3"), "k10 2026-01-02T08:59Z");
    });
}

#[test]
fn before_anybody_has_run_a_stretch_an_entry_goes_on_at_its_own_speed() {
    let story = Story::of(&course()).gun("1", "08:00:00");
    // Nobody has run anything.
    story.check(|board| assert_eq!(board.next("1"), "k5 -"));
    let story = story.pass("1", "k5", "08:20:40");
    story.check(|board| {
        // 1,240 s for 5 km, and 5 km to go: 8:20:40 + 20:40 = 8:41:20.
        assert_eq!(board.next("1"), "k10 2026-01-02T08:41Z");
        // The others are on the first stretch, which has one time, 1,240 s,
        // and nothing to compare with: 8:00:00 + 20:40.
        assert_eq!(board.next("2"), "k5 2026-01-02T08:21Z");
        assert_eq!(board.next("3"), "k5 2026-01-02T08:21Z");
    });
}

#[test]
fn after_a_rolled_start_the_stretch_begins_at_the_gun() {
    // Bib 1: 3,600 s and 3,600 s. Bib 2 arrives after 4,320 s, its second
    // runner left at 9:10:00.
    let story = Story::of(&relay(2, "1 2"))
        .gun("1", "08:00:00")
        .run("1", "x1 09:00:00, finish 10:00:00")
        .gun_for("2", "2", "09:10:00");
    story.check(|board| {
        // Still expected at the exchange: 8:00:00 + 3,600 s.
        assert_eq!(board.next("2"), "x1 2026-01-02T09:00Z");
    });
    let story = story.pass("2", "x1", "09:12:00");
    story.check(|board| {
        // 3,600 * 4,320 / 3,600 = 4,320 s, or 1:12:00, from 9:10:00.
        assert_eq!(board.next("2"), "finish 2026-01-02T10:22Z");
    });
    // With a penalty of 1:00 on leg 1 it took 4,380 s: 1:13:00.
    let penalty = json!({
        "type": "time_adjusted", "bib": "2", "delta_ms": 60_000, "leg": "1", "reason": "late",
    });
    story.fact(penalty).check(|board| {
        assert_eq!(board.next("2"), "finish 2026-01-02T10:23Z");
    });
}

#[test]
fn after_a_missed_exchange_with_a_gun_the_median_stands_as_it_is() {
    // Bib 1: x1 3,600 s, then 1,800 s to the split, 1,800 s to the finish. Bib
    // 2 has a gun for leg 2 and was not seen at the exchange: at the split it
    // has no elapsed time.
    let mut race = relay(2, "1 2");
    let split = json!({"id": "s2", "name": "s2", "kind": "split", "distance_m": 15_000});
    let checkpoints = race["checkpoints"].as_array_mut().expect("checkpoints");
    checkpoints.insert(2, split);
    let story = Story::of(&race)
        .gun("1", "08:00:00")
        .run("1", "x1 09:00:00, s2 09:30:00, finish 10:00:00")
        .gun_for("2", "2", "09:10:00")
        .pass("2", "s2", "09:50:00");
    story.check(|board| {
        // 9:50:00 + 1,800 s.
        assert_eq!(board.next("2"), "finish 2026-01-02T10:20Z");
    });
}

#[test]
fn a_stretch_of_no_time_does_not_count() {
    // The tablet wrote 10 km in the same second as 5 km.
    let story = Story::of(&course())
        .gun("1", "08:00:00")
        .run("1", "k5 08:20:00, k10 08:20:00.9")
        .run("2", "k5 08:25:00");
    story.check(|board| {
        // Nobody has run it, then: 1,500 s for the next 5 km.
        assert_eq!(board.next("2"), "k10 2026-01-02T08:50Z");
    });
}
