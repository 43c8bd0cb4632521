//! What the evidence says: when it began and ended, how bad it was, who noticed.

use tasuki_log::{MINUTE_MS, Minute, Operation};
use tasuki_race::Instant;

use super::evidence::Evidence;

/// From this on answers are slow: the threshold of the alert.
const SLOW_MS: u64 = 1_000;
/// From this on what is recorded is shown late: the threshold of the alert.
const LATE_MS: u64 = 1_000;
/// Changes that are named; more are counted.
const CHANGES_MAX: usize = 20;

/// Kinds of operations, by name: those of other versions are read as well.
pub(super) const ALERT_FIRED: &str = "alert_fired";
pub(super) const ALERT_CLEARED: &str = "alert_cleared";
pub(super) const PROCESS_STARTED: &str = "process_started";
pub(super) const PROCESS_STOPPED: &str = "process_stopped";
pub(super) const SETTING_CHANGED: &str = "setting_changed";

/// Who does what the process does by itself.
const SERVER: &str = "server";

/// What the evidence says.
pub(super) struct Findings {
    /// When something was wrong for the first time, and for the last; none where
    /// nothing was that is known.
    pub(super) span: Option<Span>,
    pub(super) impact: Impact,
    /// The alert that fired first.
    pub(super) detected: Option<Instant>,
    /// The first thing that somebody did once it had begun.
    pub(super) reacted: Option<Instant>,
    /// What was changed before it began, the latest first.
    pub(super) changes: Vec<Operation>,
    /// Changes beyond those.
    pub(super) more_changes: usize,
    /// Starts that no planned stop went before.
    pub(super) crashes: usize,
}

/// From when to when something was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) began: Instant,
    pub(super) ended: Instant,
    /// An alert still stood at the end of the time that was looked at.
    pub(super) goes_on: bool,
}

/// How bad it was.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Impact {
    /// Minutes in which something was wrong, those of which nothing is known among them.
    pub(super) bad_minutes: u64,
    /// Minutes in which nothing was measured, since no server ran.
    pub(super) silent_minutes: u64,
    /// Most viewers then, and how many there usually were before.
    pub(super) viewers: u64,
    pub(super) viewers_usual: Option<u64>,
    pub(super) requests: u64,
    pub(super) failed: u64,
    pub(super) turned_away: u64,
    /// The slowest minute, and how fast answers usually were before.
    pub(super) p95_ms: u64,
    pub(super) p95_usual_ms: Option<u64>,
    pub(super) append_p99_ms: u64,
    pub(super) shown_p99_ms: u64,
    pub(super) commit_failures: u64,
    /// Most connections to the database in use, of how many.
    pub(super) pool: (u64, u64),
    pub(super) facts: u64,
}

impl Findings {
    pub(super) fn of(evidence: &Evidence) -> Self {
        let span = span(evidence);
        let began = span.map_or(evidence.from, |span| span.began);
        let (changes, more_changes) = changes(evidence, began);
        let alerts = evidence.done().filter(|it| it.deed.kind == ALERT_FIRED);
        Self {
            span,
            impact: impact(evidence, span),
            detected: alerts.map(|it| it.deed.at).min(),
            reacted: evidence
                .done()
                .find(|it| it.deed.at >= began && it.deed.by != SERVER)
                .map(|it| it.deed.at),
            changes,
            more_changes,
            crashes: crashes(evidence),
        }
    }
}

/// Whether people noticed something in that minute.
pub(super) fn is_bad(minute: &Minute) -> bool {
    minute.failed > 0
        || minute.turned_away > 0
        || minute.commit_failures > 0
        || minute.p95_ms > SLOW_MS
        || minute.shown_p99_ms > LATE_MS
}

/// Times between two minutes that were measured in which none was: a server that runs
/// measures always, and keeps it once its database is there.
pub(super) fn gaps(evidence: &Evidence) -> Vec<(Instant, Instant)> {
    let minutes: Vec<&Minute> = evidence.measured().collect();
    let between = minutes.windows(2).map(|two| (two[0].end(), two[1].begin()));
    between.filter(|(end, begin)| end < begin).collect()
}

