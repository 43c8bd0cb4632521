//! A board that is read like a printed one: durations as `h:mm:ss` with
//! milliseconds where there are any, and what is absent as `-`.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tasuki_race::{EventId, Oddity, Row, Slug, Snapshot, Split};

/// Standings and the review list, with short ways to their figures.
pub(super) struct Board {
    pub(super) standings: Snapshot,
    odd: BTreeSet<String>,
}

impl Board {
    pub(super) fn new(
        standings: Snapshot,
        lines: impl Iterator<Item = (EventId, Oddity, Slug)>,
    ) -> Self {
        let line = |(event, code, checkpoint): (EventId, _, _)| {
            let event = json!(event).to_string();
            let digits = event.trim_matches('"').rsplit('-').next().unwrap_or("");
            let place = digits.trim_start_matches('0');
            let code = json!(code);
            format!("{place} {} {checkpoint}", code.as_str().unwrap_or(""))
        };
        let odd = lines.map(line).collect();
        Self { standings, odd }
    }

    pub(super) fn row(&self, bib: &str) -> &Row {
        let row = self.standings.entries.get(bib);
        row.unwrap_or_else(|| panic!("there is no bib {bib}"))
    }

    pub(super) fn split(&self, bib: &str, checkpoint: &str) -> Option<&Split> {
        self.row(bib).splits.get(checkpoint)
    }

    /// The status as it stands on the wire.
    pub(super) fn status(&self, bib: &str) -> String {
        shown(Some(json!(self.row(bib).status)))
    }

    /// The elapsed time in the race.
    pub(super) fn total(&self, bib: &str) -> String {
        duration(self.row(bib).elapsed_ms)
    }

    /// The elapsed time at a checkpoint.
    pub(super) fn elapsed(&self, bib: &str, checkpoint: &str) -> String {
        duration(
            self.split(bib, checkpoint)
                .and_then(|split| split.elapsed_ms),
        )
    }

    /// The time of the leg that ends at a checkpoint.
    pub(super) fn leg(&self, bib: &str, checkpoint: &str) -> String {
        duration(self.split(bib, checkpoint).and_then(|split| split.leg_ms))
    }

    /// The gap to the best ranked time at a checkpoint.
    pub(super) fn gap(&self, bib: &str, checkpoint: &str) -> String {
        duration(self.split(bib, checkpoint).and_then(|split| split.gap_ms))
    }

    /// When a bib is expected next: `finish 2026-01-02T10:22Z`.
    pub(super) fn next(&self, bib: &str) -> String {
        let Some(next) = &self.row(bib).next else {
            return "-".to_owned();
        };
        let expected = shown(next.expected.map(|minute| json!(minute)));
        format!("{} {expected}", next.checkpoint)
    }

    /// The ranks in the race of some bibs.
    pub(super) fn overall(&self, bibs: &str) -> String {
        each(bibs, |bib| shown(self.row(bib).rank))
    }

    /// The ranks at a checkpoint.
    pub(super) fn ranks(&self, checkpoint: &str, bibs: &str) -> String {
        each(bibs, |bib| {
            shown(self.split(bib, checkpoint).and_then(|split| split.rank))
        })
    }

    /// The order on the road at a checkpoint.
    pub(super) fn orders(&self, checkpoint: &str, bibs: &str) -> String {
        each(bibs, |bib| {
            shown(self.split(bib, checkpoint).map(|split| split.order))
        })
    }

    /// The ranks in the leg that ends at a checkpoint.
    pub(super) fn leg_ranks(&self, checkpoint: &str, bibs: &str) -> String {
        each(bibs, |bib| {
            shown(self.split(bib, checkpoint).and_then(|split| split.leg_rank))
        })
    }

    /// The places that entries outside the ranking would take.
    pub(super) fn would_be(&self, bibs: &str) -> String {
        each(bibs, |bib| shown(self.row(bib).would_be))
    }

    /// The review list in order of the log: `4 duplicate_passage x1`.
    pub(super) fn odd(&self) -> Vec<&str> {
        let mut odd: Vec<&str> = self.odd.iter().map(String::as_str).collect();
        odd.sort_by_key(|line| {
            let place = line.split(' ').next().unwrap_or("");
            (place.len(), *line)
        });
        odd
    }
}

fn each(bibs: &str, figure: impl Fn(&str) -> String) -> String {
    bibs.split(' ').map(figure).collect::<Vec<_>>().join(" ")
}

fn shown(value: Option<impl Into<Value>>) -> String {
    match value.map(Into::into) {
        None => "-".to_owned(),
        Some(Value::String(text)) => text,
        Some(value) => value.to_string(),
    }
}

fn duration(ms: Option<i64>) -> String {
    let Some(ms) = ms else {
        return "-".to_owned();
    };
    let sign = if ms < 0 { "-" } else { "" };
    let (seconds, thousandths) = (ms.abs() / 1000, ms.abs() % 1000);
    let fraction = if thousandths == 0 {
        String::new()
    } else {
        format!(".{thousandths:03}")
    };
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    format!("{sign}{hours}:{minutes:02}:{:02}{fraction}", seconds % 60)
}
