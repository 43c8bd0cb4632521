//! What watching says of itself.

use schemars::json_schema;
use serde_json::{Value, json};
use tasuki_race::{Bib, Definition, Instant, Slug, Snapshot};

use crate::api::examples::{RACE, event, race_shown};
use crate::api::{Access, Example, Operation, Tag, of, schema_types};
use crate::exporting::SEQ_MAX;
use crate::watching::expected::Expected;
use crate::watching::query::BIBS_MAX;
use crate::watching::races::List;
use crate::watching::review::Review;

pub(super) fn races(operation: Operation) -> Operation {
    operation
        .id("listRaces", Tag::Watching)
        .does(
            "List the races",
            "The races that are listed (`listed` in their definition), the one that changed last \
             first.",
        )
        .gives::<List>(200, "The races.")
        .sends("Cache-Control", "How long caches may keep it.")
        .example(Example::new("one_race", "One race", 200).answer(json!({"races": [{
            "id": RACE, "name": {"en": "River Relay", "ja": "川沿い駅伝"}, "timezone": "Asia/Tokyo",
            "state": "unofficial", "entries": 2, "seq": 5, "as_of": "2026-01-01T23:16:52.480Z",
        }]})))
}

pub(super) fn definition(operation: Operation) -> Operation {
    operation
        .id("getRace", Tag::Watching)
        .does(
            "Get a race's definition",
            "The course, the settings and the entries as they are in force now, with all that \
             facts have changed.",
        )
        .gives::<Definition>(200, "The definition.")
        .tagged()
        .example(
            Example::new("relay", "A relay of two legs", 200)
                .with("race", RACE)
                .answer(race_shown()),
        )
        .example(
            Example::new("no_such_race", "A race that is not there", 404)
                .with("race", "moon-run")
                .problem("Not Found", "race_not_found", "there is no race `moon-run`"),
        )
}

pub(super) fn standings(operation: Operation) -> Operation {
    selection(operation)
        .id("getStandings", Tag::Watching)
        .does(
            "Get the standings",
            "The snapshot: every entry with its times, ranks and gaps, as the log stood at `seq`. \
             Nothing in it depends on when it is asked for, so it can be cached, and be compared \
             byte for byte (canonical JSON) with what the live stream gives.\n\n\
             `category`, `top` and `bibs` narrow it; ranks stay those of the whole race. `at_seq` \
             and `at` look into the past; they exclude each other.",
        )
        .query::<Seq>("at_seq", "As the log stood at that sequence number.")
        .query::<Instant>(
            "at",
            "As the log stood at that moment, by when the server received the facts.",
        )
        .gives::<Snapshot>(200, "The standings.")
        .tagged()
        .fails(&["invalid_query", "unknown_category", "unknown_seq"])
        .fails(&["overloaded", "log_unavailable"])
        .example(
            Example::new("now", "After two passages at the bridge", 200)
                .with("race", RACE)
                .answer(standings_example()),
        )
        .example(
            Example::new("one_bib", "One of them", 200)
                .with("race", RACE)
                .with("bibs", json!(["2"]))
                .answer(narrowed(&["2"])),
        )
        .example(
            Example::new("category", "The first of a category", 200)
                .with("race", RACE)
                .with("category", "univ")
                .with("top", 1)
                .answer(narrowed(&["1"])),
        )
        .example(
            Example::new("before", "Before the gun", 200)
                .with("race", RACE)
                .with("at_seq", 1)
                .answer(before()),
        )
        .example(
            Example::new("not_yet", "Further than the log", 404)
                .with("race", RACE)
                .with("at_seq", 1_000_000)
                .problem(
                    "Not Found",
                    "unknown_seq",
                    "at_seq: the log has facts 1 to 5",
                ),
        )
}

