//! How far what is shown is behind what is in the log.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use tasuki_feed::Part;

use super::buckets::seconds;
use super::set;
use crate::state::AppState;

pub(super) struct Projection {
    races: Gauge,
    facts: Gauge,
    projected: Histogram,
    shown: Family<Views, Histogram>,
}

/// Which views: those that many share, or those of some bibs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Views {
    views: &'static str,
}

impl From<Part> for Views {
    fn from(part: Part) -> Self {
        let views = match part {
            Part::Shared => "shared",
            Part::Followed => "followed",
        };
        Self { views }
    }
}

impl Projection {
    pub(super) fn new() -> Self {
        Self {
            races: Gauge::default(),
            facts: Gauge::default(),
            projected: seconds(),
            shown: Family::new_with_constructor(seconds),
        }
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register("races", "Races served", self.races.clone());
        registry.register("facts", "Facts projected, all races", self.facts.clone());
        let what = "Time from a commit until its facts are projected";
        let lag = self.projected.clone();
        registry.register_with_unit("projection_lag", what, Unit::Seconds, lag);
        let what = "Time from the commit of the oldest fact that waited for a tick to its end";
        let lag = self.shown.clone();
        registry.register_with_unit("shown_lag", what, Unit::Seconds, lag);
    }

    pub(super) fn projected(&self, lag: Duration) {
        self.projected.observe(lag.as_secs_f64());
    }

    pub(super) fn shown(&self, part: Part, lag: Duration) {
        let shown = self.shown.get_or_create(&part.into());
        shown.observe(lag.as_secs_f64());
    }

    pub(super) fn look(&self, state: &AppState) {
        let races = state.races.all();
        let facts: u64 = races.iter().map(|race| race.read().head.seq).sum();
        set(&self.races, races.len());
        set(&self.facts, facts);
    }
}
