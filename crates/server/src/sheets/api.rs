//! What the sheets say of themselves.

use schemars::json_schema;
use serde_json::{Value, json};
use tasuki_race::Slug;

use crate::api::examples::RACE;
use crate::api::{Access, Example, Operation, Tag, schema_types};
use crate::http::body::FILE_TYPES;
use crate::sheets::answer::Imported;

/// What can be wrong with a file as a whole.
const FAULTS: &[&str] = &[
    "invalid_query",
    "empty_file",
    "not_text",
    "not_decodable",
    "file_too_large",
    "too_many_rows",
    "race_not_defined",
];
/// The same of a file of cells.
const TABLE_FAULTS: &[&str] = &[
    "malformed_csv",
    "no_header",
    "no_rows",
    "cell_too_long",
    "too_many_columns",
];
const COMMITTING: &[&str] = &["log_unavailable", "overloaded", "stopping", "entry_closed"];

pub(super) fn entries(operation: Operation) -> Operation {
    table(import(operation))
        .id("importEntries", Tag::Sheets)
        .does(
            "Import entries",
            "Registers competitors or teams from a table: bib, name, categories, members. Column \
             names are understood in English and Japanese. A bib that is there already is \
             changed in what the file says of it, and left alone in the rest.",
        )
        .by(Access::Admin)
        .example(
            Example::new(
                "dry_run",
                "What would happen: one new, one of no category",
                207,
            )
            .with("race", RACE)
            .with("dry_run", "true")
            .body("bib,name,category\n3,Charlie,univ\n4,Delta,junior\n")
            .answer(json!({
                "dry_run": true, "encoding": "utf-8", "delimiter": "comma",
                "columns": {"bib": "bib", "name": "name", "category": "category"},
                "summary": {"add": 1, "change": 0, "unchanged": 0, "duplicate": 0, "reject": 1},
                "recorded": 0,
                "rows": [
                    {"line": 2, "what": "entry", "outcome": "add", "bib": "3", "name": "Charlie",
                     "event": EVENT},
                    {"line": 3, "what": "entry", "outcome": "reject", "bib": "4",
                     "code": "unknown_category",
                     "detail": "category: there is no `junior`; the race has univ"},
                ],
            })),
        )
}

pub(super) fn members(operation: Operation) -> Operation {
    table(import(operation))
        .id("importMembers", Tag::Sheets)
        .does(
            "Import members",
            "Who runs which leg, from a table with a row for each member or a column for each \
             leg. An empty cell leaves who is there; `-` takes a member away.",
        )
        .by(Access::Admin)
        .example(
            Example::new("two_legs", "Who runs for Alpha", 200)
                .with("race", RACE)
                .with("dry_run", "true")
                .body("bib,leg,name\n1,1,A. Runner\n1,2,B. Runner\n")
                .answer(planned(
                    2,
                    json!({"bib": "bib", "leg": "leg", "name": "name"}),
                    json!([
                        {"line": 2, "what": "member", "outcome": "add", "bib": "1", "name": "Alpha",
                         "leg": "1", "event": EVENT, "after": {"name": "A. Runner"}},
                        {"line": 3, "what": "member", "outcome": "add", "bib": "1", "name": "Alpha",
                         "leg": "2", "event": EVENT, "after": {"name": "B. Runner"}},
                    ]),
                )),
        )
}

pub(super) fn passages(operation: Operation) -> Operation {
    table(import(operation))
        .id("importPassages", Tag::Sheets)
        .does(
            "Import passages",
            "Passages that were written down while devices were out. Times of day are on the day \
             of the gun and in the race's zone; times from the gun count from it; the header \
             says which. A bib without a time and a time without a bib are kept, and paired \
             later. Importing a file twice records it once.",
        )
        .by(Access::Recorder)
        .query::<Times>(
            "times",
            "What the column of times holds, if its header does not tell.",
        )
        .query::<Date>("date", "On which day, if not that of the gun.")
        .query::<String>("checkpoint", "Where, by id or name, if no column tells.")
        .query::<Flag>(
            "missing_only",
            "Takes only bibs that have no passage there yet.",
        )
        .fails(&["times_unknown", "no_gun", "unknown_checkpoint"])
        .example(
            Example::new("finish_sheet", "A sheet from the finish", 200)
                .with("race", RACE)
                .with("checkpoint", "finish")
                .with("dry_run", "true")
                .body("bib,time\n1,8:32:41\n2,8:33:18\n")
                .answer(planned(2, json!({"bib": "bib", "time": "time"}), json!([
                    {"line": 2, "what": "passage", "outcome": "add", "bib": "1", "name": "Alpha",
                     "checkpoint": "finish", "time": "2026-01-01T23:32:41.000Z", "event": EVENT},
                    {"line": 3, "what": "passage", "outcome": "add", "bib": "2", "name": "Bravo",
                     "checkpoint": "finish", "time": "2026-01-01T23:33:18.000Z", "event": EVENT},
                ]))),
        )
}

