//! What the switches act on.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use tasuki_log::{Tuning, Vitals};
use tokio::sync::watch;

use crate::http::places::Places;
use crate::options::Options;
use crate::switches::Name;
use crate::switches::bounds::Value;
use crate::watching::Viewers;

/// Connections beside those of viewers: tablets, pages, pollers.
const CONNECTIONS_BESIDE_VIEWERS: usize = 2_000;

/// What the process logs, where that can be changed while it runs: whoever starts
/// the logging gives it to the server.
pub trait Logging: Debug + Send + Sync {
    /// What is logged unless something else is set.
    fn usual(&self) -> &str;

    /// Whether `level` is one; if not, what to write.
    ///
    /// # Errors
    /// Says what to write.
    fn check(&self, level: &str) -> Result<(), String>;

    /// Logs so from now on.
    ///
    /// # Errors
    /// Says why not.
    fn set(&self, level: &str) -> Result<(), String>;
}

/// What the switches act on, but for those that are looked at.
pub(crate) struct Levers {
    pub(crate) viewers: Arc<Viewers>,
    pub(crate) tick_max: watch::Sender<Duration>,
    /// Of the public listener.
    pub(crate) places: Arc<Places>,
    pub(crate) logging: Option<Arc<dyn Logging>>,
    /// How the database is used, where it is a server.
    pub(crate) tuning: Option<Arc<dyn Tuning>>,
    /// Which queries are slow.
    vitals: Vitals,
}

impl Levers {
    pub(crate) fn new(options: &Options, tuning: Option<Arc<dyn Tuning>>, vitals: Vitals) -> Self {
        vitals.set_slow(options.slow_query_ms);
        let connections_max = options
            .viewers_max
            .saturating_add(CONNECTIONS_BESIDE_VIEWERS);
        Self {
            viewers: Arc::new(Viewers::new(
                options.viewers_max,
                options.limits.viewers(options.viewers_max),
            )),
            tick_max: watch::Sender::new(Duration::from_millis(options.tick_ms_max)),
            places: Arc::new(Places::new(
                connections_max,
                options.limits.connections(options.viewers_max),
                options.trusted_proxies.clone(),
            )),
            logging: options.logging.clone(),
            tuning,
            vitals,
        }
    }

    /// The value of a switch that was never set; none where this process has no
    /// such thing.
    pub(super) fn default_of(&self, name: Name, options: &Options) -> Option<Value> {
        Some(match name {
            Name::Entry => Value::Word("open"),
            Name::Streams | Name::Exports | Name::Expected | Name::SessionCache => {
                Value::Word("on")
            }
            Name::ReadOnly => Value::Word("off"),
            Name::Canary => options.canary_every.map(|_| Value::Word("on"))?,
            Name::SlowQueryMs => Value::Number(options.slow_query_ms),
            Name::ViewersMax => Value::Number(options.viewers_max as u64),
            Name::TickMsMax => Value::Number(options.tick_ms_max),
            Name::PoolSize => Value::Number(self.tuning.as_ref()?.pool_size() as u64),
            Name::ConnectTimeoutMs => in_ms(self.tuning.as_ref()?.connect_timeout()),
            Name::StatementTimeoutMs => in_ms(self.tuning.as_ref()?.statement_timeout()),
            Name::LogLevel => Value::Text(self.logging.as_ref()?.usual().to_owned()),
        })
    }

    /// What is wrong with a value that is within its bounds.
    pub(super) fn check(&self, name: Name, value: &Value) -> Result<(), String> {
        match (name, value, &self.logging) {
            (Name::LogLevel, Value::Text(level), Some(logging)) => logging.check(level),
            _ => Ok(()),
        }
    }

    /// Makes it so, or tells why not.
    pub(super) fn act(&self, name: Name, value: &Value) {
        match (name, value) {
            (Name::ViewersMax, Value::Number(max)) => {
                let max = usize::try_from(*max).unwrap_or(usize::MAX);
                self.places
                    .grow_to(max.saturating_add(CONNECTIONS_BESIDE_VIEWERS));
                self.viewers.set_max(max);
            }
            (Name::SlowQueryMs, Value::Number(ms)) => self.vitals.set_slow(*ms),
            (Name::TickMsMax, Value::Number(ms)) => {
                self.tick_max.send_replace(Duration::from_millis(*ms));
            }
            _ => {}
        }
        if let Err(error) = self.try_to_act(name, value) {
            let setting = name.switch().slug;
            tracing::warn!(error, setting, "what was set could not be done");
        }
    }

    fn try_to_act(&self, name: Name, value: &Value) -> Result<(), String> {
        match (name, value, &self.logging, &self.tuning) {
            (Name::LogLevel, Value::Text(level), Some(logging), _) => logging.set(level),
            (Name::PoolSize, Value::Number(size), _, Some(tuning)) => {
                let set = tuning.set_pool_size(usize::try_from(*size).unwrap_or(usize::MAX));
                set.map_err(|error| error.to_string())
            }
            (Name::ConnectTimeoutMs, Value::Number(ms), _, Some(tuning)) => {
                let set = tuning.set_connect_timeout(Duration::from_millis(*ms));
                set.map_err(|error| error.to_string())
            }
            (Name::StatementTimeoutMs, Value::Number(ms), _, Some(tuning)) => {
                let set = tuning.set_statement_timeout(Duration::from_millis(*ms));
                set.map_err(|error| error.to_string())
            }
            _ => Ok(()),
        }
    }
}

fn in_ms(time: Duration) -> Value {
    Value::Number(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
}
