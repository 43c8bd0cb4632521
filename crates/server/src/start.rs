//! Starts a server on a log, and stops it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::TryStreamExt;
use tasuki_feed::{Fanout, Pace, Tally};
use tasuki_log::{Appender, AppenderTask, LogError, Store};
use tasuki_race::{Malformed, RaceId};
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::app;
use crate::deeds::{self, Kind};
use crate::http::listener::serve;
use crate::http::places::Places;
use crate::http::proxies::Proxies;
use crate::identity::Tokens;
use crate::identity::devices::Links;
use crate::limits::{Budgets, shed_for_ever};
use crate::metrics::Metrics;
use crate::minutes;
use crate::options::{Options, Writer};
use crate::races::Races;
use crate::recording::RaceGate;
use crate::state::{AppState, Shared};
use crate::switches::{self, Levers, Switchboard};
use crate::watching::{History, Stage, Usher};

/// The operator's tools need few.
const OPS_CONNECTIONS_MAX: usize = 64;
/// A planned stop takes no longer.
const STOP_TIME_MAX: Duration = Duration::from_secs(9);
/// That it stopped is written down within this, or not at all: the database may be
/// what failed.
const TELL_TIME_MAX: Duration = Duration::from_secs(2);

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Somebody else listens there, or it is not an address of this machine.
    #[error("cannot listen on {address}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// The system's own words.
        #[source]
        cause: std::io::Error,
    },
    /// The system gave no thread, or nothing to wait with.
    #[error("cannot start the fan-out")]
    Fanout(#[source] std::io::Error),
    /// The log could not be read, or another process appends to it.
    #[error(transparent)]
    Log(#[from] LogError),
    /// A newer version of this program wrote it, or it was damaged.
    #[error("fact {seq} of race `{race}` cannot be read: {cause}")]
    Unreadable {
        /// The race.
        race: RaceId,
        /// The place in its log.
        seq: u64,
        /// What is not understood.
        cause: Malformed,
    },
}

/// A server that runs.
pub struct Running {
    address: SocketAddr,
    ops_address: Option<SocketAddr>,
    generated_admin_token: Option<String>,
    listeners: JoinSet<()>,
    state: AppState,
    appender: AppenderTask,
}

/// Starts a server: takes the addresses, the right to append and the state of
/// every race, in this order, and only then answers.
///
/// # Errors
/// Says what stood in the way; nothing is left behind.
pub async fn start(options: Options, store: Store) -> Result<Running, StartError> {
    let listener = bind(options.listen).await?;
    let ops_listener = match options.ops_listen {
        Some(address) => Some(bind(address).await?),
        None => None,
    };
    let Store {
        log,
        registry,
        operations,
        tuning,
    } = store;
    let writer = log.open_writer().await?;
    let (tokens, generated_admin_token) =
        Tokens::load(&*registry, options.admin_token.as_deref()).await?;
    let fanout = match options.writer {
        Writer::Shards(shards) => {
            let fanout = Fanout::start(shards).map_err(StartError::Fanout)?;
            Some(Arc::new(fanout))
        }
        Writer::Axum => None,
    };
    let levers = Levers::new(&options, tuning);
    let stage = stage(&options, &levers, fanout);
    load(&stage, &*log).await?;
    let switches = Arc::new(Switchboard::new(&options, levers));
    switches.adopt(registry.switches().await?);
    deeds::tell_start(&*operations).await?;
    let (appender, task) = Appender::start(Arc::clone(&log), writer, RaceGate::new(stage.clone()));
    let Stage {
        races,
        viewers,
        fanout,
        metrics,
        stop,
        ..
    } = stage;
    let state = AppState(Arc::new(Shared {
        history: History::new(Arc::clone(&log)),
        places: Arc::clone(&switches.levers().places),
        links: Links::default(),
        budgets: Arc::new(Budgets::new(&options.limits)),
        options,
        races,
        appender,
        log,
        registry,
        operations,
        switches,
        tokens,
        viewers,
        fanout,
        metrics,
        stop,
    }));
    let mut running = Running {
        address: listener
            .local_addr()
            .map_err(|cause| listen_error(state.options.listen, cause))?,
        ops_address: ops_listener
            .as_ref()
            .and_then(|listener| listener.local_addr().ok()),
        generated_admin_token,
        listeners: JoinSet::new(),
        state,
        appender: task,
    };
    running.listen(listener, ops_listener);
    Ok(running)
}

fn stage(options: &Options, levers: &Levers, fanout: Option<Arc<Fanout>>) -> Stage {
    Stage {
        races: Arc::new(Races::default()),
        pace: Pace {
            tick_max: levers.tick_max.subscribe(),
            as_of_every: options.as_of_every,
        },
        viewers: Arc::clone(&levers.viewers),
        fanout,
        metrics: Arc::new(Metrics::new()),
        stop: CancellationToken::new(),
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address)
        .await
        .map_err(|cause| listen_error(address, cause))
}

fn listen_error(address: SocketAddr, cause: std::io::Error) -> StartError {
    StartError::Listen { address, cause }
}

/// Projects every race from the log.
async fn load(stage: &Stage, log: &dyn tasuki_log::Log) -> Result<(), StartError> {
    for (race, head) in log.races().await? {
        let mut records = log.read(&race, 0, Some(head.seq));
        let mut live = None;
        while let Some(record) = records.try_next().await? {
            let live = live.get_or_insert_with(|| stage.enter(&record));
            live.write()
                .replay(&record)
                .map_err(|cause| StartError::Unreadable {
                    race: race.clone(),
                    seq: record.seq,
                    cause,
                })?;
        }
        if let Some(live) = live {
            live.write().projector.settle();
            live.announce(Instant::now());
        }
    }
    Ok(())
}

impl Running {
    fn listen(&mut self, listener: TcpListener, ops_listener: Option<TcpListener>) {
        let Self {
            state, listeners, ..
        } = self;
        let places = Arc::clone(&state.places);
        let public = app::public(state);
        let usher = state.fanout.clone();
        let usher = usher.map(|fanout| Usher::new(state.clone(), fanout));
        let stop = state.stop.clone();
        listeners.spawn(shed_for_ever(Arc::clone(&state.budgets), stop.clone()));
        listeners.spawn(serve(listener, public, usher, places, stop));
        if let Some(listener) = ops_listener {
            let operations = app::operations(state);
            listeners.spawn(serve(
                listener,
                operations,
                None,
                Arc::new(Places::new(OPS_CONNECTIONS_MAX, None, Proxies::default())),
                state.stop.clone(),
            ));
        }
        listeners.spawn(switches::follow(state.clone()));
        listeners.spawn(deeds::keep_room(state.clone()));
        listeners.spawn(minutes::measure(state.clone()));
    }

    /// Where everyone connects.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where the operator's tools connect.
    #[must_use]
    pub fn ops_address(&self) -> Option<SocketAddr> {
        self.ops_address
    }

    /// What the fan-out has written, where it writes the live streams.
    #[must_use]
    pub fn written(&self) -> Option<Tally> {
        self.state.fanout.as_ref().map(|fanout| fanout.tally())
    }

    /// The administrator's token, if this start generated it: show it now, it
    /// is kept nowhere.
    #[must_use]
    pub fn generated_admin_token(&self) -> Option<&str> {
        self.generated_admin_token.as_deref()
    }

    /// Returns once the server can serve no longer by itself, and says why:
    /// its appender has ended, which it does only after a failure that it
    /// cannot mend.
    pub async fn failed(&mut self) -> String {
        match (&mut self.appender).await {
            Ok(()) => "the appender ended: another process may have taken the log over".to_owned(),
            Err(error) => format!("the appender failed: {error}"),
        }
    }

    /// Stops: says goodbye to viewers, lets requests finish, and ends with
    /// everything that was acknowledged in the log.
    pub async fn stop(self) {
        let Self {
            mut listeners,
            state,
            appender,
            ..
        } = self;
        state.stop.cancel();
        let goodbye = state.fanout.clone().map(say_bye);
        let draining = async {
            while listeners.join_next().await.is_some() {}
            if let Some(goodbye) = goodbye {
                // A shard that failed has said so.
                let _ = goodbye.await;
            }
            state.appender.stop();
            if appender.is_finished() {
                return;
            }
            if let Err(error) = appender.await
                && error.is_panic()
            {
                tracing::error!(%error, "the appender failed");
            }
        };
        let draining = async {
            draining.await;
            let deed = deeds::deed(Kind::ProcessStopped, deeds::SERVER);
            let telling = deeds::tell(&*state.operations, deed);
            // Whoever cannot be told need not be waited for.
            let _ = tokio::time::timeout(TELL_TIME_MAX, telling).await;
        };
        if tokio::time::timeout(STOP_TIME_MAX, draining).await.is_err() {
            tracing::warn!("the server stopped before everything was drained");
        }
    }
}

/// Says goodbye to all viewers, and waits until they are gone.
fn say_bye(fanout: Arc<Fanout>) -> JoinHandle<()> {
    fanout.say_bye();
    tokio::task::spawn_blocking(move || fanout.wait())
}
