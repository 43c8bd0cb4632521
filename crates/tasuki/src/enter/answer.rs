//! What the server says of a file, and how that is printed.

use std::fmt::Write;

use serde::Deserialize;
use tasuki_race::RaceId;

/// What the server says of a file.
#[derive(Debug, Deserialize)]
pub(super) struct Answer {
    #[serde(default)]
    refused: bool,
    encoding: String,
    #[serde(default)]
    delimiter: Option<String>,
    #[serde(default)]
    ignored: Vec<String>,
    pub(super) summary: Summary,
    recorded: u64,
    rows: Vec<Row>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Summary {
    add: u64,
    change: u64,
    unchanged: u64,
    duplicate: u64,
    pub(super) reject: u64,
}

#[derive(Debug, Deserialize)]
struct Row {
    line: u64,
    what: String,
    outcome: String,
    bib: Option<String>,
    name: Option<serde_json::Value>,
    leg: Option<String>,
    checkpoint: Option<String>,
    time: Option<String>,
    #[serde(default)]
    before: serde_json::Map<String, serde_json::Value>,
    #[serde(default)]
    after: serde_json::Map<String, serde_json::Value>,
    detail: Option<String>,
    #[serde(default)]
    warnings: Vec<Warning>,
}

#[derive(Debug, Deserialize)]
struct Warning {
    detail: String,
}

impl Answer {
    /// The whole answer, a line for each row.
    pub(super) fn told(&self, race: &RaceId, dry_run: bool) -> String {
        let mut text = String::new();
        for row in &self.rows {
            // Writing to memory does not fail.
            let _ = writeln!(text, "{}", line(row));
        }
        let delimiter = self.delimiter.as_ref();
        let delimiter = delimiter
            .map(|name| format!(", {name}"))
            .unwrap_or_default();
        let _ = writeln!(text, "read as {}{delimiter}", self.encoding);
        if !self.ignored.is_empty() {
            let _ = writeln!(text, "columns not used: {}", self.ignored.join(", "));
        }
        let Summary {
            add,
            change,
            unchanged,
            duplicate,
            reject,
        } = self.summary;
        let counts = format!(
            "{add} added, {change} changed, {unchanged} unchanged, {duplicate} there already, \
             {reject} rejected"
        );
        let _ = match (dry_run, self.refused) {
            (true, _) => write!(text, "{race}: dry run, nothing was recorded: {counts}"),
            (false, true) => write!(text, "{race}: nothing was recorded (--strict): {counts}"),
            (false, false) => write!(text, "{race}: {counts}; {} facts recorded", self.recorded),
        };
        text
    }
}

/// `12: change   entry    7  Alpha  name "A" -> "Alpha"`
fn line(row: &Row) -> String {
    let mut text = format!("{:>6}: {:<9} {:<7}", row.line, row.outcome, row.what);
    let name = row.name.as_ref().map(shown);
    let parts = [&row.bib, &name, &row.leg, &row.checkpoint, &row.time];
    for part in parts.into_iter().flatten() {
        text.push_str("  ");
        text.push_str(part);
    }
    for (member, after) in &row.after {
        let before = row.before.get(member).map(shown).unwrap_or_default();
        let _ = write!(text, "  [{member}: {before} -> {}]", shown(after));
    }
    for detail in row
        .detail
        .iter()
        .chain(row.warnings.iter().map(|warning| &warning.detail))
    {
        text.push_str("  ! ");
        text.push_str(detail);
    }
    text
}

fn shown(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
