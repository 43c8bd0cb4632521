//! Times and bibs recorded apart: one person taps the times, another reads the
//! bibs, and somebody pairs them later. Until then neither does anything; once
//! paired, the time counts as a passage of that bib. The later decision wins,
//! and a pairing with a bib that is withdrawn, or was read elsewhere, is none.

use serde_json::{Value, json};

use super::story::{Story, at, event, relay};

fn tap(time: &str) -> Value {
    json!({"type": "time_recorded", "checkpoint": "finish", "time": at(time)})
}

fn read(bib: &str, checkpoint: &str) -> Value {
    json!({"type": "bib_recorded", "bib": bib, "checkpoint": checkpoint})
}

fn pair_with(time: usize, read: usize) -> Value {
    json!({"type": "passage_paired", "event": event(time), "with": event(read)})
}

fn pair(time: usize, bib: &str) -> Value {
    json!({"type": "passage_paired", "event": event(time), "bib": bib})
}

/// The definition and the gun (1, 2); times at 9:00:01.0, 9:00:01.4 and
/// 9:00:02.2 (3, 4, 5); bibs 12 and 7 read at the finish (6, 7).
fn recorded() -> Story {
    Story::of(&relay(2, "7 12 31"))
        .gun("1", "08:00:00")
        .fact(tap("09:00:01"))
        .fact(tap("09:00:01.4"))
        .fact(tap("09:00:02.2"))
        .fact(read("12", "finish"))
        .fact(read("7", "finish"))
}

/// 3 is bib 12's, 4 bib 7's, 5 bib 31's (facts 8, 9, 10).
fn paired() -> Story {
    recorded()
        .fact(pair_with(3, 6))
        .fact(pair_with(4, 7))
        .fact(pair(5, "31"))
}

#[test]
fn apart_they_do_nothing_and_wait_on_the_review_list() {
    recorded().check(|board| {
        for bib in ["7", "12", "31"] {
            assert_eq!(board.status(bib), "running");
            assert!(board.row(bib).splits.is_empty());
        }
        let waiting = [
            "3 unidentified_passage finish",
            "4 unidentified_passage finish",
            "5 unidentified_passage finish",
            "6 untimed_bib finish",
            "7 untimed_bib finish",
        ];
        assert_eq!(board.odd(), waiting);
    });
}

#[test]
fn paired_they_count_as_a_passage() {
    paired().check(|board| {
        // Up to the second.
        assert_eq!(board.total("12"), "1:00:01");
        assert_eq!(board.total("7"), "1:00:02");
        assert_eq!(board.total("31"), "1:00:03");
        assert_eq!(board.overall("7 12 31"), "2 1 3");
        assert_eq!(board.orders("finish", "7 12 31"), "2 1 3");
        // None of them was seen at the exchange; nothing waits any more.
        let missed = [
            "3 missed_checkpoint x1",
            "4 missed_checkpoint x1",
            "5 missed_checkpoint x1",
        ];
        assert_eq!(board.odd(), missed);
    });
}

#[test]
fn the_later_pairing_or_reassignment_wins() {
    // 4 is bib 31's and 5 bib 7's after all.
    let story = paired().fact(pair(4, "31")).fact(pair_with(5, 7));
    story.check(|board| {
        assert_eq!(board.total("7"), "1:00:03");
        assert_eq!(board.total("31"), "1:00:02");
        assert_eq!(board.overall("7 12 31"), "3 1 2");
    });
    let to_12 = json!({
        "type": "passage_reassigned", "event": event(5), "bib": "12", "reason": "misread",
    });
    story.fact(to_12).check(|board| {
        // Bib 12 has two now, of which the earlier counts, and bib 7 none,
        // though it was read.
        assert_eq!(board.total("12"), "1:00:01");
        assert_eq!(board.status("7"), "running");
        let odd = [
            "3 missed_checkpoint x1",
            "4 missed_checkpoint x1",
            "5 duplicate_passage finish",
            "7 untimed_bib finish",
        ];
        assert_eq!(board.odd(), odd);
    });
}

#[test]
fn a_pairing_with_a_withdrawn_bib_was_never_made() {
    // 3 was bib 31's first, then paired with the reading 6 of bib 12.
    let story = recorded().fact(pair(3, "31")).fact(pair_with(3, 6));
    story.check(|board| {
        assert_eq!(board.total("12"), "1:00:01");
        assert_eq!(board.status("31"), "running");
    });
    // Without the reading the decision before it holds again.
    story.void(6).check(|board| {
        assert_eq!(board.status("12"), "running");
        assert_eq!(board.total("31"), "1:00:01");
    });
}

#[test]
fn a_pairing_with_a_bib_read_elsewhere_is_none() {
    // Fact 8 reads bib 31 at the exchange.
    let story = recorded().fact(read("31", "x1")).fact(pair_with(3, 8));
    story.check(|board| {
        assert_eq!(board.status("31"), "running");
        assert!(board.row("31").splits.is_empty());
        assert!(board.odd().contains(&"3 unidentified_passage finish"));
        assert!(board.odd().contains(&"8 untimed_bib x1"));
    });
}

#[test]
fn a_withdrawn_time_or_pairing_counts_no_more() {
    paired().void(4).check(|board| {
        assert_eq!(board.status("7"), "running");
        assert!(board.odd().contains(&"7 untimed_bib finish"));
    });
    paired().void(9).check(|board| {
        assert_eq!(board.status("7"), "running");
        assert!(board.odd().contains(&"4 unidentified_passage finish"));
        assert!(board.odd().contains(&"7 untimed_bib finish"));
    });
}

#[test]
fn a_time_paired_with_a_bib_that_nobody_wears_waits_for_its_entry() {
    let story = recorded().fact(pair(3, "99"));
    story.check(|board| assert!(board.odd().contains(&"3 unknown_bib finish")));
    let entry = json!({"type": "entry_registered", "entry": {"bib": "99", "name": "Late"}});
    story
        .fact(entry)
        .check(|board| assert_eq!(board.total("99"), "1:00:01"));
}

/// Bib 7 and bib 12 are read (5, 6) and withdrawn (8, 9) before the times 3 and
/// 4 are paired with them, so those pairings are none. Both times are then given
/// to bib 31, which was read as well (7): the later pairing wins. Bibs 7 and 12
/// come back (14, 15), which changes nothing yet. When 31 is withdrawn (16), both
/// times fall to the pairings before at once: 3 to bib 7, 4 to bib 12.
#[test]
fn one_withdrawn_bib_gives_its_times_back_to_several() {
    let void = |fact: usize| json!({"type": "event_voided", "event": event(fact), "reason": "r"});
    Story::of(&relay(2, "7 12 31"))
        .gun("1", "08:00:00")
        .fact(tap("09:00:01"))
        .fact(tap("09:00:02"))
        .fact(read("7", "finish"))
        .fact(read("12", "finish"))
        .fact(read("31", "finish"))
        .fact(void(5))
        .fact(void(6))
        .fact(pair_with(3, 5))
        .fact(pair_with(4, 6))
        .fact(pair_with(3, 7))
        .fact(pair_with(4, 7))
        .fact(void(8))
        .fact(void(9))
        .fact(void(7))
        .check(|board| {
            assert_eq!(board.status("7"), "finished");
            assert_eq!(board.status("12"), "finished");
            assert_eq!(board.status("31"), "running");
        });
}
