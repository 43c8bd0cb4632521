//! Alerts: what an operator is to know, for who has no Prometheus.
//!
//! | route | who | what |
//! | --- | --- | --- |
//! | `GET /api/alerts` | admin | what stands now, and what stood lately |
//!
//! ```text
//! metrics ─▶ Reader ─▶ History ─▶ Board ─▶ Outlook ─▶ GET /api/alerts, the status page
//!   every few seconds   bounded    │
//!                                  └─▶ Change ─▶ operations, webhook
//! ```
//!
//! The [`table`] says what is measured and when that is too much: the same as the
//! rules for Prometheus in `deploy`. Measured is what `/metrics` prints, read by a
//! task of its own: whoever records or watches pays nothing for it.

mod api;
mod board;
mod history;
mod list;
mod outlook;
mod rule;
mod sample;
mod series;
mod table;
mod telling;
mod watching;
mod webhook;

use std::time::Duration;

use crate::api::Routes;

pub(crate) use outlook::{Lately, Outlook, Past};
pub(crate) use rule::{Part, Severity};
pub(crate) use watching::watch_over;
pub use webhook::{Webhook, WebhookError};

/// How the server watches over itself.
#[derive(Clone, Debug)]
pub struct Alerting {
    /// It looks so often.
    pub every: Duration,
    /// Of its own time, how much passes in a second: stories need not wait for
    /// minutes.
    pub speed: f64,
    /// Who is told what it finds.
    pub webhook: Option<Webhook>,
}

impl Default for Alerting {
    fn default() -> Self {
        Self {
            // Twice within the shortest time that a rule waits.
            every: Duration::from_secs(5),
            speed: 1.0,
            webhook: None,
        }
    }
}

pub(crate) fn routes() -> Routes {
    Routes::new().get("/api/alerts", list::list, api::list)
}