pub(super) fn start_list(operation: Operation) -> Operation {
    import(operation)
        .id("importStartList", Tag::Sheets)
        .does(
            "Import a start list",
            "An IOF XML 3.0 `StartList`: entries with their classes as categories, and start \
             times as starts.",
        )
        .by(Access::Admin)
        .takes_file(&[
            "application/xml",
            "text/xml",
            "text/plain",
            "application/octet-stream",
        ])
        .query::<Flag>(
            "starts",
            "Whether start times are taken; they are, unless said.",
        )
        .fails(&[
            "malformed_xml",
            "too_deep",
            "wrong_document",
            "wrong_version",
            "no_rows",
        ])
        .example(
            Example::new("one_team", "A team, of which one runner is known", 200)
                .with("race", RACE)
                .with("starts", "false")
                .with("dry_run", "true")
                .body(START_LIST)
                .answer(json!({
                    "dry_run": true, "encoding": "utf-8", "columns": {},
                    "summary": {"add": 1, "change": 0, "unchanged": 0, "duplicate": 0, "reject": 0},
                    "recorded": 0,
                    "rows": [{"line": 6, "what": "entry", "outcome": "add", "bib": "5",
                              "name": "Echo", "event": EVENT}],
                })),
        )
        .example(
            Example::new("no_document", "Something else", 400)
                .with("race", RACE)
                .body("bib,name\n1,Alpha\n")
                .problem(
                    "Bad Request",
                    "malformed_xml",
                    "the document ends before its root element does",
                ),
        )
}

/// An id made from what a row says; each race gives others.
const EVENT: &str = "0f7c3b8e-52a1-5c0d-9d1e-6a2b4c8d0e1f";

/// The answer to a dry run in which every row would be added.
#[expect(
    clippy::needless_pass_by_value,
    reason = "they are written out by the caller"
)]
fn planned(add: u32, columns: Value, rows: Value) -> Value {
    json!({
        "dry_run": true, "encoding": "utf-8", "delimiter": "comma", "columns": columns,
        "summary": {"add": add, "change": 0, "unchanged": 0, "duplicate": 0, "reject": 0},
        "recorded": 0, "rows": rows,
    })
}

/// The shortest start list that has somebody in it.
const START_LIST: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<StartList xmlns="http://www.orienteering.org/datastandard/3.0" iofVersion="3.0">
  <Event><Name>River Relay</Name></Event>
  <ClassStart>
    <Class><Name>University</Name></Class>
    <TeamStart>
      <Name>Echo</Name>
      <BibNumber>5</BibNumber>
      <TeamMemberStart>
        <Person><Name><Family>Runner</Family><Given>E</Given></Name></Person>
        <Start><Leg>1</Leg></Start>
      </TeamMemberStart>
    </TeamStart>
  </ClassStart>
</StartList>
"#;

pub(super) fn csv(operation: Operation) -> Operation {
    results(operation, "text/csv", "A line per entry.")
        .id("getResultsCsv", Tag::Sheets)
        .does(
            "Get results for a spreadsheet",
            "Rank, bib, name, categories, status, total, gap, each checkpoint, each leg with its \
             runner, each section. UTF-8 with a byte order mark, which Excel opens as it is. Can \
             be imported again as entries or members.",
        )
        .query::<ResultsEncoding>(
            "encoding",
            "For programs that want another; characters that it lacks become `〓`.",
        )
        .query::<Delimiter>("delimiter", "For programs that want another.")
        .example(
            Example::new("now", "After two passages", 200)
                .with("race", RACE)
                .answer(
                    "rank,bib,name,category,open,status,total,gap,Bridge elapsed,…\n\
                 1,1,Alpha,University,,running,,,0:16:41,…\n\
                 2,2,Bravo,,,running,,,0:16:52,…\n",
                ),
        )
}

pub(super) fn xml(operation: Operation) -> Operation {
    results(operation, "application/xml", "A class per category.")
        .id("getResultsXml", Tag::Sheets)
        .does(
            "Get results as IOF XML",
            "An IOF XML 3.0 `ResultList`, for other programs. `status` is `Complete` once results \
             are official, `Snapshot` before.",
        )
        .example(
            Example::new("now", "After two passages", 200)
                .with("race", RACE)
                .answer(
                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ResultList …>…</ResultList>\n",
                ),
        )
}

/// What all imports have in common.
fn import(operation: Operation) -> Operation {
    operation
        .query::<Flag>("dry_run", "Shows what would happen, and records nothing.")
        .query::<Flag>("strict", "Records nothing if any row is rejected.")
        .query::<Encoding>("encoding", "Where it should not be recognised.")
        .query::<Delimiter>("delimiter", "Where it should not be recognised.")
        .gives::<Imported>(200, "No row is rejected.")
        .sends("Cache-Control", "`no-store`.")
        .gives::<Imported>(207, "Some rows are rejected, the others are taken.")
        .sends("Cache-Control", "`no-store`.")
        .gives::<Imported>(
            422,
            "Every row is rejected; or with `strict` any, and then nothing was recorded.",
        )
        .fails(FAULTS)
        .fails(COMMITTING)
}

/// A file of cells.
fn table(operation: Operation) -> Operation {
    operation.takes_file(FILE_TYPES).fails(TABLE_FAULTS)
}

fn results(operation: Operation, media: &'static str, text: &'static str) -> Operation {
    operation
        .query::<Slug>("category", "Only the entries of that category.")
        .query::<Language>("lang", "Of headers and names.")
        .gives_text(200, text, media)
        .sends("Content-Disposition", "A name for the file.")
        .tagged()
        .fails(&["invalid_query", "unknown_category", "exports_off"])
}

// The words that a parameter may be.
schema_types! {
    Flag => |_| json_schema!({"type": "string", "enum": ["true", "false", "1", "0"]});
    Encoding => |_| json_schema!({
        "type": "string",
        "enum": ["utf-8", "utf-16le", "utf-16be", "shift_jis", "windows-1252"],
    });
    ResultsEncoding => |_| json_schema!({"type": "string", "enum": ["utf-8", "shift_jis"]});
    Delimiter => |_| json_schema!({"type": "string", "enum": ["comma", "semicolon", "tab"]});
    Language => |_| json_schema!({"type": "string", "enum": ["ja", "en"]});
    Times => |_| json_schema!({"type": "string", "enum": ["clock", "gun"]});
    Date => |_| json_schema!({"type": "string", "format": "date"});
}
