//! The server: HTTP around the log, the standings and the feed.
//!
//! A folder per feature: [`recording`] takes facts in, [`watching`] shows what
//! they give, [`exporting`] hands out the log, [`sheets`] takes spreadsheets in and
//! gives results out, [`identity`] knows who calls, [`operating`] tells how it is,
//! [`switches`] are what may be changed while it runs, [`deeds`] tell what was done to
//! it, [`alerts`] are what is wrong with it, the [`canary`] tries whether all of it
//! works, [`status`] tells everybody, [`api`] describes what they serve. [`app`] merges
//! their routes; [`start()`] wires it all to a log.
//!
//! ```text
//! request ─▶ recording ─▶ Appender ─▶ RaceGate ─▶ log
//!                                        │ durable
//!                                        ▼
//!                                    Projector ─▶ publisher ─▶ Channel ─▶ live
//! ```

mod alerts;
mod api;
mod app;
mod canary;
mod clock;
mod deeds;
mod exporting;
mod http;
mod identity;
mod limits;
mod metrics;
mod minutes;
mod operating;
mod options;
mod pages;
mod problem;
mod pulse;
mod races;
mod recording;
mod sheets;
mod start;
mod state;
mod status;
mod switches;
mod tls;
mod watching;

pub use alerts::{Alerting, Webhook, WebhookError};
pub use api::openapi;
pub use canary::is_hidden;
pub use http::proxies::Proxies;
pub use http::request_id::Traces;
pub use identity::users::{Newcomer, NotCreated, create_user};
pub use limits::Limits;
pub use options::{Options, SHARDS_MAX, Writer};
pub use pulse::Pulse;
pub use start::{Running, StartError, start};
pub use switches::{Logging, SwitchText, switches};
pub use tls::{Certificate, CertificateError, CertificateFiles};
