//! What the process counts, as Prometheus text.

use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};
use tasuki_feed::{Delivery, Tally, Ticked};

use crate::state::AppState;

/// Everything that is counted.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Request, Histogram>,
    tick: Histogram,
    frames: Counter,
    rows: Counter,
    patches: Counter,
    /// What the web server has written to viewers.
    written: Mutex<Tally>,
    deliveries: Counter,
    facts_delivered: Counter,
    writes: Counter,
    delivered_bytes: Counter,
    snapshots: Counter,
    rebased: Counter,
    sockets_full: Counter,
    viewers: Gauge,
    facts: Gauge,
    commits: Gauge,
    facts_written: Gauge,
    commit_failures: Gauge,
    queue: Gauge,
    settings: Family<Setting, Gauge>,
}

/// A bounded set of labels: routes, not addresses.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    method: Method,
    route: String,
    status: u16,
}

/// A switch, by its name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Setting {
    name: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
enum Method {
    Get,
    Head,
    Post,
    Put,
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
            written: Mutex::default(),
            deliveries: Counter::default(),
            facts_delivered: Counter::default(),
            writes: Counter::default(),
            delivered_bytes: Counter::default(),
            snapshots: Counter::default(),
            rebased: Counter::default(),
            sockets_full: Counter::default(),
            viewers: Gauge::default(),
            facts: Gauge::default(),
            commits: Gauge::default(),
            facts_written: Gauge::default(),
            commit_failures: Gauge::default(),
            queue: Gauge::default(),
            settings: Family::default(),
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
        let what = "Bytes given to viewers, framing included";
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
        let what = "Facts that these frames led viewers on by";
        registry.register("facts_delivered", what, metrics.facts_delivered.clone());
        let what = "Writes that took them, many frames at a time where many were pending";
        registry.register("writes", what, metrics.writes.clone());
        let what = "Snapshots given to viewers that had fallen behind";
        registry.register("rebased", what, metrics.rebased.clone());
        let what = "Writes that found a viewer's socket full";
        registry.register("sockets_full", what, metrics.sockets_full.clone());
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
        let what = "What each switch is set to, 1 being on or open";
        registry.register("setting", what, metrics.settings.clone());
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
            axum::http::Method::PUT => Method::Put,
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

    /// Given to the web server, to be written to one viewer.
    pub(crate) fn delivered(&self, delivery: &Delivery) {
        let bytes = delivery
            .frames
            .iter()
            .map(|frame| frame.chunk().len() as u64);
        let written = Tally {
            deliveries: delivery.frames.len() as u64,
            facts: delivery.facts,
            writes: delivery.frames.len() as u64,
            bytes: bytes.sum(),
            snapshots: u64::from(delivery.rebased),
            ..Tally::default()
        };
        let mut sum = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        *sum = *sum + written;
    }

    /// What was written to viewers, by whomever.
    fn count_written(&self, state: &AppState) {
        let by_axum = *self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let by_shards = state.fanout.as_ref().map(|fanout| fanout.tally());
        let all = by_axum + by_shards.unwrap_or_default();
        for (counter, count) in [
            (&self.deliveries, all.deliveries),
            (&self.facts_delivered, all.facts),
            (&self.writes, all.writes),
            (&self.delivered_bytes, all.bytes),
            (&self.snapshots, all.snapshots),
            (&self.rebased, all.rebased),
            (&self.sockets_full, all.full),
        ] {
            counter.inner().store(count, Ordering::Relaxed);
        }
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
        self.count_written(state);
        set(&self.viewers, state.viewers.count() as u64);
        set(&self.facts, facts);
        set(&self.commits, stats.groups());
        set(&self.facts_written, stats.facts());
        set(&self.commit_failures, stats.failures());
        set(&self.queue, state.appender.waiting() as u64);
        for setting in state.switches.all() {
            let name = setting.name.switch().slug;
            if let Some(value) = setting.as_number() {
                set(&self.settings.get_or_create(&Setting { name }), value);
            }
        }
        let mut text = String::new();
        // Writing to a `String` cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

fn set(gauge: &Gauge, value: u64) {
    gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
}
