//! The results as a page to read.

use std::fmt::Write as _;

use tasuki_bench::numbers::number;
use tasuki_bench::table::table;

use crate::results::Results;

const INTRODUCTION: &str = "\
# Scale: one server with more and more viewers

Written by `cargo xtask bench scale`, which measures all this anew; `scale.json` beside this page has every
figure. For each number of viewers a fresh `tasuki serve` is started with a relay of 20 teams. Each message is
a recorded passage, durable in SQLite, projected, and shown as a diff to everybody. Server and viewers have a
processor each; the viewers are one thread (`crates/bench/src/fanout/crowd.rs`).

A message counts as delivered when a viewer has read the whole event with its number or a later one: one frame
may stand for several. Delays run from before the recorder's request to the end of the read by the viewer.
Processor time is user and system time of all threads of the server, recording and working out the standings
among it; where all else was busy, delays are worse than they need be.

Memory per viewer is what the server's resident memory grew by when all connected, before any message. Of the
kernel's memory, TCP's is what it has reserved for bytes on their way (`mem` in `/proc/net/sockstat`), the slab's
is sockets, their files and the like (`Slab` in `/proc/meminfo`). Both are told of the whole machine and grew by
what else it did meanwhile, too; and both ends of each connection are on it, so that a server whose viewers are
elsewhere needs about half.

The command fails where a message was lost, came out of order or was not there at the end, where a connection
was closed, or where the state of a viewer in the sample differs from `standings`, byte for byte after canonical
JSON.

![CPU per delivery and delays over the number of viewers](scale.svg)
";

const ROWS: &[(&str, &str)] = &[
    ("deliveries per server CPU-second", "delivered_per_cpu_s"),
    ("server CPU per delivery, us", "cpu_us_per_delivery"),
    ("p50, ms", "p50_ms"),
    ("p99, ms", "p99_ms"),
    ("max, ms", "max_ms"),
    ("recorder's answer p50, ms", "answer_p50_ms"),
    ("recorder's answer p99, ms", "answer_p99_ms"),
    ("deliveries per second", "delivered_per_s"),
    ("messages per frame", "messages_per_frame"),
    ("bytes per frame", "bytes_per_event"),
    ("server busy, %", "server_busy_percent"),
    ("viewers busy, %", "crowd_busy_percent"),
    ("all else busy, %", "else_busy_percent"),
    ("server busy when idle, %", "idle_cpu_percent"),
    ("connections per second", "connects_per_s"),
    ("user memory per idle viewer, B", "idle_bytes_per_viewer"),
    (
        "kernel's slab per idle viewer, both ends, B",
        "idle_slab_bytes_per_viewer",
    ),
    (
        "kernel's TCP memory per idle viewer, both ends, B",
        "idle_tcp_bytes_per_viewer",
    ),
    ("whole process, resident, idle, MB", "idle_memory_mb"),
    ("whole process, resident, at the end, MB", "memory_mb"),
    ("messages", "messages"),
    ("lost", "lost"),
    ("backwards", "backwards"),
    ("closed", "closed"),
    ("states compared", "states"),
    ("equal to the standings", "states_equal"),
];

/// The page.
pub(crate) fn page(results: &Results) -> String {
    let mut page = INTRODUCTION.to_owned();
    let (it, plan) = (&results.circumstances, &results.plan);
    let _ = write!(
        page,
        "\n## {} messages a second for {} s\n\n",
        plan.rate, plan.seconds
    );
    let steps = results.steps.iter();
    let steps: Vec<_> = steps
        .map(|step| (number(step.viewers.into()), &step.median))
        .collect();
    page += &table("viewers", &steps, ROWS);
    let faults = results.faults();
    let verdict = match faults.is_empty() {
        true => "As it must be".to_owned(),
        false => format!("**Failed**: {}", faults.join("; ")),
    };
    let rounds = plan.rounds;
    let _ = writeln!(page, "\n{verdict}. {it}; {}; rounds: {rounds}.", it.day);
    page
}
