//! `tasuki import` and `tasuki export`, on SQLite.

use std::io::Read;

use crate::sample::{self, RACE};
use crate::tasuki::Folder;

fn imported() -> Folder {
    let folder = Folder::new();
    folder.write("race.ndjson", &sample::file());
    let run = folder.run(&["import", "race.ndjson"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    assert!(
        run.stdout
            .starts_with("harbour-run: 6 facts, 6 of them new here, head "),
        "{run:?}"
    );
    folder
}

#[test]
fn an_imported_log_is_exported_to_the_same_bytes() {
    let folder = imported();
    let run = folder.run(&["export", "--race", RACE]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    assert_eq!(run.stdout, sample::file());
    let run = folder.run(&["export", "--race", RACE, "--out", "again.ndjson"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""), "{run:?}");
    assert_eq!(folder.read("again.ndjson"), sample::file());
    assert!(
        !folder
            .contents()
            .contains(&"again.ndjson.partial".to_owned())
    );
}

#[test]
fn the_only_race_of_a_log_need_not_be_named() {
    let run = imported().run(&["export"]);
    assert_eq!((run.code, run.stdout), (Some(0), sample::file()));
}

#[test]
fn an_export_can_be_narrowed_to_a_range() {
    let run = imported().run(&["export", "--race", RACE, "--after", "2", "--until", "4"]);
    assert_eq!(run.stdout, sample::text(&sample::lines()[2..4]), "{run:?}");
}

#[test]
fn an_import_can_be_repeated_and_continued() {
    let folder = Folder::new();
    let run = folder.run_on(&sample::text(&sample::lines()[..4]), &["import", "-"]);
    assert!(
        run.stdout.contains("4 facts, 4 of them new here"),
        "{run:?}"
    );
    for new in ["2", "0"] {
        let run = folder.run_on(&sample::file(), &["import", "-"]);
        assert!(
            run.stdout
                .contains(&format!("6 facts, {new} of them new here")),
            "{run:?}"
        );
    }
    assert_eq!(
        folder.run(&["export", "--race", RACE]).stdout,
        sample::file()
    );
}

#[test]
fn a_log_that_has_parted_is_refused_and_changes_nothing() {
    let folder = imported();
    let run = folder.run_on(&sample::fork(), &["import", "-"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""), "{run:?}");
    assert!(run.stderr.contains("the two logs have parted"), "{run:?}");
    assert_eq!(
        folder.run(&["export", "--race", RACE]).stdout,
        sample::file()
    );
}

#[test]
fn a_wrong_line_is_named_and_what_stands_before_it_is_kept() {
    let folder = Folder::new();
    let file = sample::file().replace("08:35:00.900", "08:34:00.900");
    let run = folder.run_on(&file, &["import", "-"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stderr
            .contains("imported the 3 facts before it, but: line 4 is wrong"),
        "{run:?}"
    );
    let kept = folder.run(&["export", "--race", RACE]).stdout;
    assert_eq!(kept, sample::text(&sample::lines()[..3]));
}

#[test]
fn an_event_that_is_no_fact_is_not_imported() {
    let run = Folder::new().run_on(&sample::with_a_riddle(), &["import", "-"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stderr
            .contains("line 5 is wrong: its event is not a fact: "),
        "{run:?}"
    );
}

#[test]
fn a_file_that_is_no_log_creates_none() {
    let folder = Folder::new();
    for text in ["", "hello\n"] {
        let run = folder.run_on(text, &["import", "-"]);
        assert_eq!(run.code, Some(1), "{run:?}");
    }
    assert!(folder.contents().is_empty(), "{:?}", folder.contents());
}

#[test]
fn a_race_that_is_not_there_is_answered_with_those_that_are() {
    let run = imported().run(&["export", "--race", "habour-run"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert_eq!(
        run.stderr,
        "tasuki: the log has no race `habour-run`; it has harbour-run\n"
    );
}

#[test]
fn a_reader_that_has_seen_enough_ends_an_export_quietly() {
    let folder = imported();
    let mut child = folder
        .command(&["export", "--race", RACE])
        .spawn()
        .expect("the program starts");
    // Closed before anything is read, as `head -0` does.
    drop(child.stdout.take());
    let mut stderr = String::new();
    child
        .stderr
        .take()
        .expect("a pipe")
        .read_to_string(&mut stderr)
        .expect("text");
    assert_eq!(
        (child.wait().expect("it ends").code(), stderr.as_str()),
        (Some(0), "")
    );
}
