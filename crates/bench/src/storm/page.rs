//! The results as a page to read.

use std::fmt::Write as _;

use tasuki_bench::numbers::number;
use tasuki_bench::table::table;

use crate::results::Results;

const INTRODUCTION: &str = "\
# Storm: a restart while everybody watches

Written by `cargo xtask bench storm`, which measures all this anew; `storm.json` beside this page has every
figure. Everybody watches the whole race with what behaves like an `EventSource`: when its stream ends it
stays away for as long as the server told it to, each another time, and comes back with the id it saw last;
who is refused tries again after as long. A passage is recorded every quarter of a second, and sent again,
with the same id, until it is taken. The server is first asked to stop, when it says `bye` and tells
everybody to stay away for longer, and later killed. It is started again at once, on the same log.

No viewer makes the server read its log: that is read once, at the start, to work out the standings. A gap
runs from the end of a stream to the beginning of the next; a viewer with nothing to catch up on is sent no
state.
";

const FIGURES: &[(&str, &str)] = &[
    ("until it had stopped, ms", "stopped_ms"),
    ("until it listened again, ms", "started_ms"),
    ("from then until everybody was back, ms", "all_back_ms"),
    ("came back in the busiest second", "busiest_second"),
    ("gap p50, ms", "gap_p50_ms"),
    ("gap p99, ms", "gap_p99_ms"),
    ("longest gap, ms", "gap_max_ms"),
    ("attempts that were refused", "refused"),
    ("were sent a whole state", "whole_states"),
    (
        "the new server's processor time until then, ms",
        "server_cpu_ms",
    ),
    ("of that for each viewer, us", "server_cpu_us_each"),
    ("the new server's most memory, MB", "memory_peak_mb"),
];

/// The page.
pub(crate) fn page(results: &Results) -> String {
    let mut page = INTRODUCTION.to_owned();
    let viewers = number(results.plan.viewers.into());
    let _ = write!(page, "\n## {viewers} viewers\n\n");
    let storms = results.storms.iter();
    let storms: Vec<_> = storms.map(|(name, it)| (name.clone(), it)).collect();
    page += &table("the server was", &storms, FIGURES);
    let figure = |name| results.figures.get(name).map_or_else(String::new, number);
    let _ = writeln!(
        page,
        "\n{} facts were recorded; {} attempts to record failed and were repeated. At the end {} of {} \
         viewers showed what `standings` says, byte for byte after canonical JSON.",
        figure("facts"),
        figure("failed_attempts"),
        figure("states_equal"),
        figure("states"),
    );
    let verdict = match results.faults.is_empty() {
        true => "As it must be".to_owned(),
        false => format!("**Failed**: {}", results.faults.join("; ")),
    };
    let it = &results.circumstances;
    let _ = writeln!(page, "\n{verdict}. {it}; {}.", it.day);
    page
}
