//! Cutlines (シード権): the rank down to which a line is drawn. Entries outside
//! the ranking do not count, whatever place they take in the ranking; the last
//! above the line is the last of those whose place is good enough.

use serde_json::json;

use super::board::Board;
use super::story::{Story, relay};

/// Bib 9 is open and takes a place in the ranking. Gun 8:00:00; up to the
/// second: bib 9 0:30:00, bib 1 0:31:00, bib 2 0:32:00.3 and bib 3 0:32:00.6
/// -> 0:32:01 both, bib 4 0:35:00.
fn race(ties: &str) -> Story {
    let mut race = relay(1, "1 2 3 4 9");
    race["entries"][4]["ranked"] = json!(false);
    race["ranking"] = json!({"ties": ties, "unranked_take_places": true});
    race["cutlines"] = json!([
        {"rank": 4, "name": "出場権"},
        {"rank": 2, "name": "シード権"},
    ]);
    Story::of(&race)
        .gun("1", "08:00:00")
        .pass("9", "finish", "08:30:00")
        .pass("1", "finish", "08:31:00")
        .pass("3", "finish", "08:32:00.6")
        .pass("2", "finish", "08:32:00.3")
}

/// `"4: 3, 2: -"`, in the order of the definition.
fn lines(board: &Board) -> String {
    let line = |line: &tasuki_race::Line| {
        let last = line.last.as_ref().map_or("-", |bib| bib.as_str());
        format!("{}: {last}", line.rank)
    };
    let lines: Vec<_> = board.standings.cutlines.iter().map(line).collect();
    lines.join(", ")
}

#[test]
fn a_tie_on_the_line_is_above_it() {
    race("shared").check(|board| {
        // The ranking, with bib 9 in it: 1, -, 2, 3, 3.
        assert_eq!(board.overall("9 1 2 3"), "- 2 3 3");
        // Among the ranked: bib 1 first, bibs 2 and 3 second, so that three
        // are above the line of two, the last by 0.3 s being bib 3. Bib 4 is
        // still running: three have a place, and four are wanted.
        assert_eq!(lines(board), "4: -, 2: 3");
    });
    race("shared")
        .pass("4", "finish", "08:35:00")
        .check(|board| {
            assert_eq!(lines(board), "4: 4, 2: 3");
        });
}

#[test]
fn where_ties_are_split_the_line_is_between_them() {
    race("arrival")
        .pass("4", "finish", "08:35:00")
        .check(|board| {
            assert_eq!(board.overall("9 1 2 3 4"), "- 2 3 4 5");
            // First bib 1, second bib 2, third bib 3, fourth bib 4.
            assert_eq!(lines(board), "4: 4, 2: 2");
        });
}

#[test]
fn who_goes_out_of_the_race_moves_the_line() {
    let story = race("arrival").pass("4", "finish", "08:35:00");
    // Without bib 1: bib 2, bib 3, bib 4.
    story
        .status("1", "dsq")
        .check(|board| assert_eq!(lines(board), "4: -, 2: 3"));
}

#[test]
fn before_anyone_has_a_place_there_are_lines_without_a_name_beside_them() {
    let mut race = relay(1, "1");
    race["cutlines"] = json!([{"rank": 1, "name": "Seed"}]);
    let story = Story::of(&race).gun("1", "08:00:00");
    story.check(|board| assert_eq!(lines(board), "1: -"));
    // A race without cutlines has none.
    let story = Story::of(&relay(1, "1"));
    story.check(|board| assert_eq!(lines(board), ""));
}
