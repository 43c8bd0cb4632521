//! Round after round: a fact goes in, and has to come out.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tasuki_race::RaceId;

use crate::canary::http::{Caller, Unheard, failed};
use crate::canary::listening::Listener;
use crate::canary::race::{begin, song};
use crate::recording::submit;
use crate::state::AppState;
use crate::switches::Name;

/// A round that takes longer has failed: nobody watches a race that is this late.
const ROUND_TIME_MAX: Duration = Duration::from_secs(5);
/// While nobody watches and nobody records, it sings so often.
const QUIET_EVERY: Duration = Duration::from_secs(300);
/// For so long after somebody recorded, the server is not quiet.
const BUSY_FOR: Duration = Duration::from_secs(600);
/// A race of its own is used for so long.
const RACE_TIME_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// The canary at work.
struct Singer {
    state: AppState,
    caller: Caller,
    /// Where it sings, and since when.
    race: Option<(RaceId, Instant)>,
    listener: Option<Listener>,
}

/// How busy the server is with others.
struct Business {
    facts: u64,
    since: Instant,
}

/// Sings until the server stops.
pub(crate) async fn sing(state: AppState, listener: SocketAddr, every: Duration) {
    let stop = state.stop.clone();
    let scheme = state.options.scheme();
    let caller = match Caller::new(listener, scheme, state.canary.token.clone()) {
        Ok(caller) => caller,
        Err(error) => {
            tracing::error!(%error, "the canary cannot speak TLS, and does not sing");
            return;
        }
    };
    let singer = Singer {
        state,
        caller,
        race: None,
        listener: None,
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = singer.sing(every) => {}
    }
}

impl Singer {
    async fn sing(mut self, every: Duration) {
        let mut business = Business {
            facts: 0,
            since: Instant::now(),
        };
        loop {
            let is_well = match self.state.switches.is_on(Name::Canary) {
                true => self.round().await,
                false => self.rest(),
            };
            let is_busy = business.goes_on(&self.state) || !is_well;
            let pause = if is_busy {
                every
            } else {
                every.max(QUIET_EVERY)
            };
            self.pause(pause, &mut business).await;
        }
    }

    /// Rests; not for longer when somebody comes meanwhile.
    async fn pause(&self, pause: Duration, business: &mut Business) {
        let begun = Instant::now();
        let step = pause.min(Duration::from_secs(1));
        while begun.elapsed() < pause {
            tokio::time::sleep(step).await;
            let on = self.state.switches.is_on(Name::Canary);
            if on && pause == QUIET_EVERY && business.goes_on(&self.state) {
                return;
            }
        }
    }

    /// Off: nothing of it is left but what is in the log.
    fn rest(&mut self) -> bool {
        self.listener = None;
        self.race = None;
        self.state.races.hide(None);
        true
    }

    /// One round, counted. Whether it went well.
    async fn round(&mut self) -> bool {
        let round = tokio::time::timeout(ROUND_TIME_MAX, self.try_round()).await;
        let outcome = round.unwrap_or_else(|_| Err(failed(&"nothing came out in time")));
        match &outcome {
            Ok(took) => self.state.metrics.sung(*took),
            Err(Unheard::Refused(code)) => {
                tracing::debug!(code, "the canary was refused");
                self.state.metrics.canary_refused();
            }
            Err(Unheard::Failed(error)) => {
                tracing::warn!(error, "the canary failed");
                self.state.metrics.canary_failed();
            }
        }
        if outcome.is_err() {
            // Whatever it was: the next round begins with a new stream.
            self.listener = None;
        }
        !matches!(outcome, Err(Unheard::Failed(_)))
    }

    /// From the request to the frame.
    async fn try_round(&mut self) -> Result<Duration, Unheard> {
        let race = self.race().await?;
        let mut listener = match self.listener.take().filter(Listener::is_open) {
            Some(listener) => listener,
            None => Listener::open(&self.caller, &race).await?,
        };
        // The stream is there when it has told of the beginning.
        listener.hear(1).await;
        let begun = Instant::now();
        let seq = self.caller.record(&race, &song()).await?;
        if !listener.hear(seq).await {
            return Err(failed(&"the stream ended"));
        }
        self.listener = Some(listener);
        Ok(begun.elapsed())
    }

    /// The race of today.
    async fn race(&mut self) -> Result<RaceId, Unheard> {
        if let Some((race, since)) = &self.race
            && since.elapsed() < RACE_TIME_MAX
        {
            return Ok(race.clone());
        }
        if self.state.switches.is_on(Name::ReadOnly) {
            return Err(Unheard::Refused("read_only".to_owned()));
        }
        self.listener = None;
        let submission = begin().ok_or_else(|| failed(&"its race cannot be read"))?;
        let race = submission.race.clone();
        let created = submit(&self.state, submission).await;
        created.map_err(|problem| failed(&problem.json()))?;
        let device = self.state.canary.device(race.clone());
        self.state.tokens.admit_own(device);
        self.race = Some((race.clone(), Instant::now()));
        Ok(race)
    }
}

impl Business {
    /// Whether somebody watches, or has recorded lately.
    fn goes_on(&mut self, state: &AppState) -> bool {
        let races = state.races.all();
        let facts = races.iter().map(|race| race.read().head.seq).sum();
        if facts != self.facts {
            self.facts = facts;
            self.since = Instant::now();
        }
        let has_recorded = facts > 0 && self.since.elapsed() < BUSY_FOR;
        state.viewers.count() > 0 || has_recorded
    }
}
