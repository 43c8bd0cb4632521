//! Follows what any process has changed about who may do what: a revoked device, a
//! session that was ended, a role that was taken away.
//!
//! The database raises a number with each such change. Where it can call, it does;
//! the number is looked at now and then all the same, as a call may be lost.

use std::time::Duration;

use tasuki_log::LogError;

use crate::state::AppState;

/// Between two looks where nothing calls.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Follows until the server stops.
pub(crate) async fn follow(state: AppState) {
    state
        .stop
        .clone()
        .run_until_cancelled_owned(look_after_look(state))
        .await;
}

async fn look_after_look(state: AppState) {
    let mut news = state.people.news();
    let mut seen = None;
    loop {
        match look(&state, seen).await {
            Ok(version) => seen = Some(version),
            // What is in memory holds for a few minutes at most. Others say that the
            // database is away.
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::debug!(error, "who may do what could not be looked up");
            }
        }
        let called = async {
            if news.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            () = called => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

/// Gives the number up to which everything is known.
async fn look(state: &AppState, seen: Option<u64>) -> Result<u64, LogError> {
    // First the number: what is changed after it is found by the next look.
    let version = state.people.identity_version().await?;
    if seen != Some(version) {
        state.sessions.forget();
        state.tokens.reload(&*state.registry).await?;
    }
    Ok(version)
}
