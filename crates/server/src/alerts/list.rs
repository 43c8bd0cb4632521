//! What stands now, and what stood lately.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;
use tasuki_race::Instant;

use crate::alerts::board::Standing;
use crate::alerts::outlook::Past;
use crate::alerts::rule::{Severity, Unit};
use crate::identity::Admin;
use crate::state::AppState;

/// The alerts.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AlertList")]
pub(super) struct List {
    /// When the server looked last.
    as_of: Instant,
    /// Those whose condition is met, the worst first.
    alerts: Vec<Shown>,
    /// Those that fired lately, the newest first; all stand among the operations.
    recent: Vec<Recent>,
}

/// How far an alert is.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "AlertState")]
enum Stage {
    /// It is so, but not for long enough.
    Pending,
    /// People are told.
    Firing,
}

/// An alert whose condition is met.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Alert")]
struct Shown {
    /// As in the rules for Prometheus.
    name: &'static str,
    /// How bad it is.
    severity: Severity,
    /// Whether people are told.
    state: Stage,
    /// What is wrong.
    summary: &'static str,
    /// Since when it is so.
    since: Instant,
    /// Since when people are told.
    #[serde(skip_serializing_if = "Option::is_none")]
    fired: Option<Instant>,
    /// What is measured now.
    value: i64,
    /// What it is held against.
    threshold: i64,
    /// Of both: milliseconds, thousandths, or so many.
    unit: Unit,
    /// Of which operation, query or the like, where there are several.
    labels: BTreeMap<&'static str, String>,
    /// What to look at first.
    runbook: String,
}

/// An alert that fired lately.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RecentAlert")]
struct Recent {
    /// As in the rules for Prometheus.
    name: &'static str,
    /// How bad it was.
    severity: Severity,
    /// What was wrong.
    summary: &'static str,
    /// Since when people were told.
    fired: Instant,
    /// Until when; absent while it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    over: Option<Instant>,
}

impl From<&Standing> for Shown {
    fn from(alert: &Standing) -> Self {
        let rule = alert.rule;
        Self {
            name: rule.name,
            severity: rule.severity,
            state: match alert.fired {
                Some(_) => Stage::Firing,
                None => Stage::Pending,
            },
            summary: rule.summary,
            since: alert.since,
            fired: alert.fired,
            value: rule.unit.whole(alert.value),
            threshold: rule.unit.whole(rule.when.threshold()),
            unit: rule.unit,
            labels: alert.group.iter().cloned().collect(),
            runbook: rule.runbook_path(),
        }
    }
}

impl From<&Past> for Recent {
    fn from(past: &Past) -> Self {
        Self {
            name: past.rule.name,
            severity: past.rule.severity,
            summary: past.rule.summary,
            fired: past.fired,
            over: past.over,
        }
    }
}

pub(super) async fn list(_: Admin, State(state): State<AppState>) -> Response {
    let lately = state.lately.now();
    let list = List {
        as_of: lately.at,
        alerts: lately.standing.iter().map(Shown::from).collect(),
        recent: lately.past.iter().map(Recent::from).collect(),
    };
    ([(CACHE_CONTROL, "no-store")], Json(list)).into_response()
}
