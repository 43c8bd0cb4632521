//! The results as a page to read.

use std::fmt::Write as _;

use tasuki_bench::numbers::number;

use crate::results::Results;
use crate::sample::Sample;

const INTRODUCTION: &str = "\
# Soak: people who come and go

Written by `cargo xtask bench soak`, which measures all this anew; `soak.json` beside this page has every
sample. Viewers come, stay for a time that is drawn anew (exponential), and leave: most close, some close
only their half and wait for the server to do the same, some reset the connection. Half of the visits
resume with `Last-Event-ID`; 30 % take gzip; some watch `top=5`, a category or some bibs; one in twenty
reads only every 12 s. At the rate given, and at least five times a second in the first minutes, a passage
is recorded and an earlier one withdrawn, so that the standings move and do not grow; what grows is the log,
and with it what the server must know of each fact for good: its id, its author, its time.

The command fails where the median of the last minute shows more than that of the sixth: 5 % of memory
beside 1 KiB for each fact, 16 descriptors beside those of viewers, or 4 threads; where a viewer is held, or
more than 4 descriptors more are open than before anybody came, 30 s after all have gone; where a visitor
was refused, hung up on or led back; or where at the end a single state differs from `standings` of the same
selection, byte for byte after canonical JSON. Memory is judged only where what is kept for who was away for
a moment had its full size once settled, which takes some five minutes.

![Memory and descriptors over time](soak.svg)
";

const FIGURES: &[(&str, &str)] = &[
    ("visits", "visits"),
    ("of those, resumed", "resumed"),
    ("and given a snapshot all the same", "resumed_with_snapshot"),
    ("sent, MB", "sent_mb"),
    ("facts", "facts"),
    ("frames put together", "frames"),
    ("the log at the end, MB", "log_mb"),
    ("server busy, % of a processor", "server_busy_percent"),
    ("memory once settled, MB", "settled_memory_mb"),
    ("memory at the end, MB", "end_memory_mb"),
    ("grown for each fact between, bytes", "grown_bytes_per_fact"),
    (
        "descriptors beside those of viewers, once settled",
        "settled_descriptors_beside",
    ),
    ("the same at the end", "end_descriptors_beside"),
    ("threads, once settled", "settled_threads"),
    ("the same at the end", "end_threads"),
    ("descriptors before anybody came", "before_descriptors"),
    ("descriptors once all had gone", "after_descriptors"),
    ("viewers held once all had gone", "after_viewers"),
    ("visitors refused, hung up on or led back", "failures"),
    ("states compared at the end", "states"),
    ("equal to the standings", "states_equal"),
];
/// Rows of the table over time.
const ROWS: usize = 12;

/// The page.
pub(crate) fn page(results: &Results) -> String {
    let mut page = INTRODUCTION.to_owned();
    let plan = &results.plan;
    let _ = writeln!(
        page,
        "\n## {} viewers, {} minutes, who stay {} s on average, {} requests a second\n\n| | |\n| --- | --- |",
        number(plan.viewers.into()),
        plan.minutes,
        plan.stay_s,
        number(plan.rate)
    );
    for (title, name) in FIGURES {
        let figure = results.figures.get(name).map_or_else(String::new, number);
        let _ = writeln!(page, "| {title} | {figure} |");
    }
    page += "\n| after s | memory MB | descriptors | viewers | threads | facts | log MB | processor s |\n";
    page += "| --- | --- | --- | --- | --- | --- | --- | --- |\n";
    let step = results.samples.len().div_ceil(ROWS).max(1);
    let ends = results.samples.iter().rev().step_by(step);
    let rows: Vec<&Sample> = ends.collect();
    rows.iter().rev().for_each(|sample| row(&mut page, sample));
    let verdict = match results.faults.is_empty() {
        true if results.figures.get("memory_is_judged") == Some(1.0) => "As it must be".to_owned(),
        true => "As it must be; too short for memory to be judged".to_owned(),
        false => format!("**Failed**: {}", results.faults.join("; ")),
    };
    let (it, seed) = (&results.circumstances, plan.seed);
    let _ = writeln!(page, "\n{verdict}. {it}; {}; seed {seed}.", it.day);
    page
}

fn row(page: &mut String, sample: &Sample) {
    let Sample {
        at_s,
        descriptors,
        viewers,
        threads,
        facts,
        ..
    } = sample;
    let memory = number(sample.memory_kb as f64 / 1_024.0);
    let log = number(sample.log_kb as f64 / 1_024.0);
    let cpu = number(sample.cpu_ms as f64 / 1_000.0);
    let _ = writeln!(
        page,
        "| {at_s} | {memory} | {descriptors} | {viewers} | {threads} | {facts} | {log} | {cpu} |"
    );
}
