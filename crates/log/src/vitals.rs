//! How the database does, for the metrics: how long its answers take, how often there is
//! none, and how many of its connections are in use.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;

use crate::error::LogError;

/// Upper ends, seconds: around a round trip, then up to the statement timeout.
const BUCKETS_S: [f64; 14] = [
    0.000_25, 0.000_5, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0,
];

/// What a database is asked beside appending: kinds, not statements, so that
/// their number is bounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Query {
    /// A page of a race's log.
    Page,
    /// The last line of a race.
    Head,
    /// All races.
    Races,
    /// Whether it is there.
    Check,
    /// What stands beside the log: devices, settings and the like.
    Registry,
}

impl Query {
    const ALL: [Self; 5] = [
        Self::Page,
        Self::Head,
        Self::Races,
        Self::Check,
        Self::Registry,
    ];

    fn label(self) -> Asked {
        let query = match self {
            Self::Page => "page",
            Self::Head => "head",
            Self::Races => "races",
            Self::Check => "check",
            Self::Registry => "registry",
        };
        Asked { query }
    }
}

/// A kind of query, as a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Asked {
    query: &'static str,
}

/// The name of a query for the log of slow ones: that of the method which asks it, as
/// the compiler calls the closures in it.
pub(crate) fn statement<F>(_: &F) -> &'static str {
    let name = std::any::type_name::<F>();
    let mut segments = name.rsplit("::");
    let method = segments.find(|segment| !segment.starts_with('{'));
    // Without lifetimes.
    method.unwrap_or(name).split('<').next().unwrap_or(name)
}

/// What is counted of a database, since it was opened. Cheap to clone, and then
/// the same.
#[derive(Clone, Debug)]
pub struct Vitals {
    /// Seconds until a query was answered, or failed.
    pub queries: Family<Asked, Histogram>,
    /// Queries that the database did not answer.
    pub query_failures: Family<Asked, Counter>,
    /// Seconds until there was a connection for a query.
    pub connection_waits: Histogram,
    /// Queries for which there was none.
    pub connection_failures: Counter,
    /// A query that takes longer is slow, milliseconds; 0: none is.
    slow_ms: Arc<AtomicU64>,
}

/// Connections for everything but appending.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Occupancy {
    /// Connected.
    pub open: usize,
    /// Of them, those that answer something.
    pub in_use: usize,
    /// Who waits for one.
    pub waiting: usize,
    /// How many there may be.
    pub max: usize,
}

fn seconds() -> Histogram {
    Histogram::new(BUCKETS_S)
}

impl Vitals {
    pub(crate) fn new() -> Self {
        let vitals = Self {
            queries: Family::new_with_constructor(seconds),
            query_failures: Family::default(),
            connection_waits: seconds(),
            connection_failures: Counter::default(),
            slow_ms: Arc::default(),
        };
        // At nothing rather than absent: what is absent cannot be seen to rise.
        for query in Query::ALL {
            drop(vitals.queries.get_or_create(&query.label()));
            drop(vitals.query_failures.get_or_create(&query.label()));
        }
        vitals
    }

    /// From now on, queries that take longer are logged; 0: none.
    pub fn set_slow(&self, ms: u64) {
        self.slow_ms.store(ms, Ordering::Relaxed);
    }

    /// Logs what took long.
    pub(crate) fn tell_slow(&self, query: &str, statement: &str, took: Duration) {
        let slow_ms = self.slow_ms.load(Ordering::Relaxed);
        if slow_ms > 0 && took > Duration::from_millis(slow_ms) {
            let duration_ms = took.as_secs_f64() * 1_000.0;
            tracing::warn!(query, statement, duration_ms, "a query was slow");
        }
    }

    /// Somebody wanted a connection at that moment.
    pub(crate) fn connected<T>(&self, wanted: Instant, connection: &Result<T, LogError>) {
        self.connection_waits
            .observe(wanted.elapsed().as_secs_f64());
        if connection.is_err() {
            self.connection_failures.inc();
        }
    }

    /// The database was asked at that moment.
    pub(crate) fn answered<T>(
        &self,
        query: Query,
        statement: &str,
        asked: Instant,
        answer: &Result<T, LogError>,
    ) {
        let label = query.label();
        let took = asked.elapsed();
        self.queries
            .get_or_create(&label)
            .observe(took.as_secs_f64());
        self.tell_slow(label.query, statement, took);
        if matches!(answer, Err(LogError::Unavailable(_))) {
            self.query_failures.get_or_create(&label).inc();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_has_the_name_of_the_method_that_asks_it() {
        struct Store;
        impl Store {
            fn revoke_device() -> &'static str {
                let asking = async |_: &Store| {};
                statement(&asking)
            }
        }
        assert_eq!(Store::revoke_device(), "revoke_device");
    }
}
