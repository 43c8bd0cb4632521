//! What was done to the server: written down as it is done, and read back by
//! administrators. What is done to a race stands in its own log.
//!
//! | route | who | what |
//! | --- | --- | --- |
//! | `GET /api/operations` | admin | the newest first, a page at a time |

mod api;
mod kind;
mod page;

use std::time::Duration;

use tasuki_log::{Deed, LogError, Operations};

use crate::api::Routes;
use crate::clock::now;
use crate::state::AppState;

pub(crate) use kind::Kind;

/// Who starts and stops the process, as far as it knows.
pub(crate) const SERVER: &str = "server";
/// Somebody of whom nothing is known.
pub(crate) const SOMEBODY: &str = "somebody";
/// Room is made for the coming months so often. Two are made ahead, so a day on
/// which the database is away does no harm.
const ROOM_EVERY: Duration = Duration::from_secs(24 * 60 * 60);

pub(crate) fn routes() -> Routes {
    Routes::new().get("/api/operations", page::page, api::page)
}

/// Something that `by` does now.
pub(crate) fn deed(kind: Kind, by: impl Into<String>) -> Deed {
    Deed::new(now(), kind.name(), by)
}

/// Writes down what is done already, and cannot be undone because that fails.
pub(crate) async fn tell(operations: &dyn Operations, deed: Deed) {
    if let Err(error) = operations.append(&deed).await {
        let error = &error as &dyn std::error::Error;
        tracing::warn!(error, kind = deed.kind, "an operation was not written down");
    }
}

/// Writes down that the process starts.
pub(crate) async fn tell_start(operations: &dyn Operations) -> Result<(), LogError> {
    operations.make_room().await?;
    let version = env!("CARGO_PKG_VERSION");
    let deed = deed(Kind::ProcessStarted, SERVER).with("version", version);
    operations.append(&deed).await.map(drop)
}

/// Goes on making room for the months to come.
pub(crate) async fn keep_room(state: AppState) {
    loop {
        tokio::select! {
            () = state.stop.cancelled() => return,
            () = tokio::time::sleep(ROOM_EVERY) => {}
        }
        if let Err(error) = state.operations.make_room().await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "no room was made for the months to come");
        }
    }
}