pub(super) fn live(operation: Operation) -> Operation {
    let operation = selection(operation)
        .id("watchRace", Tag::Watching)
        .does(
            "Watch a race live",
            "Server-Sent Events that never end; any `EventSource` reads them. The same \
             selection as the standings; in a race of more than 1,000 entries no selection means \
             `top=100`.\n\n\
             - `snapshot`: the standings. Comes first, and again whenever the server chooses: \
             replace what you have.\n\
             - `diff`: a JSON Merge Patch (RFC 7396) that turns the last state into the next. \
             `seq` and `as_of` are always in it; several facts may share one.\n\
             - `bye`: the server is about to stop; `{}`. Reconnect after the `retry` that comes \
             with it.\n\n\
             Every event has an `id`, which means nothing to you. Send the last one back as \
             `Last-Event-ID` (an `EventSource` does so by itself), and only what you missed is \
             sent, or a new `snapshot` where that is no longer held. The first thing sent is \
             `retry:`, in milliseconds, different for each viewer; a comment comes every 15 \
             seconds when nothing else does, so a stream that is silent for longer is broken.\n\n\
             Send `Accept-Encoding: gzip`, and a stream that others may share comes as one gzip \
             member, of which every event can be unpacked as it arrives: far fewer bytes, and \
             as little work for the server. Browsers ask for it by themselves.",
        )
        .header::<EventTag>("Last-Event-ID", "The `id` of the last event that was read.")
        .query::<EventTag>(
            "last_event_id",
            "The same, for clients that cannot set headers.",
        )
        .query::<EventTag>("lastEventId", "The same, as some libraries write it.")
        .streams(
            "The stream.",
            "text/event-stream",
            vec![
                ("snapshot", of::<Snapshot>),
                ("diff", of::<Diff>),
                ("bye", of::<Bye>),
            ],
        )
        .sends("Cache-Control", "`no-store, no-transform`.")
        .sends("X-Accel-Buffering", "`no`: a proxy passes it on at once.")
        .fails(&["invalid_query", "unknown_category"])
        .fails(&["too_many_viewers", "streams_off"]);
    operation.example(
        Example::new("one_bib", "A snapshot, and the diff of a penalty", 200)
            .with("race", RACE)
            .with("bibs", json!(["2"]))
            .answer(stream_example()),
    )
}

pub(super) fn expected(operation: Operation) -> Operation {
    operation
        .id("listExpected", Tag::Watching)
        .does(
            "List who is still to come",
            "The entries that are expected at a checkpoint, or each at its next one, in order, \
             to the second; with who is overdue, and how many are still out. Estimated from \
             those who have run the stretch, and from how an entry has compared with them so far.",
        )
        .query::<Slug>(
            "checkpoint",
            "Where; each entry at its next checkpoint, unless said.",
        )
        .query::<Instant>("now", "As of when; the server's present, unless said.")
        .gives::<Expected>(200, "Who is still to come.")
        .sends("Cache-Control", "How long caches may keep it.")
        .fails(&["invalid_query", "expected_off"])
        .fails_as(404, "unknown_checkpoint")
        .example(
            Example::new("finish", "At the finish, as of 8:20", 200)
                .with("race", RACE)
                .with("checkpoint", "finish")
                .with("now", "2026-01-02T08:20:00+09:00")
                .answer(json!({
                    "race": RACE, "seq": 5, "at": "2026-01-01T23:20:00.000Z",
                    "checkpoint": "finish", "still_out": 2, "overdue": 0,
                    "expected": [
                        {"bib": "1", "name": "Alpha", "checkpoint": "finish", "last": "bridge",
                         "expected": "2026-01-01T23:33:20.000Z", "overdue": false},
                        {"bib": "2", "name": "Bravo", "checkpoint": "finish", "last": "bridge",
                         "expected": "2026-01-01T23:33:44.000Z", "overdue": false},
                    ],
                })),
        )
        .example(
            Example::new("nowhere", "At a checkpoint that is not there", 404)
                .with("race", RACE)
                .with("checkpoint", "tunnel")
                .problem(
                    "Not Found",
                    "unknown_checkpoint",
                    "checkpoint: there is no `tunnel`",
                ),
        )
}

pub(super) fn review(operation: Operation) -> Operation {
    operation
        .id("listReview", Tag::Reviewing)
        .does(
            "List the odd observations",
            "What an official should look at, by time. A line leaves the list when facts resolve \
             it: an entry is registered, a passage reassigned or voided, or the line accepted as \
             it is (`review_accepted`).",
        )
        .by(Access::Recorder)
        .gives::<Review>(200, "The list.")
        .example(
            Example::new("unknown_bib", "Nobody wears 7", 200)
                .with("race", RACE)
                .answer(json!({"items": [{
                    "event": event(4), "code": "unknown_bib", "detail": "no entry wears `7`",
                    "bib": "7", "checkpoint": "bridge", "time": "2026-01-01T23:16:44.000Z",
                }]})),
        )
}

