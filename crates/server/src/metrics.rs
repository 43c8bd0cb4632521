//! What the process counts, as Prometheus text.

use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};
use tasuki_feed::{Delivery, Ticked};

use crate::state::AppState;

/// Everything that is counted.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Request, Histogram>,
    tick: Histogram,
    frames: Counter,
    rows: Counter,
    patches: Counter,
    deliveries: Counter,
    delivered_bytes: Counter,
    snapshots: Counter,
    viewers: Gauge,
    facts: Gauge,
    commits: Gauge,
    facts_written: Gauge,
    commit_failures: Gauge,
    queue: Gauge,
}

/// A bounded set of labels: routes, not addresses.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    method: Method,
    route: String,
    status: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
enum Method {
    Get,
    Head,
    Post,
    Delete,
    Options,
    Other,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("tasuki");
        let seconds = || Histogram::new(exponential_buckets(0.000_5, 2.0, 16));
        let requests: Family<Request, Histogram> = Family::new_with_constructor(seconds);
        let metrics = Self {
            requests: requests.clone(),
            tick: seconds(),
            frames: Counter::default(),
            rows: Counter::default(),
            patches: Counter::default(),
            deliveries: Counter::default(),
            delivered_bytes: Counter::default(),
            snapshots: Counter::default(),
            viewers: Gauge::default(),
            facts: Gauge::default(),
            commits: Gauge::default(),
            facts_written: Gauge::default(),
            commit_failures: Gauge::default(),
            queue: Gauge::default(),
            registry: Registry::default(),
        };
        let what = "Time to answer a request";
        registry.register_with_unit("http_request_duration", what, Unit::Seconds, requests);
        let what = "Time to take the viewers of a race to its present state";
        registry.register_with_unit("tick_duration", what, Unit::Seconds, metrics.tick.clone());
        registry.register("frames", "Frames put together", metrics.frames.clone());
        let what = "Rows of followed bibs worked out";
        registry.register("rows", what, metrics.rows.clone());
        let what = "Patches encoded, of which frames are put together";
        registry.register("patches", what, metrics.patches.clone());
        registry.register(
            "deliveries",
            "Frames given to viewers",
            metrics.deliveries.clone(),
        );
        let what = "Bytes given to viewers before compression";
        registry.register_with_unit(
            "delivered",
            what,
            Unit::Bytes,
            metrics.delivered_bytes.clone(),
        );
        registry.register(
            "snapshots",
            "Snapshots given to viewers",
            metrics.snapshots.clone(),
        );
        registry.register("viewers", "Viewers connected", metrics.viewers.clone());
        registry.register("facts", "Facts projected, all races", metrics.facts.clone());
        registry.register("commits", "Transactions committed", metrics.commits.clone());
        registry.register(
            "facts_written",
            "Facts committed since the start",
            metrics.facts_written.clone(),
        );
        let what = "Transactions that failed or whose outcome was unknown";
        registry.register("commit_failures", what, metrics.commit_failures.clone());
        registry.register(
            "queue_submissions",
            "Submissions waiting for the log",
            metrics.queue.clone(),
        );
        Self {
            registry,
            ..metrics
        }
    }

    pub(crate) fn answered(
        &self,
        method: &axum::http::Method,
        route: &str,
        status: u16,
        took: Duration,
    ) {
        let method = match *method {
            axum::http::Method::GET => Method::Get,
            axum::http::Method::HEAD => Method::Head,
            axum::http::Method::POST => Method::Post,
            axum::http::Method::DELETE => Method::Delete,
            axum::http::Method::OPTIONS => Method::Options,
            _ => Method::Other,
        };
        let request = Request {
            method,
            route: route.to_owned(),
            status,
        };
        self.requests
            .get_or_create(&request)
            .observe(took.as_secs_f64());
    }

    pub(crate) fn ticked(&self, ticked: Ticked, took: Duration) {
        self.frames.inc_by(ticked.frames as u64);
        self.rows.inc_by(ticked.rows as u64);
        self.patches.inc_by(ticked.encoded as u64);
        self.tick.observe(took.as_secs_f64());
    }

    pub(crate) fn delivered(&self, delivery: &Delivery) {
        self.deliveries.inc_by(delivery.frames.len() as u64);
        self.delivered_bytes
            .inc_by(delivery.frames.iter().map(|frame| frame.len() as u64).sum());
        self.snapshots.inc_by(u64::from(delivery.rebased));
    }

    /// The text, with gauges as they are now.
    pub(crate) fn text(&self, state: &AppState) -> String {
        let facts: u64 = state
            .races
            .all()
            .iter()
            .map(|race| race.read().head.seq)
            .sum();
        let stats = state.appender.stats();
        set(&self.viewers, state.viewers.count() as u64);
        set(&self.facts, facts);
        set(&self.commits, stats.groups());
        set(&self.facts_written, stats.facts());
        set(&self.commit_failures, stats.failures());
        set(&self.queue, state.appender.waiting() as u64);
        let mut text = String::new();
        // Writing to a `String` cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

fn set(gauge: &Gauge, value: u64) {
    gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
}
