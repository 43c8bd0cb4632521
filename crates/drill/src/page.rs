//! The results as a page to read.

use std::fmt::Write as _;

use serde_json::Value;
use tasuki_bench::numbers::number;

use crate::drills::ALL;
use crate::results::{Results, faults};

const INTRODUCTION: &str = "\
# Drills: what breaks on race day, and how it is mended

Written by `cargo xtask drill`, which performs all this anew; `drills.json` beside this page has every moment
of every story. Each drill breaks a running system under load: the real server, a PostgreSQL of its own where
it says so, viewers who come back as browsers do, four tablets that send again what was not acknowledged (ten
times faster than people can), readers, and a real Prometheus with the rules and the intervals of
`deploy/prometheus`. Then the runbook is followed **by executing the commands that stand in it**. `systemctl`
and `journalctl` are stand-ins, which start and stop the same programs.

*Detected*: from the failure until the alert fires (goal: 30 s; the failed systems of the past took two minutes
and more); where no alert belongs to it, people notice, and nothing stands there. *Recovery*: from the first
command that mends until passages are acknowledged, the server is ready and everybody watches. *Lost*:
acknowledged passages that are not in the log. *Doubled*: passages that are in force more often than they
were seen. At the end the log is exported and verified, every viewer must show what the standings say, byte for
byte after canonical JSON, and those must be the standings of another server on which nothing went wrong.

Before each failure all was calm for some ten seconds only. An alert on a share of what happened within a minute
or more comes a little later after a long calm.
";

/// The page.
pub(crate) fn page(results: &Results) -> String {
    let mut page = INTRODUCTION.to_owned();
    page += "\n| drill | log | alert | detected, s | recovery, s | failure to end, s | facts | lost | doubled | \
             attempts repeated | viewers equal | |\n\
             | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n";
    for drill in ALL {
        if let Some(kept) = results.drills.get(drill.name) {
            line(&mut page, kept);
        }
    }
    page += "\n## What they do\n\n";
    for drill in ALL {
        if let Some(kept) = results.drills.get(drill.name) {
            let steps = kept["executed"].as_array().into_iter().flatten();
            let steps: Vec<_> = steps.filter_map(Value::as_str).collect();
            let steps = steps.join(", ");
            let _ = writeln!(
                page,
                "- **{}**: {}. Executed: {steps}.",
                drill.name, drill.what
            );
        }
    }
    page += "\n## On what\n\n";
    let mut machines: Vec<String> = results.drills.values().map(machine).collect();
    machines.sort();
    machines.dedup();
    for machine in machines {
        let _ = writeln!(page, "- {machine}");
    }
    page
}

fn line(page: &mut String, kept: &Value) {
    let text = |name: &str| kept[name].as_str().unwrap_or_default();
    let figure = |value: &Value| value.as_f64().map(number).unwrap_or_default();
    let alert = match text("alert") {
        "" => String::new(),
        alert => format!("`{alert}`"),
    };
    let verdict = if faults(kept).is_empty() {
        "passed"
    } else {
        "**failed**"
    };
    let facts = &kept["facts"];
    let _ = writeln!(
        page,
        "| {} | {} | {alert} | {} | {} | {} | {} | {} | {} | {} | {} of {} | {verdict} |",
        text("drill"),
        text("engine"),
        figure(&kept["detected_s"]),
        figure(&kept["recovery_s"]),
        figure(&kept["outage_s"]),
        figure(&facts["acknowledged"]),
        figure(&facts["lost"]),
        figure(&facts["doubled"]),
        figure(&kept["refused"]),
        figure(&kept["viewers_equal"]),
        figure(&kept["viewers"]),
    );
}

fn machine(kept: &Value) -> String {
    let of = &kept["circumstances"];
    let text = |name: &str| of[name].as_str().unwrap_or_default();
    format!(
        "{}, {} processors, {} GiB, {}; {}, {} at `{}`, {}; {}",
        text("processor"),
        of["processors"],
        of["memory_gib"],
        text("kernel"),
        text("rustc"),
        text("tasuki"),
        text("commit"),
        kept["prometheus"].as_str().unwrap_or_default(),
        text("day"),
    )
}
