//! What the process counts, as Prometheus text: a file for each subject.
//!
//! What happens is counted where it happens; what simply is (queues, connections,
//! memory) is looked up when somebody asks. Of viewers, a shard counts what it has
//! written as sums of its own, and times once a round how late the last of them was; no
//! lock is taken and no label made for any of them. With `--fanout axum`, where nothing is
//! timed, each delivery is added to one sum. Every label has a bounded set of values:
//! routes, not addresses.

mod alerts;
mod buckets;
mod canary;
mod database;
mod log;
mod proc;
mod process;
mod projection;
mod requests;
mod sessions;
mod switches;
mod tls;
mod watching;

use std::sync::OnceLock;
use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use tasuki_feed::{Delivery, Part, Ticked};

use crate::state::AppState;
use alerts::Alerts;
use canary::Canary;
use database::Database;
use log::Log;
use process::Process;
use projection::Projection;
use requests::Requests;
use switches::Switches;
use tls::Tls;
use watching::Watching;

pub(crate) use tls::Handshake;

/// Everything that is counted.
pub(crate) struct Metrics {
    /// Names and explains all of it; made when somebody asks for the first time,
    /// since the log and the fan-out count some of it themselves.
    registry: OnceLock<Registry>,
    requests: Requests,
    log: Log,
    projection: Projection,
    watching: Watching,
    database: Database,
    process: Process,
    switches: Switches,
    tls: Tls,
    canary: Canary,
    alerts: Alerts,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        Self {
            registry: OnceLock::new(),
            requests: Requests::new(),
            log: Log::default(),
            projection: Projection::new(),
            watching: Watching::new(),
            database: Database::default(),
            process: Process::new(),
            switches: Switches::default(),
            tls: Tls::default(),
            canary: Canary::new(),
            alerts: Alerts::default(),
        }
    }

    fn register(&self, state: &AppState) -> Registry {
        let mut all = Registry::default();
        // Under the names that every exporter gives them.
        self.process.register_as_others_do(&mut all);
        let ours = all.sub_registry_with_prefix("tasuki");
        self.process.register(ours);
        self.requests.register(ours);
        self.log.register(ours, state.appender.stats().spreads());
        self.projection.register(ours);
        let fanout = state.fanout.as_deref();
        self.watching.register(ours, fanout);
        self.database.register(ours, &state.log.vitals());
        self.switches.register(ours);
        if state.options.certificate.is_some() {
            self.tls.register(ours);
        }
        self.canary.register(ours);
        self.alerts.register(ours);
        sessions::register(ours, &state.sessions);
        all
    }

    /// A request was answered.
    pub(crate) fn answered(
        &self,
        method: &axum::http::Method,
        route: &str,
        status: u16,
        took: Duration,
    ) {
        self.requests.answered(method, route, status, took);
    }

    /// A group of facts was projected, so long after its commit.
    pub(crate) fn projected(&self, lag: Duration) {
        self.projection.projected(lag);
    }

    /// The oldest fact that waited for a tick was shown, so long after its commit.
    pub(crate) fn shown(&self, part: Part, lag: Duration) {
        self.projection.shown(part, lag);
    }

    pub(crate) fn ticked(&self, ticked: Ticked, took: Duration) {
        self.watching.ticked(ticked, took);
    }

    /// Given to the web server, to be written to one viewer.
    pub(crate) fn delivered(&self, delivery: &Delivery) {
        self.watching.delivered(delivery);
    }

    /// A handshake has come to its end.
    pub(crate) fn shook(&self, outcome: Handshake) {
        self.tls.shook(outcome);
    }

    /// What the canary recorded came out, after so long.
    pub(crate) fn sung(&self, took: Duration) {
        self.canary.sung(took);
    }

    /// It did not.
    pub(crate) fn canary_failed(&self) {
        self.canary.failed();
    }

    /// It was not to.
    pub(crate) fn canary_refused(&self) {
        self.canary.refused();
    }

    /// What became of a message for the webhook.
    pub(crate) fn posted(&self, outcome: &'static str) {
        self.alerts.posted(outcome);
    }

    /// The text, with everything that is looked up as it is now. Reads files of
    /// the system: not for a thread that others wait for.
    pub(crate) fn text(&self, state: &AppState) -> String {
        let registry = self.registry.get_or_init(|| self.register(state));
        self.requests.look(state);
        self.log.look(state);
        self.projection.look(state);
        self.watching.look(state);
        self.database.look(state);
        self.process.look();
        self.switches.look(state);
        self.tls.look(state);
        self.alerts.look(state);
        let mut text = String::new();
        // Writing to a `String` cannot fail.
        let _ = encode(&mut text, registry);
        text
    }
}

/// What is beyond all counting is shown as the most that can be.
fn set(gauge: &Gauge, value: impl TryInto<i64>) {
    gauge.set(value.try_into().unwrap_or(i64::MAX));
}
