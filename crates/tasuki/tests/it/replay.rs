//! `tasuki serve` and `tasuki replay` together.

use serde_json::Value;

use crate::sample::{self, RACE};
use crate::tasuki::{ADMIN_TOKEN, Folder, Server};

#[test]
fn a_replayed_race_gives_the_same_standings_and_is_never_doubled() {
    let folder = Folder::new();
    folder.write("race.ndjson", &sample::file());
    let server = Server::start(&folder);
    let replay = |resume: &[&str]| {
        let arguments = [
            &[
                "replay",
                "race.ndjson",
                "--to",
                &server.url,
                "--speed",
                "max",
            ],
            resume,
        ]
        .concat();
        folder.run_with(&[("TASUKI_TOKEN", ADMIN_TOKEN)], &arguments)
    };

    let run = replay(&[]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        run.stdout
            .contains("5 facts accepted, 0 there already, 0 rejected"),
        "{run:?}"
    );

    let run = replay(&[]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("--resume"), "{run:?}");

    let run = replay(&["--resume"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        run.stdout
            .contains("0 facts accepted, 5 there already, 0 rejected"),
        "{run:?}"
    );

    assert_eq!(server.terminate(), Some(0));
    let entries = |run: crate::tasuki::Run| {
        let standings: Value = serde_json::from_str(&run.stdout).expect("JSON");
        standings["entries"].clone()
    };
    let before = entries(folder.run(&["standings", "race.ndjson"]));
    assert_eq!(entries(folder.run(&["standings", "--race", RACE])), before);
}

#[test]
fn a_wrong_token_is_refused_and_not_tried_again() {
    let folder = Folder::new();
    folder.write("race.ndjson", &sample::file());
    let server = Server::start(&folder);
    let arguments = ["replay", "race.ndjson", "--to", &server.url];
    let run = folder.run_with(&[("TASUKI_TOKEN", "not-the-token")], &arguments);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stderr.contains("refuses to create the race: 401"),
        "{run:?}"
    );
}
