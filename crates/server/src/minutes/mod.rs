//! What the server measures, minute by minute, kept in its database for a month: for
//! `tasuki postmortem`, and for who has no Prometheus.
//!
//! ```text
//! metrics ─▶ Reading, once a minute ─▶ less the one before ─▶ Minute ─▶ database
//!                                                        waits while it is away
//! ```

mod reading;

use std::collections::VecDeque;
use std::time::Duration;

use tasuki_log::{MINUTE_MS, Minute, Operations};
use tasuki_race::Instant;

use crate::clock::now;
use crate::state::AppState;
use reading::Reading;

/// Minutes are kept so long.
const KEPT_MS: i64 = 30 * 24 * 60 * MINUTE_MS;
/// So many minutes wait at most for a database that is away: a day of them.
const WAITING_MAX: usize = 1_440;
/// Minutes between two times at which old ones are forgotten.
const FORGET_EVERY: u32 = 60;

/// Measures until the server stops.
pub(crate) async fn measure(state: AppState) {
    let stop = state.stop.clone();
    let every = state.options.measure_every;
    let mut before = read(&state).await;
    let mut waiting = VecDeque::new();
    for turn in 0_u32.. {
        let begun = now();
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(rest_of(begun, every)) => {}
        }
        let Some(reading) = read(&state).await else {
            continue;
        };
        let minute = match &before {
            Some(before) => reading.since(before, begun),
            None => Minute::of(begun),
        };
        before = Some(reading);
        waiting.push_back(minute);
        if waiting.len() > WAITING_MAX {
            waiting.pop_front();
        }
        let kept = keep(&*state.operations, &mut waiting, turn);
        tokio::select! {
            () = stop.cancelled() => return,
            () = kept => {}
        }
    }
}

/// As long as it is to the end of the minute, so that a minute is one by the clock.
fn rest_of(begun: Instant, every: Duration) -> Duration {
    let every_ms = i64::try_from(every.as_millis()).unwrap_or(MINUTE_MS).max(1);
    let rest_ms = every_ms - begun.ms().rem_euclid(every_ms);
    Duration::from_millis(rest_ms.unsigned_abs())
}

async fn read(state: &AppState) -> Option<Reading> {
    let state = state.clone();
    // Files of the system are read for it.
    let text = tokio::task::spawn_blocking(move || state.metrics.text(&state));
    Some(Reading::of(&text.await.ok()?))
}

/// Keeps what waits, the oldest first, as far as the database takes it.
async fn keep(operations: &dyn Operations, waiting: &mut VecDeque<Minute>, turn: u32) {
    let keeping = async {
        while let Some(minute) = waiting.front() {
            operations.keep_minute(minute).await?;
            waiting.pop_front();
        }
        if turn.is_multiple_of(FORGET_EVERY) {
            let old = Instant::from_ms(now().ms() - KEPT_MS);
            operations.forget_minutes(old).await?;
        }
        Ok::<(), tasuki_log::LogError>(())
    };
    if let Err(error) = keeping.await {
        let error = &error as &dyn std::error::Error;
        tracing::debug!(error, "what was measured is not kept yet");
    }
}
