//! Follows what other processes on the same database have set.

use std::time::Duration;

use tokio::time::MissedTickBehavior;

use crate::state::AppState;

/// Between two looks at the database: everybody acts on a change within a second.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Looks until the server stops.
pub(crate) async fn follow(state: AppState) {
    tokio::select! {
        () = state.stop.cancelled() => {}
        () = look_after_look(&state) => {}
    }
}

async fn look_after_look(state: &AppState) {
    let mut looks = tokio::time::interval(LOOK_EVERY);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        match state.registry.switches().await {
            Ok(kept) => state.switches.adopt(kept),
            // What is set stays set. Others say that the database is away.
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::debug!(error, "the switches could not be read");
            }
        }
    }
}
