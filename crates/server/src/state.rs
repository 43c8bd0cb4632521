//! What handlers share.

use std::ops::Deref;
use std::sync::Arc;

use tasuki_feed::Fanout;
use tasuki_log::{Appender, Log, Operations, People, Registry};
use tokio_util::sync::CancellationToken;

use crate::alerts::Lately;
use crate::canary::Canary;
use crate::http::places::Places;
use crate::identity::devices::Links;
use crate::identity::{LastUses, Passwords, Sessions, Tokens};
use crate::limits::{Accounts, Budgets};
use crate::metrics::Metrics;
use crate::options::Options;
use crate::races::Races;
use crate::recording::RaceGate;
use crate::status::Status;
use crate::switches::Switchboard;
use crate::watching::{History, Viewers};

/// Everything that a handler may need.
pub(crate) struct Shared {
    pub(crate) options: Options,
    pub(crate) races: Arc<Races>,
    pub(crate) appender: Appender<RaceGate>,
    pub(crate) log: Arc<dyn Log>,
    pub(crate) registry: Arc<dyn Registry>,
    pub(crate) operations: Arc<dyn Operations>,
    pub(crate) switches: Arc<Switchboard>,
    pub(crate) people: Arc<dyn People>,
    pub(crate) tokens: Tokens,
    pub(crate) sessions: Sessions,
    pub(crate) passwords: Passwords,
    pub(crate) uses: LastUses,
    pub(crate) links: Links,
    pub(crate) viewers: Arc<Viewers>,
    /// Connections to the public listener.
    pub(crate) places: Arc<Places>,
    pub(crate) budgets: Arc<Budgets>,
    /// Of names that passwords are tried for.
    pub(crate) accounts: Accounts,
    /// Writes the live streams, if the web server does not.
    pub(crate) fanout: Option<Arc<Fanout>>,
    pub(crate) history: History,
    pub(crate) metrics: Arc<Metrics>,
    /// What is wrong with the server, and was.
    pub(crate) lately: Lately,
    /// The same in words for everybody.
    pub(crate) status: Status,
    pub(crate) canary: Canary,
    /// The server is stopping.
    pub(crate) stop: CancellationToken,
}

/// The same, cheap to clone.
#[derive(Clone)]
pub(crate) struct AppState(pub(crate) Arc<Shared>);

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}
