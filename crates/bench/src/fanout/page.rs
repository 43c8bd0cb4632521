//! The results as a page to read: a table for each case, absolute figures and
//! what they are beside those of `raw`.

use std::fmt::Write as _;

use tasuki_bench::figures::Figures;
use tasuki_bench::numbers::number;

use crate::results::{Measured, Outcome, Results, in_order};

/// Against this server the others are held.
pub(crate) const YARDSTICK: &str = "raw";

const INTRODUCTION: &str = "\
# Fan-out: one message to everybody

Written by `cargo xtask bench fanout`, which measures all this anew; `fanout.json` beside this page
has every round. Each figure is the median of the rounds; the servers took turns within a round.

- **tasuki** is the real `tasuki serve` with a relay of 20 teams: each message is a recorded passage,
  durable in SQLite, projected, and shown as a diff. `tasuki-axum`: the same over axum's bodies.
- **raw** is a loop that does nothing but one `write` per viewer and message; **uring** gives the kernel
  the same in batches of 512, by io_uring; **tokio** has a task per viewer that writes what is pending,
  without hyper. `raw-pending` and `uring-pending`, where they are asked for, go round and send each
  viewer all that is pending. All are in `crates/bench/src/fanout`.
- **nchan** is nginx with Debian's module, one worker.

A message counts as delivered when a viewer has read the whole event with its number or a later one:
one frame of tasuki's may stand for several. The viewers are one thread (`crowd.rs`). Delays run from
before the request that publishes to the end of the read by the viewer. Processor time is user and
system time of all threads and workers of the server; a busy processor is 100 %, and where all else
was busy, delays and deliveries per second are worse than they need be. In parentheses: the ratio to
`raw`.

Hold `uring` to deliveries per second of its processor, on a machine that does nothing else: that counts
everything for which the server's processor was busy. Of a call that lasts milliseconds, as those of `uring`
do, the process is charged less than it took: `perf` counts about a fifth more, of `raw` the same, and what
is missing stands with whoever runs next, such as the kernel's thread for the network.

![Deliveries per server CPU-second beside those of raw](fanout.svg)
";

/// A column: its title, the figure, and whether its ratio is of interest.
type Column = (&'static str, &'static str, bool);

const COMMON: &[Column] = &[
    (
        "deliveries per server CPU-second",
        "delivered_per_cpu_s",
        true,
    ),
    (
        "per second of its processor",
        "delivered_per_processor_s",
        true,
    ),
    ("deliveries per second", "delivered_per_s", true),
    ("p50 ms", "p50_ms", true),
    ("p99 ms", "p99_ms", true),
    ("max ms", "max_ms", false),
    ("server busy %", "server_busy_percent", false),
    ("viewers busy %", "crowd_busy_percent", false),
    ("all else busy %", "else_busy_percent", false),
    ("messages per frame", "messages_per_frame", false),
    ("bytes per frame", "bytes_per_event", false),
    ("lost, backwards, closed", "lost", false),
    ("states equal", "states_equal", false),
];

const STEADY: &[Column] = &[
    (
        "user memory per idle viewer, B",
        "idle_bytes_per_viewer",
        false,
    ),
    ("connections per second", "connects_per_s", true),
    ("idle CPU %", "idle_cpu_percent", false),
    ("bytes per viewer", "bytes_per_viewer", false),
    ("publisher's answer p50 ms", "answer_p50_ms", false),
    ("p99 ms", "answer_p99_ms", false),
];

const STALLED: &[Column] = &[
    ("p99 ms of all, before", "before_p99_ms", false),
    ("of the others, while they do not read", "p99_ms", false),
    ("server memory before, MB", "before_memory_mb", false),
    ("while, MB", "memory_mb", false),
    ("behind when woken", "behind_when_woken", false),
    ("back after ms", "back_after_ms", false),
    ("never back", "never_back", false),
    ("new snapshots in the sample", "rebased_in_sample", false),
];

