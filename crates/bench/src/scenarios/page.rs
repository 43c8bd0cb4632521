//! The results as a page to read.

use std::fmt::Write as _;

use tasuki_bench::figures::Figures;
use tasuki_bench::numbers::number;

use crate::results::{Outcome, Results, in_order};

const INTRODUCTION: &str = "\
# Scenarios: a race day, as it is and five times as large

Written by `cargo xtask bench scenarios`, which plays all this anew; `scenarios.json` beside this page
has every figure. The scenarios are those of a report on a live-results system for an ekiden that broke
down on race day.

- **normal**: 1,000 viewers, 4 people who enter 10 teams a minute each; every request within 1 s.
- **peak**: 2,000 viewers, 4 people who enter 20 teams a minute each; 95 % of requests within 2 s.
- **soak**: normal, for longer (`--soak-minutes`).

The people who enter are k6, playing the scripts in `bench/k6`: 1 to 10 passages a request, with ids made
before they are sent, sent again with the same ids after a 503 or a lost answer; each stands at a
checkpoint of their own, so passages do not come in the order of the course. Of fewer than a hundred
requests, p99 says no more than max. The server runs as on a race day: the people are users who have
logged in, each with a session of their own; every limit is at its default; the metrics are asked for
every second, and the traces of all requests go to a collector. The viewers are the
sockets of `crates/bench`, each with its own connection to `/live`; the race has 20 teams and 700 passages
when they come. Everything runs on the same processors. A viewer's delay runs from before the first
attempt to enter a passage to the end of the read that brings it, to the millisecond; *lost* are passages
that a viewer was never shown, *states equal* compares viewers with `standings`, byte for byte after
canonical JSON. The command fails where a threshold in a script is crossed, or a viewer lacks anything.
";

const BEFORE: &str = "
## The system that broke down

As its report has it, with 1,000 viewers and 4 people who entered:

| | mean ms | max ms | errors |
| --- | --- | --- | --- |
| entering 10 teams, on race day | 2,800 | 5,200 | 12 % |
| entering 10 teams, after it was mended | 320 | 580 | - |
| 1,000 viewers asking every 10 s, on race day | 890 | - | 8 % |
| the same behind a cache, after it was mended | 45 | - | - |

It was said to hold 5,000 viewers and 100 teams a minute then; no load was ever tried.
";

/// A column: its title and the figure.
type Column = (&'static str, &'static str);

const ENTERING: &[Column] = &[
    ("requests", "requests"),
    ("mean ms", "mean_ms"),
    ("p50 ms", "p50_ms"),
    ("p95 ms", "p95_ms"),
    ("p99 ms", "p99_ms"),
    ("max ms", "max_ms"),
    ("errors %", "failed_percent"),
    ("503, sent again", "retried_503"),
    ("passages", "passages_recorded"),
    ("lost", "passages_lost"),
];

const WATCHING: &[Column] = &[
    ("snapshot kB", "snapshot_kb"),
    ("all have it after ms", "connected_ms"),
    ("p50 ms", "viewer_p50_ms"),
    ("p99 ms", "viewer_p99_ms"),
    ("max ms", "viewer_max_ms"),
    ("lost", "lost"),
    ("hung up on", "closed"),
    ("states compared", "states"),
    ("equal", "states_equal"),
    ("server busy %", "server_busy_percent"),
    ("all busy %", "all_busy_percent"),
    ("server memory MB", "memory_mb"),
    ("most", "memory_peak_mb"),
    ("grown", "memory_grown_mb"),
    ("scrapes", "scrapes"),
    ("traces kB", "trace_kb"),
];

/// The page.
pub(crate) fn page(results: &Results) -> String {
    let mut page = INTRODUCTION.to_owned();
    let outcomes = in_order(results);
    page += "\n## Those who enter\n\n";
    table(&mut page, &outcomes, ENTERING);
    page += "\n## Those who watch, and the server\n\n";
    table(&mut page, &outcomes, WATCHING);
    page.push('\n');
    for outcome in &outcomes {
        let it = &outcome.circumstances;
        let (name, faults) = (outcome.case.name(), &outcome.measured.faults);
        let verdict = match faults.is_empty() {
            true => "as it must be".to_owned(),
            false => format!("**failed**: {}", faults.join(", ")),
        };
        let _ = writeln!(page, "- {name}: {verdict}; {it}; {}.", it.day);
    }
    page += BEFORE;
    page
}

fn table(page: &mut String, outcomes: &[&Outcome], columns: &[Column]) {
    *page += "| scenario | viewers | people, teams a minute | s |";
    columns
        .iter()
        .for_each(|(title, _)| *page += &format!(" {title} |"));
    *page += "\n| --- | --- | --- | --- |";
    columns.iter().for_each(|_| *page += " --- |");
    page.push('\n');
    for outcome in outcomes {
        let case = &outcome.case;
        let _ = write!(
            page,
            "| {} x {} | {} | {} x {} | {} |",
            case.scenario.name(),
            case.times,
            number(case.viewers.into()),
            case.people,
            case.teams_per_minute,
            case.seconds
        );
        let figures = &outcome.measured.figures;
        columns
            .iter()
            .for_each(|(_, name)| *page += &format!(" {} |", cell(figures, name)));
        page.push('\n');
    }
}

fn cell(figures: &Figures, name: &str) -> String {
    figures.get(name).map_or_else(|| "-".to_owned(), number)
}
