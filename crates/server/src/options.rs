//! How a server is started.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tasuki_feed::AS_OF_EVERY;

use crate::alerts::Alerting;
use crate::http::proxies::Proxies;
use crate::http::request_id::Traces;
use crate::limits::Limits;
use crate::switches::Logging;
use crate::tls::Certificate;

/// Viewers at a time: what a 2-core machine carries, and well below the
/// 20,000 descriptors that a process may often hold.
const VIEWERS_MAX: usize = 10_000;
/// More are of no use to any machine that one process can fill.
pub const SHARDS_MAX: usize = 256;
/// A minute of what is measured.
const MEASURE_EVERY: Duration = Duration::from_secs(60);
/// Longest time between two ticks, milliseconds.
const TICK_MS_MAX: u64 = 250;

/// A query that takes longer is slow.
const SLOW_QUERY_MS: u64 = 500;

/// Who writes the live streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writer {
    /// The fan-out, in so many threads.
    Shards(usize),
    /// The web server, as it writes any other answer: much dearer, to compare.
    Axum,
}

impl Default for Writer {
    /// A thread for each processor.
    fn default() -> Self {
        let processors = std::thread::available_parallelism();
        Self::Shards(processors.map_or(1, std::num::NonZero::get).min(SHARDS_MAX))
    }
}

/// How a server is started.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where everyone connects.
    pub listen: SocketAddr,
    /// Where the operator's tools connect; none: nowhere.
    pub ops_listen: Option<SocketAddr>,
    /// Spoken with TLS to everyone, if there is one.
    pub certificate: Option<Certificate>,
    /// The administrator's token. Without one, that of the log's first start
    /// holds; at the first start one is generated.
    pub admin_token: Option<String>,
    /// How people reach the server, for links and QR codes.
    pub public_url: Option<String>,
    /// Viewers at a time; more are told to come back. May be set otherwise while
    /// the server runs.
    pub viewers_max: usize,
    /// What each caller may ask for.
    pub limits: Limits,
    /// The proxies that are believed when they say for whom they ask.
    pub trusted_proxies: Proxies,
    /// Who writes the live streams.
    pub writer: Writer,
    /// Live streams end after this at the latest, each after a time of its own, and
    /// their viewers come back; none: never.
    pub stream_time_max: Option<Duration>,
    /// Longest time that changes are held back to go out together. May be set
    /// otherwise while the server runs.
    pub tick_ms_max: u64,
    /// How long a stream of a part of the standings is silent at most while
    /// the race goes on and nothing of that part changes.
    pub as_of_every: Duration,
    /// How the server watches over itself.
    pub alerting: Alerting,
    /// How often the canary records a fact and waits until it is shown; none: never.
    pub canary_every: Option<Duration>,
    /// Queries that the database takes longer for are logged, milliseconds; 0: none.
    /// May be set otherwise while the server runs.
    pub slow_query_ms: u64,
    /// Joins requests to traces that began elsewhere, where traces are collected.
    pub traces: Option<Arc<dyn Traces>>,
    /// Between two looks at what is measured, which is kept minute by minute.
    pub measure_every: Duration,
    /// What the process logs, if that may be changed while it runs.
    pub logging: Option<Arc<dyn Logging>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            ops_listen: Some(SocketAddr::from(([127, 0, 0, 1], 9464))),
            certificate: None,
            admin_token: None,
            public_url: None,
            viewers_max: VIEWERS_MAX,
            limits: Limits::default(),
            trusted_proxies: Proxies::default(),
            writer: Writer::default(),
            stream_time_max: None,
            tick_ms_max: TICK_MS_MAX,
            as_of_every: AS_OF_EVERY,
            alerting: Alerting::default(),
            canary_every: None,
            slow_query_ms: SLOW_QUERY_MS,
            traces: None,
            measure_every: MEASURE_EVERY,
            logging: None,
        }
    }
}

impl Options {
    /// How an address of the server begins, where nobody says how people reach it.
    pub(crate) fn scheme(&self) -> &'static str {
        match self.certificate {
            Some(_) => "https",
            None => "http",
        }
    }
}