/// What the standings and the stream have in common.
fn selection(operation: Operation) -> Operation {
    operation
        .query::<Slug>("category", "Only the entries of that category.")
        .query::<Top>("top", "Only the first so many.")
        .query_list::<Bibs>(
            "bibs",
            "Only these, separated by commas (a bib that has a comma in it cannot be named here).",
        )
}

schema_types! {
    Seq => |_| json_schema!({"type": "integer", "minimum": 1, "maximum": SEQ_MAX});
    Top => |_| json_schema!({"type": "integer", "minimum": 0, "maximum": u32::MAX});
    Bibs => |generator| json_schema!({
        "type": "array",
        "items": {"allOf": [generator.subschema_for::<Bib>()], "type": "string", "pattern": "^[^,]+$"},
        "minItems": 1,
        "maxItems": BIBS_MAX,
    });
    EventTag => |_| json_schema!({"type": "string"});
    Diff => |_| json_schema!({
        "allOf": [{"$ref": "#/components/schemas/StandingsPatch"}],
        "type": "object",
        "required": ["seq", "as_of"],
    });
    Bye => |_| json_schema!({"type": "object", "maxProperties": 0});
}

fn standings_example() -> Value {
    json!({
        "race": RACE, "seq": 5, "as_of": "2026-01-01T23:16:52.480Z", "state": "unofficial",
        "entries": {
            "1": {
                "name": "Alpha", "categories": ["univ"], "status": "running", "leg": "2",
                "last": "bridge", "elapsed_ms": 1_001_000, "rank": 1, "ranks": {"univ": 1},
                "gap_ms": 0, "next": {"checkpoint": "finish", "expected": "2026-01-01T23:33Z"},
                "splits": {"bridge": {
                    "time": "2026-01-01T23:16:40.200Z", "elapsed_ms": 1_001_000, "rank": 1,
                    "ranks": {"univ": 1}, "order": 1, "gap_ms": 0, "leg_ms": 1_001_000, "leg_rank": 1,
                }},
            },
            "2": {
                "name": "Bravo", "categories": [], "status": "running", "leg": "2",
                "last": "bridge", "elapsed_ms": 1_012_000, "rank": 2,
                "gap_ms": 11_000, "next": {"checkpoint": "finish", "expected": "2026-01-01T23:34Z"},
                "splits": {"bridge": {
                    "time": "2026-01-01T23:16:52.000Z", "elapsed_ms": 1_012_000, "rank": 2,
                    "order": 2, "gap_ms": 11_000, "leg_ms": 1_012_000, "leg_rank": 2,
                }},
            },
        },
        "announcements": {},
    })
}

/// A snapshot, and the diff of a penalty.
fn stream_example() -> String {
    let snapshot = narrowed(&["2"]);
    let diff = json!({
        "seq": 6, "as_of": "2026-01-01T23:20:11.734Z",
        "entries": {"2": {"elapsed_ms": 1_072_000, "gap_ms": 71_000, "splits": {
            "bridge": {"elapsed_ms": 1_072_000, "gap_ms": 71_000},
        }}},
    });
    format!(
        "retry: 2711\n: tasuki\n\nevent: snapshot\nid: 4f0c6d2b9a81e357-1c9e02d4-5\n\
         data: {snapshot}\n\nevent: diff\nid: 4f0c6d2b9a81e357-1c9e02d4-6\ndata: {diff}\n\n"
    )
}

fn narrowed(bibs: &[&str]) -> Value {
    let mut standings = standings_example();
    if let Some(entries) = standings["entries"].as_object_mut() {
        entries.retain(|bib, _| bibs.contains(&bib.as_str()));
    }
    standings
}

fn before() -> Value {
    let entered = |name: &str, categories: Value| json!({"name": name, "categories": categories, "status": "entered", "splits": {}});
    json!({
        "race": RACE, "seq": 1, "as_of": "2026-01-01T22:40:03.120Z", "state": "unofficial",
        "entries": {"1": entered("Alpha", json!(["univ"])), "2": entered("Bravo", json!([]))},
        "announcements": {},
    })
}
