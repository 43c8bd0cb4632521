//! Leg records (区間記録): a leg time under the record is `new`, one at the
//! record `equal`. A leg abandoned, or run afterwards as a reference, sets
//! none.

use serde_json::json;
use tasuki_race::RecordMark;

use super::board::Board;
use super::story::{Story, relay};

fn record(board: &Board, bib: &str, checkpoint: &str) -> Option<RecordMark> {
    board.split(bib, checkpoint)?.record
}

/// Records of an hour on legs 1 and 3. On leg 1, up to the second: bib 1
/// 0:59:59.2 -> 1:00:00, bib 2 0:58:59, bib 3 1:00:00.1 -> 1:00:01. Bib 2
/// abandons leg 2; its leg 3 takes from 10:00:00 to 10:50:00.
fn race(after_dnf: &str) -> Story {
    let mut race = relay(3, "1 2 3");
    race["legs"] = json!([
        {"id": "1", "record_ms": 3_600_000},
        {"id": "2"},
        {"id": "3", "record_ms": 3_600_000},
    ]);
    race["ranking"] = json!({"after_dnf": after_dnf});
    Story::of(&race)
        .gun("1", "08:00:00")
        .run("1", "x1 08:59:59.2, x2 09:40:00, finish 10:40:01")
        .run("2", "x1 08:58:59")
        .run("3", "x1 09:00:00.1, x2 09:40:00, finish 10:39:59")
        .dnf_from("2", "x2")
        .gun_for("2", "3", "10:00:00")
        .pass("2", "finish", "10:50:00")
}

#[test]
fn a_record_is_beaten_or_equalled_by_the_official_time() {
    race("reference").check(|board| {
        assert_eq!(board.leg("1", "x1"), "1:00:00");
        assert_eq!(record(board, "1", "x1"), Some(RecordMark::Equal));
        assert_eq!(board.leg("2", "x1"), "0:58:59");
        assert_eq!(record(board, "2", "x1"), Some(RecordMark::New));
        assert_eq!(board.leg("3", "x1"), "1:00:01");
        assert_eq!(record(board, "3", "x1"), None);
        // Leg 2 has no record to beat.
        assert_eq!(record(board, "1", "x2"), None);
        // Leg 3: 10:40:01 - 9:40:00, 10:39:59 - 9:40:00.
        assert_eq!(board.leg("1", "finish"), "1:00:01");
        assert_eq!(record(board, "1", "finish"), None);
        assert_eq!(board.leg("3", "finish"), "0:59:59");
        assert_eq!(record(board, "3", "finish"), Some(RecordMark::New));
    });
}

#[test]
fn a_reference_is_no_record_and_a_counted_leg_is() {
    race("reference").check(|board| {
        assert_eq!(board.leg("2", "finish"), "0:50:00");
        assert_eq!(record(board, "2", "finish"), None);
        // What it ran before the abandonment stands.
        assert_eq!(record(board, "2", "x1"), Some(RecordMark::New));
    });
    race("counted").check(|board| {
        assert_eq!(board.leg_ranks("finish", "1 2 3"), "3 1 2");
        assert_eq!(record(board, "2", "finish"), Some(RecordMark::New));
    });
}
