//! A course with laps: several checkpoints are visits of one place. Of the
//! passages recorded at the place the n-th that counts is the n-th visit; one
//! sooner than `min_lap_ms` after the visit before is a double read. A passage
//! recorded at a visit counts for that visit only; of two that could be it the
//! earlier counts.

use serde_json::{Value, json};

use super::story::{Story, at, event, relay};

/// The course of the additions, three laps with at least a minute each.
fn course() -> Value {
    let mut race = relay(1, "1 2 3");
    race["checkpoints"] = json!([
        {"id": "start", "name": "Start", "kind": "start", "distance_m": 0},
        {"id": "lap-1", "place": "line", "name": "Lap 1", "kind": "split", "distance_m": 1000},
        {"id": "lap-2", "place": "line", "name": "Lap 2", "kind": "split", "distance_m": 2000,
         "min_lap_ms": 60_000},
        {"id": "finish", "place": "line", "name": "Finish", "kind": "finish", "distance_m": 3000,
         "min_lap_ms": 60_000},
    ]);
    race
}

fn started() -> Story {
    Story::of(&course()).gun("1", "08:00:00")
}

#[test]
fn a_double_read_is_swallowed() {
    // 3 the first lap, 4 the same crossing 0.4 s later, 5, 6; bib 2 in between.
    let story = started()
        .run(
            "1",
            "line 08:03:00, line 08:03:00.4, line 08:06:10, line 08:09:30",
        )
        .run("2", "line 08:03:20, line 08:06:40");
    story.check(|board| {
        assert_eq!(board.elapsed("1", "lap-1"), "0:03:00");
        assert_eq!(board.elapsed("1", "lap-2"), "0:06:10");
        assert_eq!(board.elapsed("1", "finish"), "0:09:30");
        assert_eq!(board.status("1"), "finished");
        assert_eq!(board.ranks("lap-1", "1 2"), "1 2");
        assert_eq!(board.ranks("lap-2", "1 2"), "1 2");
        // 6:40 - 6:10.
        assert_eq!(board.gap("2", "lap-2"), "0:00:30");
        assert_eq!(board.status("2"), "running");
        assert_eq!(board.overall("1 2"), "1 2");
        assert_eq!(board.odd(), ["4 duplicate_passage line"]);
    });
}

#[test]
fn exactly_a_shortest_lap_later_is_a_visit_and_a_millisecond_less_is_not() {
    let story = started().run("1", "line 08:03:00, line 08:03:59.999, line 08:04:00");
    story.check(|board| {
        assert_eq!(board.elapsed("1", "lap-2"), "0:04:00");
        assert_eq!(board.elapsed("1", "finish"), "-");
    });
}

#[test]
fn the_order_in_which_passages_are_sent_does_not_matter() {
    let story = started().run("1", "line 08:09:30, line 08:03:00, line 08:06:10");
    story.check(|board| {
        assert_eq!(board.elapsed("1", "lap-1"), "0:03:00");
        assert_eq!(board.elapsed("1", "lap-2"), "0:06:10");
        assert_eq!(board.elapsed("1", "finish"), "0:09:30");
    });
}

#[test]
fn a_missed_lap_that_is_entered_later_moves_those_after_it() {
    // The mat missed the second lap: the third reads as the second.
    let story = started().run("2", "line 08:03:20, line 08:10:10");
    story.check(|board| {
        assert_eq!(board.elapsed("2", "lap-2"), "0:10:10");
        assert_eq!(board.status("2"), "running");
        assert_eq!(board.next("2").split(' ').next(), Some("finish"));
    });
    let entered_at_the_visit = story.clone().pass("2", "lap-2", "08:06:40");
    let entered_at_the_place = story.pass("2", "line", "08:06:40");
    for story in [entered_at_the_visit, entered_at_the_place] {
        story.check(|board| {
            assert_eq!(board.elapsed("2", "lap-2"), "0:06:40");
            assert_eq!(board.total("2"), "0:10:10");
            assert_eq!(board.status("2"), "finished");
            assert_eq!(board.odd(), Vec::<&str>::new());
        });
    }
}

#[test]
fn a_passage_recorded_at_a_visit_counts_for_no_other() {
    let story = started().pass("3", "finish", "08:12:00");
    story.check(|board| {
        assert_eq!(board.total("3"), "0:12:00");
        assert_eq!(board.status("3"), "finished");
        assert_eq!(board.elapsed("3", "lap-1"), "-");
        assert_eq!(
            board.odd(),
            ["3 missed_checkpoint lap-1", "3 missed_checkpoint lap-2"]
        );
    });
}

#[test]
fn of_two_that_could_be_a_visit_the_earlier_counts() {
    // By hand 6:11, by the mat 6:10.2: the mat counts, and the hand's is a
    // duplicate that does not become lap 3.
    let story = started().run(
        "1",
        "line 08:03:00, lap-2 08:06:11, line 08:06:10.2, line 08:09:30",
    );
    story.check(|board| {
        assert_eq!(board.elapsed("1", "lap-2"), "0:06:11");
        assert_eq!(
            board.row("1").splits["lap-2"].time.to_string(),
            "2026-01-02T08:06:10.200Z"
        );
        assert_eq!(board.elapsed("1", "finish"), "0:09:30");
        assert_eq!(board.odd(), ["4 duplicate_passage lap-2"]);
    });
    // By hand 6:09.8: the mat's comes 0.4 s after what counts.
    let story = started().run(
        "1",
        "line 08:03:00, lap-2 08:06:09.8, line 08:06:10.2, line 08:09:30",
    );
    story.check(|board| {
        assert_eq!(
            board.row("1").splits["lap-2"].time.to_string(),
            "2026-01-02T08:06:09.800Z"
        );
        assert_eq!(board.elapsed("1", "finish"), "0:09:30");
        assert_eq!(board.odd(), ["5 duplicate_passage line"]);
    });
}

#[test]
fn a_lap_too_many_changes_nothing() {
    let story = started().run(
        "1",
        "line 08:03:00, line 08:06:10, line 08:09:30, line 08:12:50",
    );
    story.check(|board| {
        assert_eq!(board.total("1"), "0:09:30");
        assert_eq!(board.odd(), ["6 duplicate_passage line"]);
    });
}

#[test]
fn a_read_on_the_way_to_the_start_is_no_lap() {
    let story = started().run("1", "line 07:58:00, line 08:03:00, line 08:06:10");
    story.check(|board| {
        assert_eq!(board.elapsed("1", "lap-1"), "0:03:00");
        assert_eq!(board.elapsed("1", "lap-2"), "0:06:10");
        assert_eq!(board.status("1"), "running");
        assert_eq!(board.odd(), ["3 before_start line"]);
    });
}

#[test]
fn a_lap_paired_later_counts_as_one_recorded_there() {
    let tap = json!({"type": "time_recorded", "checkpoint": "line", "time": at("08:06:10")});
    let story = started().run("1", "line 08:03:00, line 08:09:30").fact(tap);
    let pairing = json!({"type": "passage_paired", "event": event(5), "bib": "1"});
    story.check(|board| assert_eq!(board.elapsed("1", "lap-2"), "0:09:30"));
    story.fact(pairing).check(|board| {
        assert_eq!(board.elapsed("1", "lap-2"), "0:06:10");
        assert_eq!(board.total("1"), "0:09:30");
    });
}
