//! Viewers, and what they are sent.

use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use tasuki_feed::{Delivery, Fanout, Tally, Ticked};

use super::buckets::seconds;
use super::set;
use crate::state::AppState;
use crate::watching::WAITING_MAX;

pub(super) struct Watching {
    viewers: Gauge,
    viewers_max: Gauge,
    waiting: Gauge,
    waiting_max: Gauge,
    tick: Histogram,
    frames: Counter,
    rows: Counter,
    patches: Counter,
    /// What the web server has written to viewers.
    written: Mutex<Tally>,
    delivered: Delivered,
}

/// What was written to viewers, by whomever.
#[derive(Default)]
struct Delivered {
    deliveries: Counter,
    facts: Counter,
    writes: Counter,
    bytes: Counter,
    snapshots: Counter,
    rebased: Counter,
    full: Counter,
}

impl Watching {
    pub(super) fn new() -> Self {
        Self {
            viewers: Gauge::default(),
            viewers_max: Gauge::default(),
            waiting: Gauge::default(),
            waiting_max: Gauge::default(),
            tick: seconds(),
            frames: Counter::default(),
            rows: Counter::default(),
            patches: Counter::default(),
            written: Mutex::default(),
            delivered: Delivered::default(),
        }
    }

    pub(super) fn register(&self, registry: &mut Registry, fanout: Option<&Fanout>) {
        registry.register("viewers", "Viewers connected", self.viewers.clone());
        let what = "Viewers that there may be; more are told to come back";
        registry.register("viewers_max", what, self.viewers_max.clone());
        let what = "Viewers that have come and were sent nothing yet";
        registry.register("viewers_waiting", what, self.waiting.clone());
        let what = "Viewers that may wait so; more wait in the system's queue";
        registry.register("viewers_waiting_max", what, self.waiting_max.clone());
        let what = "Time to take the viewers of a race to its present state";
        registry.register_with_unit("tick_duration", what, Unit::Seconds, self.tick.clone());
        registry.register("frames", "Frames put together", self.frames.clone());
        let what = "Rows of followed bibs worked out";
        registry.register("rows", what, self.rows.clone());
        let what = "Patches encoded, of which frames are put together";
        registry.register("patches", what, self.patches.clone());
        self.delivered.register(registry);
        let what = "Time from the tick that made a frame until a shard has been round all viewers";
        // Nothing is measured of what the web server writes.
        let lag = fanout.map_or_else(seconds, |fanout| fanout.lag().clone());
        registry.register_with_unit("delivery_lag", what, Unit::Seconds, lag);
    }

    pub(super) fn ticked(&self, ticked: Ticked, took: Duration) {
        self.frames.inc_by(ticked.frames as u64);
        self.rows.inc_by(ticked.rows as u64);
        self.patches.inc_by(ticked.encoded as u64);
        self.tick.observe(took.as_secs_f64());
    }

    pub(super) fn delivered(&self, delivery: &Delivery) {
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

    pub(super) fn look(&self, state: &AppState) {
        set(&self.viewers, state.viewers.count());
        set(&self.viewers_max, state.viewers.max());
        let fanout = state.fanout.as_deref();
        set(&self.waiting, fanout.map_or(0, Fanout::waiting));
        set(&self.waiting_max, WAITING_MAX);
        let by_axum = *self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let by_shards = fanout.map(Fanout::tally).unwrap_or_default();
        self.delivered.look(by_axum + by_shards);
    }
}

impl Delivered {
    fn register(&self, registry: &mut Registry) {
        let what = "Bytes given to viewers, framing included";
        registry.register_with_unit("delivered", what, Unit::Bytes, self.bytes.clone());
        for (name, what, counter) in [
            ("deliveries", "Frames given to viewers", &self.deliveries),
            (
                "facts_delivered",
                "Facts that these frames led viewers on by",
                &self.facts,
            ),
            (
                "writes",
                "Writes that took them, many frames at a time where many were pending",
                &self.writes,
            ),
            ("snapshots", "Snapshots given to viewers", &self.snapshots),
            (
                "viewers_rebased",
                "Snapshots given to viewers that had fallen behind",
                &self.rebased,
            ),
            (
                "sockets_full",
                "Writes that found a viewer's socket full",
                &self.full,
            ),
        ] {
            registry.register(name, what, counter.clone());
        }
    }

    fn look(&self, tally: Tally) {
        for (counter, count) in [
            (&self.deliveries, tally.deliveries),
            (&self.facts, tally.facts),
            (&self.writes, tally.writes),
            (&self.bytes, tally.bytes),
            (&self.snapshots, tally.snapshots),
            (&self.rebased, tally.rebased),
            (&self.full, tally.full),
        ] {
            counter.inner().store(count, Ordering::Relaxed);
        }
    }
}
