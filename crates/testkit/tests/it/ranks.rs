//! Ties, open entries and abandonments, by hand.

use serde_json::{Value, json};
use tasuki_race::EntryStatus;

use crate::story::{Story, ms, relay};

fn with(mut race: Value, ranking: Value) -> Value {
    race["ranking"] = ranking;
    race
}

/// Four finishers of one leg. Official times: 1:00:01, 1:00:02 twice, 1:00:03.
fn a_tie(ranking: Value) -> Story {
    Story::of(&with(relay(1, &["1", "2", "3", "4"]), ranking))
        .gun("1", "08:00:00")
        .pass("1", "finish", "09:00:00.5")
        .pass("3", "finish", "09:00:01.2")
        .pass("2", "finish", "09:00:01.3")
        .pass("4", "finish", "09:00:03.0")
}

#[test]
fn shared_ties_leave_the_next_place_free() {
    let standings = a_tie(json!({"ties": "shared"})).standings();
    assert_eq!(
        standings.ranks(&["1", "2", "3", "4"]),
        [Some(1), Some(2), Some(2), Some(4)]
    );
}

#[test]
fn arrival_splits_ties_by_the_unrounded_time() {
    let standings = a_tie(json!({"ties": "arrival"})).standings();
    assert_eq!(
        standings.ranks(&["1", "3", "2", "4"]),
        [Some(1), Some(2), Some(3), Some(4)]
    );
}

#[test]
fn the_first_leg_has_a_tie_rule_of_its_own() {
    let by = |first: &str, later: &str| {
        let ranking = json!({"first_leg_ties": first, "leg_ties": later});
        a_tie(ranking).standings().leg_ranks("finish", &["2", "3"])
    };
    assert_eq!(by("shared", "arrival"), [Some(2), Some(2)]);
    assert_eq!(by("arrival", "shared"), [Some(3), Some(2)]);
}

#[test]
fn whoever_passed_the_later_checkpoint_is_ahead() {
    let standings = Story::of(&relay(2, &["1", "2", "3"]))
        .gun("1", "08:00:00")
        .pass("1", "x1", "09:00:00")
        .pass("2", "x1", "09:10:00")
        .pass("2", "finish", "10:30:00")
        .standings();
    assert_eq!(standings.ranks(&["2", "1", "3"]), [Some(1), Some(2), None]);
    assert_eq!(standings.split("1", "x1").rank, Some(1));
    // Bib 3 has started with everyone, and is on leg 1.
    assert_eq!(standings.row("3").status, EntryStatus::Running);
    assert_eq!(
        standings
            .row("3")
            .leg
            .as_ref()
            .map(ToString::to_string)
            .as_deref(),
        Some("1")
    );
}

/// Two teams with an equal total of 2:10:00. Bib 1: 1:05:00 + 1:05:00. Bib 2
/// is sent off at 9:10 while it arrives at 9:12: 1:12:00 + 0:58:00. Bib 3 needs
/// 1:06:00 + 1:06:00.
fn equal_totals(ranking: Value) -> Story {
    Story::of(&with(relay(2, &["1", "2", "3"]), ranking))
        .gun("1", "08:00:00")
        .pass("1", "x1", "09:05:00")
        .pass("3", "x1", "09:06:00")
        .gun_for(&["2"], "2", "09:10:00")
        .pass("2", "x1", "09:12:00")
        .pass("2", "finish", "10:08:00")
        .pass("1", "finish", "10:10:00")
        .pass("3", "finish", "10:12:00")
}

#[test]
fn a_countback_looks_at_leg_places_after_a_rolled_start() {
    // Leg 1: bibs 1, 3, 2. Leg 2: 2 (0:58), 1 (1:05), 3 (1:06). Firsts: one
    // each. Seconds: bib 1 one, bib 2 none. So bib 1 is ahead.
    let standings = equal_totals(json!({"ties": "countback"})).standings();
    assert_eq!(standings.row("1").elapsed_ms, standings.row("2").elapsed_ms);
    assert_eq!(
        standings.ranks(&["1", "2", "3"]),
        [Some(1), Some(2), Some(3)]
    );
    // By arrival bib 2 would be: the raw times are equal, it was there first.
    let standings = equal_totals(json!({"ties": "arrival"})).standings();
    assert_eq!(
        standings.ranks(&["2", "1", "3"]),
        [Some(1), Some(2), Some(3)]
    );
}

#[test]
fn a_countback_looks_at_arrival_where_all_ran_on_the_road() {
    let standings = Story::of(&with(
        relay(2, &["1", "2", "3"]),
        json!({"ties": "countback"}),
    ))
    .gun("1", "08:00:00")
    .pass("1", "x1", "09:00:00")
    .pass("2", "x1", "09:01:00")
    .pass("3", "x1", "09:02:00")
    .pass("2", "finish", "10:00:00.300")
    .pass("1", "finish", "10:00:00.400")
    .pass("3", "finish", "10:00:00.400")
    .standings();
    // All 2:00:01; bibs 1 and 3 arrive at the same instant.
    assert_eq!(
        standings.ranks(&["2", "1", "3"]),
        [Some(1), Some(2), Some(2)]
    );
}

