//! The standings as the log stood before: from memory, which keeps the past of
//! every ranking; what it has forgotten, by replaying the log up to there.

use std::sync::Arc;

use futures::TryStreamExt;
use tasuki_log::{Log, LogError, Record};
use tasuki_race::{Projector, Snapshot};
use tokio::sync::Semaphore;

use crate::http::caching::Tagged;
use crate::problem::Problem;
use crate::races::{LiveRace, Projected};
use crate::watching::query::Wanted;

/// Looks into the past at a time: the present must not wait for them.
const LOOKS_MAX: usize = 2;
/// Replays at a time: each holds a whole projection.
const REPLAYS_MAX: usize = 1;
/// Looks that may wait for their turn.
const WAITING_MAX: usize = 32;

/// Looks back, a few at a time.
pub(crate) struct History {
    log: Arc<dyn Log>,
    looks: Semaphore,
    replays: Semaphore,
    waiting: Semaphore,
}

/// A past state, and whether it can still change.
pub(crate) struct Looked {
    pub(crate) snapshot: Tagged,
    /// Nothing that is yet to come will be in it.
    pub(crate) is_final: bool,
}

/// A moment that somebody wants to see.
struct Moment {
    seq: u64,
    is_final: bool,
}

impl History {
    pub(crate) fn new(log: Arc<dyn Log>) -> Self {
        Self {
            log,
            looks: Semaphore::new(LOOKS_MAX),
            replays: Semaphore::new(REPLAYS_MAX),
            waiting: Semaphore::new(WAITING_MAX),
        }
    }

    /// The snapshot that is asked for.
    pub(crate) async fn snapshot(
        &self,
        live: &Arc<LiveRace>,
        wanted: &Wanted,
    ) -> Result<Looked, Problem> {
        let moment = moment(live, wanted)?;
        let _waiting = self.waiting.try_acquire().map_err(|_| {
            Problem::unavailable("overloaded", "too many look into the past; try again")
        })?;
        let json = match self.remembered(live, wanted, moment.seq).await? {
            Some(json) => json,
            None => self.replayed(live, wanted, moment.seq).await?,
        };
        // The log and the number name the state for ever.
        let etag = format!("W/\"{}-{:016x}\"", moment.seq, live.origin);
        let snapshot = Tagged {
            etag,
            json: json.into(),
        };
        Ok(Looked {
            snapshot,
            is_final: moment.is_final,
        })
    }

    /// From memory; `None` where that does not reach back so far.
    async fn remembered(
        &self,
        live: &Arc<LiveRace>,
        wanted: &Wanted,
        seq: u64,
    ) -> Result<Option<Vec<u8>>, Problem> {
        let _turn = turn(&self.looks).await?;
        let (live, selection) = (Arc::clone(live), wanted.selection.clone());
        let looking = tokio::task::spawn_blocking(move || {
            let snapshot = live.read().projector.snapshot_at(seq, &selection);
            snapshot.as_ref().map(json)
        });
        looking.await.map_err(|e| Problem::internal(&e))
    }

    async fn replayed(
        &self,
        live: &LiveRace,
        wanted: &Wanted,
        seq: u64,
    ) -> Result<Vec<u8>, Problem> {
        let _turn = turn(&self.replays).await?;
        let past = self.replay(live, seq).await.map_err(|error| {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "cannot replay the log"
            );
            Problem::unavailable("log_unavailable", "the log cannot be read; try again")
        })?;
        Ok(json(&past.projector.snapshot(&wanted.selection)))
    }

    async fn replay(&self, live: &LiveRace, seq: u64) -> Result<Projected, LogError> {
        let projector = Projector::new(live.id.clone());
        let mut past = Projected {
            projector,
            head: tasuki_log::Head::ORIGIN,
        };
        let mut records = self.log.read(&live.id, 0, Some(seq));
        while let Some(record) = records.try_next().await? {
            project(&mut past, &record);
        }
        past.projector.settle();
        Ok(past)
    }
}

async fn turn(places: &Semaphore) -> Result<tokio::sync::SemaphorePermit<'_>, Problem> {
    places.acquire().await.map_err(|e| Problem::internal(&e))
}

/// The number of the newest fact at the moment that is asked for.
fn moment(live: &LiveRace, wanted: &Wanted) -> Result<Moment, Problem> {
    let projected = live.read();
    let projector = &projected.projector;
    let head = projected.head.seq;
    let unknown = |detail: String| Problem::not_found("unknown_seq", detail);
    match (wanted.at_seq, wanted.at) {
        (Some(seq), _) if (1..=head).contains(&seq) => Ok(Moment {
            seq,
            is_final: true,
        }),
        (Some(_), _) => Err(unknown(format!("at_seq: the log has facts 1 to {head}"))),
        (None, at) => {
            let seq = at.map_or(head, |at| projector.seq_at(at));
            if seq == 0 {
                return Err(unknown("at: the log begins later".to_owned()));
            }
            // A fact of the same millisecond may still come.
            let is_final = at.is_some_and(|at| at < projector.as_of());
            Ok(Moment { seq, is_final })
        }
    }
}

fn json(snapshot: &Snapshot) -> Vec<u8> {
    // Texts, integers and objects with text keys always have a JSON form.
    serde_json::to_vec(snapshot).unwrap_or_default()
}

fn project(past: &mut Projected, record: &Record) {
    if let Err(error) = past.replay(record) {
        tracing::error!(race.id = %record.race, seq = record.seq, %error, "a fact cannot be read");
    }
}
