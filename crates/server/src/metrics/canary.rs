//! What the canary finds.

use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::buckets::seconds;

pub(super) struct Canary {
    took: Histogram,
    failures: Counter,
    refusals: Counter,
}

impl Canary {
    pub(super) fn new() -> Self {
        Self {
            took: seconds(),
            failures: Counter::default(),
            refusals: Counter::default(),
        }
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let what = "Time from the canary's request to record until its live stream told of it";
        let took = self.took.clone();
        registry.register_with_unit("canary_duration", what, Unit::Seconds, took);
        let what = "Rounds of the canary in which nothing came out";
        registry.register("canary_failures", what, self.failures.clone());
        let what =
            "Rounds of the canary that were refused since somebody switched off what it needs";
        registry.register("canary_refusals", what, self.refusals.clone());
    }

    pub(super) fn sung(&self, took: Duration) {
        self.took.observe(took.as_secs_f64());
    }

    pub(super) fn failed(&self) {
        self.failures.inc();
    }

    pub(super) fn refused(&self) {
        self.refusals.inc();
    }
}
