//! What is in force after voids, reassignments and replacements.

use serde_json::json;
use tasuki_race::{EntryStatus, RaceState};

use crate::story::{Story, event, ms, relay};

fn started(bibs: &[&str]) -> Story {
    Story::of(&relay(2, bibs)).gun("1", "08:00:00")
}

#[test]
fn a_voided_void_brings_the_fact_back() {
    let story = started(&["1"]).pass("1", "x1", "09:00:00");
    let passage = story.place();
    let story = story.void(passage);
    assert!(story.standings().row("1").splits.is_empty());
    let void = story.place();
    let story = story.void(void);
    assert_eq!(story.standings().row("1").elapsed_ms, ms("1:00:00"));
    let void_of_void = story.place();
    assert!(
        story
            .void(void_of_void)
            .standings()
            .row("1")
            .splits
            .is_empty()
    );
}

#[test]
fn a_void_does_not_act_on_what_comes_later() {
    let story = started(&["1"]);
    let next_but_one = story.place() + 2;
    let standings = story
        .void(next_but_one)
        .pass("1", "x1", "09:00:00")
        .standings();
    assert_eq!(standings.row("1").elapsed_ms, ms("1:00:00"));
}

#[test]
fn a_passage_belongs_to_the_bib_of_its_last_reassignment() {
    let story = started(&["1", "2"]).pass("7", "x1", "09:00:00");
    let passage = event(story.place());
    let kind = "passage_reassigned";
    let to = |bib: &str| json!({"type": kind, "event": passage, "bib": bib, "reason": "misread"});
    let standings = story.fact(to("1")).fact(to("2")).standings();
    assert!(standings.row("1").splits.is_empty());
    assert_eq!(standings.row("2").elapsed_ms, ms("1:00:00"));
}

#[test]
fn the_earliest_passage_that_fits_counts() {
    let standings = started(&["1"])
        .pass("1", "x1", "09:00:05")
        .pass("1", "x1", "09:00:00")
        // Before the gun, and before the exchange: neither counts.
        .pass("1", "x1", "07:59:59")
        .pass("1", "finish", "08:30:00")
        .standings();
    assert_eq!(standings.row("1").elapsed_ms, ms("1:00:00"));
    assert_eq!(standings.row("1").status, EntryStatus::Running);
    assert!(!standings.row("1").splits.contains_key("finish"));
}

#[test]
fn after_a_rolled_start_a_passage_may_precede_the_arrival_of_the_leg_before() {
    let standings = started(&["1"])
        .gun_for(&["1"], "2", "09:10:00")
        .pass("1", "finish", "10:00:00")
        .pass("1", "x1", "10:05:00")
        .standings();
    // 2:05:00 + (10:00 - 9:10).
    assert_eq!(standings.row("1").elapsed_ms, ms("2:55:00"));
}

#[test]
fn a_passage_counts_as_soon_as_its_entry_is_registered() {
    let story = started(&["1"]).pass("9", "x1", "09:00:00");
    assert!(!story.standings().0.entries.contains_key("9"));
    let entry = json!({"bib": "9", "name": "Late"});
    let standings = story
        .fact(json!({"type": "entry_registered", "entry": entry}))
        .standings();
    assert_eq!(standings.ranks(&["9"]), [Some(1)]);
}

#[test]
fn without_a_definition_in_force_entries_have_no_course() {
    let entry = json!({"bib": "9", "name": "Late"});
    let story = started(&["1"])
        .pass("9", "x1", "09:00:00")
        .fact(json!({"type": "entry_registered", "entry": entry}))
        .void(1);
    let standings = story.standings();
    assert_eq!(standings.0.race.as_str(), "story");
    assert_eq!(
        standings
            .0
            .entries
            .keys()
            .map(|bib| bib.as_str())
            .collect::<Vec<_>>(),
        ["9"]
    );
    assert_eq!(standings.row("9").status, EntryStatus::Entered);
    assert!(standings.row("9").splits.is_empty());
}

#[test]
fn the_last_fifty_announcements_are_shown_and_the_last_declaration_holds() {
    let mut story = started(&["1"]);
    for n in 0..60 {
        story = story.fact(json!({"type": "announced", "text": format!("Line {n}")}));
    }
    let last = story.place();
    let standings = story.void(last).standings().0;
    // Sequence 62 is withdrawn: 12 to 61 are left.
    let shown: Vec<u64> = standings.announcements.keys().copied().collect();
    assert_eq!(shown, (12..=61).collect::<Vec<_>>());
    assert_eq!(standings.state, RaceState::Unofficial);
    let official = json!({"type": "results_declared", "state": "official"});
    assert_eq!(
        started(&["1"]).fact(official).standings().0.state,
        RaceState::Official
    );
}