/// Bib 2 is outside the ranking and the fastest in both legs.
fn with_an_open_entry(ranking: Value) -> Story {
    let mut race = with(relay(2, &["1", "2", "3"]), ranking);
    race["entries"][1]["ranked"] = json!(false);
    Story::of(&race)
        .gun("1", "08:00:00")
        .pass("2", "x1", "08:50:00")
        .pass("1", "x1", "09:00:00")
        .pass("3", "x1", "09:10:00")
        .pass("2", "finish", "09:40:00")
        .pass("1", "finish", "10:00:00")
        .pass("3", "finish", "10:20:00")
}

#[test]
fn an_open_entry_takes_a_place_only_where_the_race_says_so() {
    let standings = with_an_open_entry(json!({})).standings();
    assert_eq!(standings.ranks(&["1", "2", "3"]), [Some(1), None, Some(2)]);
    // 1:40:00 against the best ranked 2:00:00.
    assert_eq!(standings.row("2").gap_ms, Some(-20 * 60_000));
    let standings = with_an_open_entry(json!({"unranked_take_places": true})).standings();
    assert_eq!(standings.ranks(&["1", "2", "3"]), [Some(2), None, Some(3)]);
    assert_eq!(standings.row("1").gap_ms, Some(0));
}

#[test]
fn open_entries_are_excluded_counted_or_skipped_in_legs() {
    let legs = |setting: &str| {
        let story = with_an_open_entry(json!({"unranked_legs": setting}));
        story.standings().leg_ranks("finish", &["1", "2", "3"])
    };
    // Leg 2: 1:00:00, 0:50:00, 1:10:00.
    assert_eq!(legs("excluded"), [Some(1), None, Some(2)]);
    assert_eq!(legs("counted"), [Some(2), Some(1), Some(3)]);
    assert_eq!(legs("skip"), [Some(2), None, Some(3)]);
}

/// Bib 1 leads, abandons on leg 2, and runs on; 3 legs.
fn an_abandonment(after_dnf: &str) -> Story {
    Story::of(&with(
        relay(3, &["1", "2"]),
        json!({"after_dnf": after_dnf}),
    ))
    .gun("1", "08:00:00")
    .pass("1", "x1", "09:00:00")
    .pass("2", "x1", "09:10:00")
    .pass("2", "x2", "10:20:00")
    .pass("1", "x2", "10:30:00")
    .pass("1", "finish", "11:00:00")
    .pass("2", "finish", "11:20:00")
    .dnf("1", "x2")
}

#[test]
fn an_abandonment_leaves_what_was_before_it() {
    let standings = an_abandonment("reference").standings();
    let row = standings.row("1");
    assert_eq!(
        (row.status, row.rank, row.elapsed_ms),
        (EntryStatus::Dnf, None, None)
    );
    assert_eq!(standings.split("1", "x1").rank, Some(1));
    assert_eq!(standings.split("1", "x1").leg_rank, Some(1));
    // The abandoned leg has a time (10:30 - 9:00) and no rank.
    let abandoned = standings.split("1", "x2");
    assert_eq!(
        (abandoned.leg_ms, abandoned.leg_rank),
        (ms("1:30:00"), None)
    );
    assert_eq!((abandoned.elapsed_ms, abandoned.reference), (None, false));
    assert_eq!(standings.row("2").rank, Some(1));
    assert_eq!(standings.split("2", "x2").leg_rank, Some(1));
}

#[test]
fn legs_after_an_abandonment_are_a_reference_or_counted() {
    // Leg 3: bib 1 0:30:00, bib 2 1:00:00.
    let standings = an_abandonment("reference").standings();
    assert!(standings.split("1", "finish").reference);
    assert_eq!(standings.leg_ranks("finish", &["1", "2"]), [None, Some(1)]);
    let standings = an_abandonment("counted").standings();
    assert!(!standings.split("1", "finish").reference);
    assert_eq!(
        standings.leg_ranks("finish", &["1", "2"]),
        [Some(1), Some(2)]
    );
    assert_eq!(standings.row("1").rank, None);
}

#[test]
fn a_disqualification_takes_the_ranks_and_leaves_the_times() {
    let disqualify = json!({"type": "status_changed", "bib": "1", "status": "dsq"});
    let story = a_tie(json!({})).fact(disqualify);
    let standings = story.standings();
    assert_eq!(standings.ranks(&["1", "3"]), [None, Some(1)]);
    assert_eq!(standings.row("1").elapsed_ms, ms("1:00:01"));
    assert_eq!(standings.split("1", "finish").gap_ms, None);
    // 1:00:02 is the best ranked time now.
    assert_eq!(standings.row("4").gap_ms, ms("0:00:01"));
    let pardon = json!({"type": "status_changed", "bib": "1", "status": "active"});
    assert_eq!(story.fact(pardon).standings().row("1").rank, Some(1));
}
