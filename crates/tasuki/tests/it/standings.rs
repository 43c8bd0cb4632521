//! `tasuki standings`.

use serde_json::Value;

use crate::sample::{self, RACE};
use crate::tasuki::{Folder, Run};

fn json(run: &Run) -> Value {
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    serde_json::from_str(&run.stdout).expect("JSON")
}

#[test]
fn a_log_gives_the_standings_without_a_server() {
    let standings = json(&Folder::new().run_on(&sample::file(), &["standings", "-"]));
    assert_eq!(standings["seq"], 6);
    assert_eq!(standings["state"], "official");
    assert_eq!(standings["entries"]["1"]["rank"], 1);
    assert_eq!(standings["entries"]["1"]["elapsed_ms"], 2_101_000);
    assert_eq!(standings["entries"]["2"]["gap_ms"], 70_000);
}

#[test]
fn standings_are_given_as_the_log_stood() {
    let folder = Folder::new();
    let standings = json(&folder.run_on(&sample::file(), &["standings", "-", "--at-seq", "3"]));
    assert_eq!(standings["seq"], 3);
    assert_eq!(standings["entries"]["2"]["rank"], 1);
    assert_eq!(standings["entries"]["1"]["status"], "running");
}

#[test]
fn a_selection_narrows_them() {
    let folder = Folder::new();
    for selection in [["--category", "women"], ["--bibs", "2"]] {
        let arguments = [["standings", "-"], selection].concat();
        let standings = json(&folder.run_on(&sample::file(), &arguments));
        let entries = standings["entries"].as_object().expect("an object");
        assert_eq!(entries.keys().collect::<Vec<_>>(), ["2"]);
        assert_eq!(entries["2"]["rank"], 2);
    }
    let standings = json(&folder.run_on(
        &sample::file(),
        &["standings", "-", "--top", "1", "--pretty"],
    ));
    assert_eq!(
        standings["entries"]
            .as_object()
            .map(|entries| entries.len()),
        Some(1)
    );
}

#[test]
fn a_database_gives_the_same_as_its_export() {
    let folder = Folder::new();
    folder.write("race.ndjson", &sample::file());
    folder.run(&["import", "race.ndjson"]);
    let from_file = folder.run(&["standings", "race.ndjson"]);
    let from_log = folder.run(&["standings", "--race", RACE]);
    assert_eq!(json(&from_file), json(&from_log));
    assert_eq!(from_file.stdout, from_log.stdout);
}

#[test]
fn a_file_of_another_race_than_the_one_asked_for_is_refused() {
    let run = Folder::new().run_on(&sample::file(), &["standings", "-", "--race", "other"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stderr.contains("holds the race `harbour-run`"),
        "{run:?}"
    );
}
