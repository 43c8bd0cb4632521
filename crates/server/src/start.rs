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

use crate::alerts::{Lately, watch_over};
use crate::app;
use crate::canary::{self, Canary, is_hidden};
use crate::clock::now;
use crate::deeds::{self, Kind};
use crate::http::listener::{Way, serve};
use crate::http::places::Places;
use crate::http::proxies::Proxies;
use crate::identity::devices::Links;
use crate::identity::sessions::Seal;
use crate::identity::{self, LastUses, Passwords, Sessions, Tokens};
use crate::limits::{Accounts, Budgets, shed_for_ever};
use crate::metrics::Metrics;
use crate::minutes;
use crate::options::{Options, Writer};
use crate::pulse::Pulse;
use crate::races::Races;
use crate::recording::RaceGate;
use crate::state::{AppState, Shared};
use crate::status::Status;
use crate::switches::{self, Levers, Switchboard};
use crate::tls::{self, Handshakes};
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
    /// The system gave no random numbers to begin with.
    #[error("cannot speak TLS: {0}")]
    Tls(String),
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
        people,
        operations,
        tuning,
    } = store;
    let writer = log.open_writer().await?;
    let (tokens, generated_admin_token) =
        Tokens::load(&*registry, options.admin_token.as_deref()).await?;
    let sessions = Sessions::new(Seal::load(&*registry).await?);
    let fanout = match options.writer {
        Writer::Shards(shards) => {
            let fanout = Fanout::start(shards).map_err(StartError::Fanout)?;
            Some(Arc::new(fanout))
        }
        Writer::Axum => None,
    };
    let levers = Levers::new(&options, tuning, log.vitals());
    let stage = stage(&options, &levers, fanout);
    load(&stage, &*log).await?;
    let handshakes = handshakes(&options, &stage.metrics)?;
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
        accounts: Accounts::new(&options.limits),
        options,
        races,
        appender,
        log,
        registry,
        operations,
        switches,
        people,
        tokens,
        sessions,
        passwords: Passwords::new(),
        uses: LastUses::default(),
        viewers,
        fanout,
        metrics,
        lately: Lately::new(now()),
        status: Status::default(),
        canary: Canary::new(),
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
    running.listen(listener, ops_listener, handshakes);
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

fn handshakes(options: &Options, metrics: &Arc<Metrics>) -> Result<Option<Handshakes>, StartError> {
    let Some(certificate) = &options.certificate else {
        return Ok(None);
    };
    let url = options.public_url.as_deref();
    Handshakes::new(certificate, url, Arc::clone(metrics))
        .map(Some)
        .map_err(|error| StartError::Tls(error.to_string()))
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
    // Of those before, the canary needs none.
    let races = log.races().await?.into_iter();
    for (race, head) in races.filter(|(race, _)| !is_hidden(race)) {
        let mut records = log.read(&race, 0, Some(head.seq));
        let mut live = None;
        while let Some(record) = records.try_next().await? {
            let live = live.get_or_insert_with(|| stage.enter(&record, head));
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
    fn listen(
        &mut self,
        listener: TcpListener,
        ops_listener: Option<TcpListener>,
        handshakes: Option<Handshakes>,
    ) {
        let Self {
            state, listeners, ..
        } = self;
        let places = Arc::clone(&state.places);
        let public = app::public(state);
        let usher = state.fanout.clone();
        let usher = usher.map(|fanout| Usher::new(state.clone(), fanout));
        let way = handshakes.map_or_else(|| Way::Plain(usher), Way::Secure);
        let stop = state.stop.clone();
        listeners.spawn(shed_for_ever(Arc::clone(&state.budgets), stop.clone()));
        listeners.spawn(serve(listener, public, way, places, stop));
        if let Some(listener) = ops_listener {
            let operations = app::operations(state);
            listeners.spawn(serve(
                listener,
                operations,
                Way::Plain(None),
                Arc::new(Places::new(OPS_CONNECTIONS_MAX, None, Proxies::default())),
                state.stop.clone(),
            ));
        }
        if let Some(certificate) = state.options.certificate.clone() {
            listeners.spawn(tls::follow(state.clone(), certificate));
        }
        listeners.spawn(switches::follow(state.clone()));
        listeners.spawn(identity::follow(state.clone()));
        listeners.spawn(identity::keep_notes(state.clone()));
        listeners.spawn(deeds::keep_room(state.clone()));
        listeners.spawn(watch_over(state.clone()));
        if let Some(every) = state.options.canary_every {
            listeners.spawn(canary::sing(state.clone(), self.address, every));
        }
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

    /// Whether it answers, to be felt as long as it runs.
    #[must_use]
    pub fn pulse(&self) -> Pulse {
        Pulse::new(&self.state, self.ops_address)
    }

    /// Reads the certificate again, where there is one, as it does by itself when its
    /// files have changed.
    pub async fn renew_certificate(&self) {
        if let Some(certificate) = &self.state.options.certificate {
            tls::renew(&self.state, certificate).await;
        }
    }

    /// Returns once the server can serve no longer by itself, and says why:
    /// its appender has ended, which it does only after a failure that it
    /// cannot mend, or one of those that wait for others has.
    pub async fn failed(&mut self) -> String {
        tokio::select! {
            ended = &mut self.appender => match ended {
                Ok(()) => {
                    "the appender ended: another process may have taken the log over".to_owned()
                }
                Err(error) => format!("the appender failed: {error}"),
            },
            // They end when the server stops, and not before.
            Some(ended) = self.listeners.join_next() => match ended {
                Ok(()) => "a part of the server ended".to_owned(),
                Err(error) => format!("a part of the server failed: {error}"),
            },
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
            let telling = async {
                identity::write_down(&state).await;
                deeds::tell(&*state.operations, deed).await;
            };
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
