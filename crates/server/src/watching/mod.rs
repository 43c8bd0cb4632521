//! Watching: races, snapshots and the live stream. Nothing here asks the
//! database, but for a look further back than memory reaches.
//!
//! | route | what |
//! | --- | --- |
//! | `GET /api/races` | the races |
//! | `GET /api/races/{race}` | the definition |
//! | `GET /api/races/{race}/standings` | the snapshot |
//! | `GET /api/races/{race}/live` | Server-Sent Events |
//! | `GET /api/races/{race}/expected` | who is still to come, and overdue |
//! | `GET /api/races/{race}/review` | odd observations (admin, recorder) |

pub(crate) mod cache;
mod expected;
mod history;
mod live;
mod publisher;
mod query;
mod races;
mod review;
mod standings;
mod viewers;

use axum::Router;
use axum::routing::get;

use crate::state::AppState;

pub(crate) use history::History;
pub(crate) use publisher::Stage;
pub(crate) use viewers::Viewers;

pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/api/races", get(races::list))
        .route("/api/races/{race}", get(races::definition))
        .route("/api/races/{race}/standings", get(standings::standings))
        .route("/api/races/{race}/live", get(live::live))
        .route("/api/races/{race}/expected", get(expected::expected))
        .route("/api/races/{race}/review", get(review::review))
}