fn span(evidence: &Evidence) -> Option<Span> {
    let silent = gaps(evidence);
    let bad = || evidence.measured().filter(|minute| is_bad(minute));
    let alerts = || {
        let of_an_alert =
            |it: &&Operation| matches!(it.deed.kind.as_str(), ALERT_FIRED | ALERT_CLEARED);
        evidence.done().filter(of_an_alert)
    };
    // An alert tells since when it was so.
    let since = |it: &Operation| {
        let since = it.deed.detail.get("since").and_then(|since| since.as_str());
        since
            .and_then(|since| since.parse().ok())
            .unwrap_or(it.deed.at)
    };
    let begins = bad().map(Minute::begin).chain(alerts().map(since));
    let began = begins.chain(silent.iter().map(|it| it.0)).min()?;
    let began = began.max(evidence.from);
    let standing = standing(alerts());
    let ends = bad().map(Minute::end).chain(alerts().map(|it| it.deed.at));
    let ended = ends.chain(silent.iter().map(|it| it.1)).max();
    let ended = ended.unwrap_or(began).min(evidence.to);
    Some(Span {
        began,
        ended: if standing { evidence.to } else { ended },
        goes_on: standing,
    })
}

/// Whether an alert stands that is not over.
fn standing<'o>(alerts: impl Iterator<Item = &'o Operation>) -> bool {
    let mut names: Vec<&str> = Vec::new();
    for alert in alerts {
        let name = alert.deed.about.as_deref().unwrap_or_default();
        names.retain(|it| *it != name);
        if alert.deed.kind == ALERT_FIRED {
            names.push(name);
        }
    }
    !names.is_empty()
}

fn impact(evidence: &Evidence, span: Option<Span>) -> Impact {
    let mut impact = Impact::default();
    let Some(span) = span else { return impact };
    let usual: Vec<&Minute> = evidence
        .minutes
        .iter()
        .filter(|it| it.end() <= span.began && !is_bad(it))
        .collect();
    impact.viewers_usual = median(usual.iter().map(|it| it.viewers));
    impact.p95_usual_ms = median(usual.iter().map(|it| it.p95_ms));
    let during = evidence.measured();
    for minute in during.filter(|it| it.end() > span.began && it.begin() < span.ended) {
        impact.bad_minutes += u64::from(is_bad(minute));
        impact.viewers = impact.viewers.max(minute.viewers);
        impact.requests += minute.requests;
        impact.failed += minute.failed;
        impact.turned_away += minute.turned_away;
        impact.p95_ms = impact.p95_ms.max(minute.p95_ms);
        impact.append_p99_ms = impact.append_p99_ms.max(minute.append_p99_ms);
        impact.shown_p99_ms = impact.shown_p99_ms.max(minute.shown_p99_ms);
        impact.commit_failures += minute.commit_failures;
        impact.pool = impact.pool.max((minute.pool_in_use, minute.pool_max));
        impact.facts += minute.facts;
    }
    let silent_ms: i64 = gaps(evidence).iter().map(|it| it.1.ms() - it.0.ms()).sum();
    impact.silent_minutes = u64::try_from(silent_ms / MINUTE_MS).unwrap_or(0);
    impact.bad_minutes += impact.silent_minutes;
    impact
}

fn median(values: impl Iterator<Item = u64>) -> Option<u64> {
    let mut values: Vec<u64> = values.collect();
    values.sort_unstable();
    values.get(values.len() / 2).copied()
}

/// What was changed before, the latest first, and how much more there is.
fn changes(evidence: &Evidence, began: Instant) -> (Vec<Operation>, usize) {
    let is_change = |it: &&Operation| {
        it.deed.at <= began && !matches!(it.deed.kind.as_str(), ALERT_FIRED | ALERT_CLEARED)
    };
    let all: Vec<&Operation> = evidence.operations.iter().filter(is_change).collect();
    let named = all.iter().rev().take(CHANGES_MAX);
    let named: Vec<Operation> = named.map(|it| (*it).clone()).collect();
    let more = all.len() - named.len();
    (named, more)
}

/// Starts in the time itself behind another start, with no stop in between.
fn crashes(evidence: &Evidence) -> usize {
    let mut runs = false;
    let mut crashes = 0;
    for operation in &evidence.operations {
        match operation.deed.kind.as_str() {
            PROCESS_STARTED => {
                crashes += usize::from(runs && operation.deed.at >= evidence.from);
                runs = true;
            }
            PROCESS_STOPPED => runs = false,
            _ => {}
        }
    }
    crashes
}
