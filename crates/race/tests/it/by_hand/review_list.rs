//! The review list: every odd observation stands there with what is odd about
//! it, until facts resolve it or an official accepts it.

use serde_json::{Value, json};

use super::story::{Story, event, relay};

fn accepted(place: usize, code: &str, checkpoint: Option<&str>) -> Value {
    let mut fact = json!({
        "type": "review_accepted", "event": event(place), "code": code, "reason": "as it was",
    });
    if let Some(checkpoint) = checkpoint {
        fact["checkpoint"] = json!(checkpoint);
    }
    fact
}

/// Three legs of 10 km, and 120 s per kilometre at the fastest: 20 minutes.
fn started() -> Story {
    Story::of(&relay(3, "1 2 3 4")).gun("1", "08:00:00")
}

#[test]
fn each_odd_observation_has_its_code() {
    let story = started()
        // 3: nobody wears it.
        .pass("77", "x1", "09:00:00")
        // 4 counts, 5 is its double, 6 lies before the gun.
        .pass("1", "x1", "09:00:00")
        .pass("1", "x1", "09:00:30")
        .pass("1", "x1", "07:59:00")
        // 7 is earlier than the arrival at x1, where leg 2 began.
        .pass("1", "x2", "08:50:00")
        // 8: 10 km in 19:59 after the handover.
        .pass("1", "x2", "09:19:59")
        // 9: x1 was missed.
        .pass("2", "x2", "10:00:00")
        // 10: it had not started.
        .pass("3", "x1", "09:05:00")
        .status("3", "dns");
    story.check(|board| {
        let odd = [
            "3 unknown_bib x1",
            "5 duplicate_passage x1",
            "6 before_start x1",
            "7 before_start x2",
            "8 implausible_pace x2",
            "9 missed_checkpoint x1",
            "10 after_status x1",
        ];
        assert_eq!(board.odd(), odd);
    });
}

#[test]
fn out_of_order_is_earlier_than_a_checkpoint_before_it_on_the_same_leg() {
    let mut race = relay(2, "1");
    let split = json!({"id": "s1", "name": "s1", "kind": "split", "distance_m": 5000});
    let checkpoints = race["checkpoints"].as_array_mut().expect("checkpoints");
    checkpoints.insert(1, split);
    let story = Story::of(&race)
        .gun("1", "08:00:00")
        .run("1", "s1 08:30:00, x1 08:29:00");
    story.check(|board| {
        assert_eq!(board.elapsed("1", "x1"), "-");
        assert_eq!(board.odd(), ["4 out_of_order x1"]);
    });
    // The split is entered anew, at 8:20:00: once the wrong one is withdrawn,
    // x1 counts.
    story.pass("1", "s1", "08:20:00").void(3).check(|board| {
        assert_eq!(board.elapsed("1", "x1"), "0:29:00");
        // 5 km in 9:00 are faster than 10:00.
        assert_eq!(board.odd(), ["4 implausible_pace x1"]);
    });
}

#[test]
fn an_accepted_line_leaves_the_list_and_an_acceptance_withdrawn_brings_it_back() {
    let story = started().pass("2", "finish", "10:30:00");
    let both = ["3 missed_checkpoint x1", "3 missed_checkpoint x2"];
    story.check(|board| assert_eq!(board.odd(), both));
    // One of the two.
    let story = story.fact(accepted(3, "missed_checkpoint", Some("x1")));
    let acceptance = story.place();
    story.check(|board| assert_eq!(board.odd(), both[1..]));
    // Another code of the same passage takes nothing off.
    let other = accepted(3, "implausible_pace", None);
    story
        .clone()
        .fact(other)
        .check(|board| assert_eq!(board.odd(), both[1..]));
    // Without a checkpoint, all of that code.
    let all = accepted(3, "missed_checkpoint", None);
    story
        .clone()
        .fact(all)
        .check(|board| assert!(board.odd().is_empty()));
    story
        .void(acceptance)
        .check(|board| assert_eq!(board.odd(), both));
}

#[test]
fn times_and_bibs_apart_can_be_accepted_too() {
    let time = super::story::at("09:00:00");
    let story = started()
        .fact(json!({"type": "time_recorded", "checkpoint": "x1", "time": time}))
        .fact(json!({"type": "bib_recorded", "bib": "4", "checkpoint": "x1"}));
    let story = story.fact(accepted(3, "unidentified_passage", None));
    story.check(|board| assert_eq!(board.odd(), ["4 untimed_bib x1"]));
    let story = story.fact(accepted(4, "untimed_bib", Some("x1")));
    story.check(|board| assert!(board.odd().is_empty()));
}
