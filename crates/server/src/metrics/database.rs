//! The database, for everything but appending: the appender's own times are the log's.

use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};
use tasuki_log::Vitals;

use super::set;
use crate::state::AppState;

/// The pool, as it was seen last.
#[derive(Default)]
pub(super) struct Database {
    open: Gauge,
    in_use: Gauge,
    waiting: Gauge,
    max: Gauge,
}

impl Database {
    pub(super) fn register(&self, registry: &mut Registry, vitals: &Vitals) {
        let what = "Connections to the database, the appender's own left out";
        registry.register("database_connections_open", what, self.open.clone());
        let what = "Of these, the ones that something is asked on";
        registry.register("database_connections_in_use", what, self.in_use.clone());
        let what = "Queries that wait for a connection, or for one to be made (PostgreSQL)";
        registry.register("database_connections_waiting", what, self.waiting.clone());
        let what = "Connections that there may be";
        registry.register("database_connections_max", what, self.max.clone());
        register_vitals(registry, vitals);
    }

    pub(super) fn look(&self, state: &AppState) {
        let occupancy = state.log.occupancy();
        set(&self.open, occupancy.open);
        set(&self.in_use, occupancy.in_use);
        set(&self.waiting, occupancy.waiting);
        set(&self.max, occupancy.max);
    }
}

fn register_vitals(registry: &mut Registry, vitals: &Vitals) {
    let what = "Time until a query had a connection";
    let waits = vitals.connection_waits.clone();
    registry.register_with_unit("database_connection_wait", what, Unit::Seconds, waits);
    let what = "Queries for which there was no connection";
    let failures = vitals.connection_failures.clone();
    registry.register("database_connection_failures", what, failures);
    let what = "Time until a query was answered, or failed";
    let queries = vitals.queries.clone();
    registry.register_with_unit("database_query_duration", what, Unit::Seconds, queries);
    let what = "Queries that the database did not answer";
    let failures = vitals.query_failures.clone();
    registry.register("database_query_failures", what, failures);
}
