//! `tasuki verify`.

use crate::sample;
use crate::tasuki::Folder;

#[test]
fn a_log_as_it_was_written_is_right() {
    let folder = Folder::new();
    folder.write("log", &sample::file());
    let run = folder.run(&["verify", "log"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    assert!(
        run.stdout
            .starts_with("harbour-run: 6 facts, all right, head "),
        "{run:?}"
    );
    let head = run.stdout.trim().rsplit(' ').next().expect("a hash");
    let last = sample::lines().pop().expect("a line");
    assert!(last.contains(&format!(r#""hash":"{head}""#)), "{run:?}");
}

#[test]
fn a_log_is_read_from_standard_input() {
    let run = Folder::new().run_on(&sample::file(), &["verify", "-"]);
    assert_eq!(run.code, Some(0), "{run:?}");
}

#[test]
fn the_first_line_that_was_changed_is_named() {
    let mut lines = sample::lines();
    lines[2] = lines[2].replace(r#""bib":"2""#, r#""bib":"1""#);
    lines[4] = lines[4].replace("港", "湊");
    let run = Folder::new().run_on(&sample::text(&lines), &["verify", "-"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""), "{run:?}");
    assert!(
        run.stderr.starts_with("tasuki: line 3 is wrong: "),
        "{run:?}"
    );
    assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
}

#[test]
fn a_line_that_was_taken_out_is_missed() {
    let mut lines = sample::lines();
    lines.remove(1);
    let run = Folder::new().run_on(&sample::text(&lines), &["verify", "-"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stderr
            .contains("line 2 is wrong: `seq` is 3 where 2 is due"),
        "{run:?}"
    );
}

#[test]
fn a_last_line_that_was_cut_off_is_found() {
    let file = sample::file();
    for cut in [1, 20] {
        let run = Folder::new().run_on(&file[..file.len() - cut], &["verify", "-"]);
        assert_eq!(run.code, Some(1), "{run:?}");
        assert!(run.stderr.contains("line 6 is wrong"), "{run:?}");
    }
}

#[test]
fn an_empty_file_is_no_log() {
    let run = Folder::new().run(&["verify", "-"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("the file is empty"), "{run:?}");
}
