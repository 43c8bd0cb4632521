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

mod api;
pub(crate) mod cache;
mod expected;
mod history;
mod live;
mod publisher;
mod query;
mod races;
mod review;
mod standings;
mod unshown;
mod usher;
mod viewers;

use crate::api::Routes;

pub(crate) use history::History;
pub(crate) use publisher::Stage;
pub(crate) use unshown::Unshown;
pub(crate) use usher::{Usher, WAITING_MAX};
pub(crate) use viewers::Viewers;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/api/races", races::list, api::races)
        .get("/api/races/{race}", races::definition, api::definition)
        .get(
            "/api/races/{race}/standings",
            standings::standings,
            api::standings,
        )
        .get(live::LIVE, live::live, api::live)
        .get(
            "/api/races/{race}/expected",
            expected::expected,
            api::expected,
        )
        .get("/api/races/{race}/review", review::review, api::review)
}
