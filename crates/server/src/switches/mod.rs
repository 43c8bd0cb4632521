//! Switches: what an administrator may change while the server runs.
//!
//! | route | who | what |
//! | --- | --- | --- |
//! | `GET /api/settings` | admin | every switch, its bounds, and who set it |
//! | `PUT /api/settings/{name}` | admin | sets one, or gives it its default |
//!
//! ```text
//! PUT ─▶ bounds ─▶ registry: value and operation, together ─▶ Switchboard ─▶ flags, levers
//!                                     ▲ twice a second            ▲
//!                                     └── following ──────────────┘
//! ```
//!
//! [`table`] says what switches there are. A [`Switchboard`] holds their values:
//! those that are on or off as flags, read without a lock by whoever does the
//! thing; numbers it hands on to what they bound, when they change.
//!
//! # Why the database is asked, and does not call
//!
//! All processes on a database act on a change within a second. Each reads a
//! dozen rows twice a second. `NOTIFY` would be a little faster, and want a
//! connection of its own, a way to connect again, this same reading for what was
//! missed meanwhile, and no pooler in between that loses it.

mod api;
mod bounds;
mod changing;
mod documented;
mod following;
mod levers;
mod listing;
mod read_only;
mod switchboard;
mod table;

use crate::api::Routes;

pub use documented::{SwitchText, switches};
pub(crate) use following::follow;
pub(crate) use levers::Levers;
pub use levers::Logging;
pub(crate) use read_only::{keep_still, stands_still};
pub(crate) use switchboard::Switchboard;
pub(crate) use table::Name;

/// Where they are found.
pub(crate) const SETTINGS: &str = "/api/settings";

pub(crate) fn routes() -> Routes {
    Routes::new().get(SETTINGS, listing::list, api::list).put(
        "/api/settings/{name}",
        changing::change,
        api::change,
    )
}