const COMMIT: &[Column] = &[
    ("answer p50 ms", "answer_p50_ms", false),
    ("p99 ms", "answer_p99_ms", false),
    ("any viewer p50 ms", "p50_ms", false),
    ("p99 ms", "p99_ms", false),
    ("last viewer p50 ms", "last_p50_ms", false),
    ("p99 ms", "last_p99_ms", false),
    ("states equal", "states_equal", false),
];

/// The page.
pub(crate) fn page(results: &Results) -> String {
    let mut page = INTRODUCTION.to_owned();
    for (_, outcome) in in_order(results) {
        section(&mut page, outcome);
    }
    page
}

fn section(page: &mut String, outcome: &Outcome) {
    let _ = write!(page, "\n## {}\n\n", title(outcome));
    match outcome.mode.as_str() {
        "commit" => table(page, outcome, COMMIT),
        "stalled" => {
            table(page, outcome, STALLED);
            table(page, outcome, COMMON);
        }
        "steady" => {
            table(page, outcome, COMMON);
            table(page, outcome, STEADY);
        }
        _ => table(page, outcome, COMMON),
    }
    for server in outcome.servers.iter().filter(|it| !it.failures.is_empty()) {
        let Measured { name, failures, .. } = server;
        let _ = writeln!(
            page,
            "{name} failed {} times: {}.\n",
            failures.len(),
            failures[0]
        );
    }
    let it = &outcome.circumstances;
    let rounds = outcome.servers.iter().map(|server| server.rounds.len());
    let _ = writeln!(
        page,
        "{it}; {}; rounds: {}.",
        it.day,
        rounds.max().unwrap_or(0)
    );
}

fn title(outcome: &Outcome) -> String {
    let Outcome {
        viewers,
        rate,
        seconds,
        outstanding,
        ..
    } = outcome;
    let paced = format!("{viewers} viewers, {rate} messages a second for {seconds} s");
    match outcome.mode.as_str() {
        "saturated" => format!("Saturated: {viewers} viewers, {outstanding} messages under way"),
        "overload" => format!("Overload: {paced}, server and viewers on the same processors"),
        "stalled" => format!("Stalled: {paced}, then as long with 1 % of them not reading"),
        "commit" => {
            format!("Commit: {viewers} viewers, {rate} requests a second of 10 passages each")
        }
        _ => format!("Steady: {paced}"),
    }
}

fn table(page: &mut String, outcome: &Outcome, columns: &[Column]) {
    page.push_str("| server |");
    columns
        .iter()
        .for_each(|(title, ..)| page.push_str(&format!(" {title} |")));
    page.push_str("\n| --- |");
    columns.iter().for_each(|_| page.push_str(" --- |"));
    page.push('\n');
    let yardstick = outcome
        .servers
        .iter()
        .find(|server| server.name == YARDSTICK);
    for server in &outcome.servers {
        let _ = write!(page, "| {} |", server.name);
        for (_, name, has_ratio) in columns {
            let base = yardstick
                .filter(|_| *has_ratio)
                .and_then(|it| it.median.get(name));
            let _ = write!(page, " {} |", cell(&server.median, name, base));
        }
        page.push('\n');
    }
    page.push('\n');
}

fn cell(figures: &Figures, name: &str, base: Option<f64>) -> String {
    let shown = |name: &str| figures.get(name).map_or_else(|| "-".to_owned(), number);
    if name == "lost" {
        return ["lost", "backwards", "closed"].map(shown).join(", ");
    }
    let ratio = figures.get(name).zip(base.filter(|base| *base > 0.0));
    let ratio = ratio.map(|(value, base)| format!(" ({:.2})", value / base));
    shown(name) + &ratio.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_stands_beside_its_ratio_to_the_yardstick() {
        let mut figures = Figures::default();
        figures.set("p99_ms", 30.0);
        assert_eq!(cell(&figures, "p99_ms", Some(20.0)), "30 (1.50)");
        assert_eq!(cell(&figures, "p99_ms", None), "30");
        assert_eq!(cell(&figures, "max_ms", Some(20.0)), "-");
    }
}
