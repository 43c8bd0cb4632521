//! Looks at the metrics every few seconds.

use std::time::{Duration, Instant as Stopwatch};

use tasuki_log::Search;
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

use crate::alerts::board::{Board, Change};
use crate::alerts::outlook::Outlook;
use crate::alerts::table::RULES;
use crate::alerts::telling::{UNTOLD_MAX, tell_all};
use crate::alerts::webhook;
use crate::clock::now;
use crate::deeds::Kind;
use crate::state::AppState;

/// Starts of the process that are recalled: more than make the alert fire.
const STARTS_MAX: u32 = 10;

/// Looks, shows and tells until the server stops.
pub(crate) async fn watch_over(state: AppState) {
    let stop = state.stop.clone();
    tokio::select! {
        () = stop.cancelled() => {}
        () = look_again_and_again(state) => {}
    }
}

async fn look_again_and_again(state: AppState) {
    let (tell, untold) = mpsc::channel(UNTOLD_MAX);
    let telling = tokio::spawn(tell_all(state.clone(), untold));
    let post = webhook::start(&state);
    let begun = Stopwatch::now();
    let alerting = &state.options.alerting;
    let mut board = Board::new(RULES);
    recall_starts(&state, &mut board).await;
    let mut outlook = recall(&state).await;
    let mut ticks = tokio::time::interval(alerting.every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while !telling.is_finished() {
        ticks.tick().await;
        let looked = state.clone();
        // Files of the system are read for it.
        let text = tokio::task::spawn_blocking(move || looked.metrics.text(&looked)).await;
        let Ok(text) = text else { continue };
        let at_s = begun.elapsed().as_secs_f64() * alerting.speed;
        for change in board.look(at_s, now(), &text) {
            outlook.note(&change);
            report(&change);
            // Where nobody has taken any for so long, the log of the process tells.
            let _ = tell.try_send(change.clone());
            post.send(&state, &change);
        }
        outlook.at = now();
        outlook.standing = board.standing();
        state.lately.set(outlook.clone());
        state.status.prepare(&state);
    }
}

fn report(change: &Change) {
    let Change { is_over, alert, .. } = change;
    let (name, of) = (alert.rule.name, alert.of());
    let severity = alert.rule.severity.name();
    if *is_over {
        tracing::info!(alert = name, of, severity, "an alert is over");
    } else {
        let value = alert.value;
        tracing::warn!(alert = name, of, severity, value, "{}", alert.rule.summary);
    }
}

/// What stood before. Without it, it begins with nothing.
async fn recall(state: &AppState) -> Outlook {
    let recalled = Outlook::recall(&*state.operations, now()).await;
    recalled.unwrap_or_else(|error| {
        let error = &error as &dyn std::error::Error;
        tracing::warn!(error, "alerts of the past cannot be read");
        Outlook::new(now())
    })
}

/// When processes before this one were started, as their metrics would tell.
async fn recall_starts(state: &AppState, board: &mut Board) {
    let search = Search {
        limit: STARTS_MAX,
        kind: Some(Kind::ProcessStarted.name().to_owned()),
        ..Search::default()
    };
    let Ok(starts) = state.operations.page(&search).await else {
        return;
    };
    let mut starts: Vec<_> = starts.iter().map(|start| start.deed.at.ms()).collect();
    starts.reverse();
    let now_ms = now().ms();
    for (place, pair) in starts.windows(2).enumerate() {
        let mut recall = |at_ms: i64, started_ms: i64| {
            let before = Duration::from_millis((now_ms - at_ms).try_into().unwrap_or(0));
            let at_s = -before.as_secs_f64() * state.options.alerting.speed;
            let text = format!("process_start_time_seconds {}", started_ms / 1_000);
            board.recall(at_s, &text);
        };
        // One was there until the next began; the last is our own, and tells for itself.
        recall(pair[1] - SCRAPE_MS, pair[0]);
        if place + 2 < starts.len() {
            recall(pair[1], pair[1]);
        }
    }
}

/// Somebody who asks now and then would have seen a process last so long before the
/// next began.
const SCRAPE_MS: i64 = 1_000;
