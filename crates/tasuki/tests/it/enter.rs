//! `tasuki serve` and `tasuki enter` together.

use crate::sample::{self, RACE};
use crate::tasuki::{ADMIN_TOKEN, Folder, Run, Server};

/// A server with the sample race, and a folder with files.
struct Office {
    folder: Folder,
    server: Server,
}

impl Office {
    fn open() -> Self {
        let folder = Folder::new();
        folder.write("race.ndjson", &sample::file());
        assert_eq!(folder.run(&["import", "race.ndjson"]).code, Some(0));
        let server = Server::start(&folder);
        Self { folder, server }
    }

    fn enter(&self, arguments: &[&str]) -> Run {
        let to = ["--to", self.server.url.as_str(), "--race", RACE];
        let arguments = [&["enter"], arguments, &to].concat();
        self.folder
            .run_with(&[("TASUKI_TOKEN", ADMIN_TOKEN)], &arguments)
    }
}

#[test]
fn a_file_is_shown_then_entered_then_known() {
    let office = Office::open();
    office.folder.write(
        "list.csv",
        "bib;name;shoes\n1;Ann Runner;42\n3;C. Runner;38\n",
    );
    let run = office.enter(&["entries", "list.csv", "--dry-run"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(
        lines,
        [
            "     2: change    entry    1  Ann Runner  [name: A. Runner -> Ann Runner]",
            "     3: add       entry    3  C. Runner",
            "read as utf-8, semicolon",
            "columns not used: shoes",
            "harbour-run: dry run, nothing was recorded: 1 added, 1 changed, 0 unchanged, \
             0 there already, 0 rejected",
        ]
    );
    let run = office.enter(&["entries", "list.csv"]);
    assert!(
        run.stdout.contains("1 added, 1 changed, 0 unchanged"),
        "{run:?}"
    );
    assert!(run.stdout.contains("; 2 facts recorded"), "{run:?}");
    let run = office.enter(&["entries", "list.csv"]);
    assert!(run.stdout.contains("2 unchanged"), "{run:?}");
    assert!(run.stdout.contains("; 0 facts recorded"), "{run:?}");
}

#[test]
fn a_rejected_row_is_printed_and_fails_the_command() {
    let office = Office::open();
    office
        .folder
        .write("paper.csv", "bib,elapsed\n1,41:00\n2,soon\n");
    let run = office.enter(&[
        "passages",
        "paper.csv",
        "--checkpoint",
        "finish",
        "--strict",
    ]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert_eq!(run.stderr, "tasuki: a row is rejected\n", "{run:?}");
    assert!(
        run.stdout.contains("     3: reject    passage  2"),
        "{run:?}"
    );
    assert!(
        run.stdout.contains("`soon` is not a time from the gun"),
        "{run:?}"
    );
    assert!(
        run.stdout.contains("nothing was recorded (--strict)"),
        "{run:?}"
    );
}

#[test]
fn a_file_that_is_none_is_refused_in_one_line() {
    let office = Office::open();
    office.folder.write("list.csv", "this,that\n1,2\n");
    let run = office.enter(&["members", "list.csv"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""), "{run:?}");
    assert!(run.stderr.contains("no header is recognised"), "{run:?}");
    assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
    let run = office.enter(&["entries", "absent.csv"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("cannot open absent.csv"), "{run:?}");
    let run = office.folder.run(&["enter", "shoes", "list.csv"]);
    assert_eq!(run.code, Some(2), "{run:?}");
}
