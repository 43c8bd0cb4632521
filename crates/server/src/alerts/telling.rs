//! Writes down that an alert fired or is over: as soon as the database can be
//! written, which may be what the alert is about.

use std::time::Duration;

use tasuki_log::Deed;
use tokio::sync::mpsc;

use crate::alerts::board::Change;
use crate::alerts::outlook::about;
use crate::deeds::{Kind, SERVER, deed};
use crate::state::AppState;

/// Changes that may wait to be written down; more than ever stood at once.
pub(super) const UNTOLD_MAX: usize = 256;
/// The first pause after the database did not take one, and the longest.
const PAUSE_FIRST: Duration = Duration::from_millis(500);
const PAUSE_MAX: Duration = Duration::from_secs(10);

/// Writes down one after the other, until the server stops.
pub(super) async fn tell_all(state: AppState, mut changes: mpsc::Receiver<Change>) {
    let telling = async {
        while let Some(change) = changes.recv().await {
            tell_at_last(&state, &deed_of(&change)).await;
        }
    };
    tokio::select! {
        () = state.stop.cancelled() => {}
        () = telling => {}
    }
}

async fn tell_at_last(state: &AppState, deed: &Deed) {
    let mut pause = PAUSE_FIRST;
    while let Err(error) = state.operations.append(deed).await {
        tracing::debug!(%error, kind = deed.kind, "an alert is not written down yet");
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(PAUSE_MAX);
    }
}

fn deed_of(change: &Change) -> Deed {
    let Change { at, is_over, alert } = change;
    let rule = alert.rule;
    let kind = if *is_over {
        Kind::AlertCleared
    } else {
        Kind::AlertFired
    };
    let deed = deed(kind, SERVER)
        .about(about(rule, &alert.of()))
        .why(rule.summary)
        .with("severity", rule.severity.name())
        .with("since", alert.since.to_string())
        .with("value", rule.unit.whole(alert.value))
        .with("threshold", rule.unit.whole(rule.when.threshold()));
    // It was so then, however late it is written.
    Deed { at: *at, ..deed }
}
