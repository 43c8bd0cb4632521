//! A race told line by line, and a board that is read like a printed one.
//!
//! Clock times are of 2 January 2026, `+1 08:00:00` is on the day after. The
//! id of a fact is its place in the log. Durations are read as `h:mm:ss` with
//! milliseconds where there are any, and what is absent as `-`.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tasuki_race::{Definition, Fact, Oddity, Projector, Row, Selection, Snapshot, Split};
use tasuki_testkit::naive;

/// A relay with exchanges `x1`, `x2` … 10 km apart, in whole seconds rounded
/// up, and an entry for each of the bibs.
pub(super) fn relay(legs: usize, bibs: &str) -> Value {
    let mut checkpoints = vec![json!({"id": "start", "kind": "start"})];
    checkpoints.extend((1..legs).map(|leg| json!({"id": format!("x{leg}"), "kind": "exchange"})));
    checkpoints.push(json!({"id": "finish", "kind": "finish"}));
    for (checkpoint, n) in checkpoints.iter_mut().zip(0..) {
        checkpoint["name"] = checkpoint["id"].clone();
        checkpoint["distance_m"] = json!(10_000 * n);
    }
    let entry = |bib| json!({"bib": bib, "name": format!("Team {bib}")});
    json!({
        "id": "by-hand", "name": "By hand", "timezone": "Asia/Tokyo",
        "checkpoints": checkpoints,
        "entries": bibs.split(' ').map(entry).collect::<Vec<_>>(),
    })
}

/// A race being told.
#[derive(Clone)]
pub(super) struct Story(Vec<Fact>);

impl Story {
    pub(super) fn of(race: &Value) -> Self {
        let race = Definition::from_json(&race.to_string()).expect("a valid race");
        Self(Vec::new()).fact(json!({"type": "race_defined", "race": race}))
    }

    pub(super) fn fact(mut self, mut json: Value) -> Self {
        json["id"] = json!(event(self.0.len() + 1));
        let fact = Fact::from_json(&json.to_string()).expect("a valid fact");
        self.0.push(fact);
        self
    }

    /// Everyone's gun for a leg.
    pub(super) fn gun(self, leg: &str, time: &str) -> Self {
        self.fact(json!({"type": "started", "leg": leg, "time": at(time)}))
    }

    /// The gun for some bibs.
    pub(super) fn gun_for(self, bibs: &str, leg: &str, time: &str) -> Self {
        let bibs: Vec<_> = bibs.split(' ').collect();
        self.fact(json!({"type": "started", "leg": leg, "bibs": bibs, "time": at(time)}))
    }

    pub(super) fn pass(self, bib: &str, checkpoint: &str, time: &str) -> Self {
        let kind = "passage_recorded";
        self.fact(json!({"type": kind, "bib": bib, "checkpoint": checkpoint, "time": at(time)}))
    }

    /// One bib at several checkpoints: `"x1 09:00:00, finish 10:00:00"`.
    pub(super) fn run(self, bib: &str, passages: &str) -> Self {
        passages.split(", ").fold(self, |story, passage| {
            let (checkpoint, time) = passage.split_once(' ').expect("a checkpoint and a time");
            story.pass(bib, checkpoint, time)
        })
    }

    pub(super) fn status(self, bib: &str, status: &str) -> Self {
        self.fact(json!({"type": "status_changed", "bib": bib, "status": status}))
    }

    pub(super) fn dnf_from(self, bib: &str, checkpoint: &str) -> Self {
        let kind = "status_changed";
        self.fact(json!({"type": kind, "bib": bib, "status": "dnf", "checkpoint": checkpoint}))
    }

    /// Withdraws the fact at a place in the log.
    pub(super) fn void(self, place: usize) -> Self {
        self.fact(json!({"type": "event_voided", "event": event(place), "reason": "wrong"}))
    }

    /// The place of the fact told last.
    pub(super) fn place(&self) -> usize {
        self.0.len()
    }

    /// Holds the naive model and then the projector to what was worked out.
    pub(super) fn check(&self, look: impl Fn(&Board)) {
        let log = naive::log_of(&self.0);
        let review = naive::review(&log);
        let lines = review.into_iter().map(|l| (l.event, l.code, l.checkpoint));
        println!("by the naive model");
        look(&Board::new(naive::standings(&log), lines));

        let race = "by-hand".parse().expect("a slug");
        let mut projector = Projector::new(race);
        for logged in &log {
            projector.apply(logged.seq, logged.at, "admin", &logged.fact);
            projector.settle();
        }
        let review = projector.review().into_iter();
        let lines = review.map(|item| (item.event, item.code, item.checkpoint));
        println!("by the projector");
        look(&Board::new(projector.snapshot(&Selection::all()), lines));
    }
}

/// The id of the fact at a place in the log.
pub(super) fn event(place: usize) -> String {
    format!("00000000-0000-4000-8000-{place:012}")
}

/// A clock time as it stands in a fact.
pub(super) fn at(time: &str) -> String {
    match time.strip_prefix("+1 ") {
        Some(time) => format!("2026-01-03T{time}Z"),
        None => format!("2026-01-02T{time}Z"),
    }
}

/// Standings and the review list, with short ways to their figures.
pub(super) struct Board {
    pub(super) standings: Snapshot,
    odd: BTreeSet<String>,
}

impl Board {
    fn new(
        standings: Snapshot,
        lines: impl Iterator<Item = (tasuki_race::EventId, Oddity, tasuki_race::Slug)>,
    ) -> Self {
        let line = |(event, code, checkpoint): (tasuki_race::EventId, _, _)| {
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
