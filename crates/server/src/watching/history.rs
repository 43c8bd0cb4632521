//! The standings as the log stood before, by replaying it up to there.

use std::sync::Arc;

use futures::TryStreamExt;
use tasuki_log::{Log, LogError, Record};
use tasuki_race::Projector;
use tokio::sync::Semaphore;

use crate::http::caching::Tagged;
use crate::problem::Problem;
use crate::races::{LiveRace, Projected};
use crate::watching::cache::etag;
use crate::watching::query::Wanted;

/// Looks into the past at a time: each replays a log, and the present must
/// not wait for them.
const REPLAYS_MAX: usize = 1;
/// Looks that may wait for their turn.
const WAITING_MAX: usize = 32;

/// Replays logs, a few at a time.
pub(crate) struct History {
    log: Arc<dyn Log>,
    replays: Semaphore,
    waiting: Semaphore,
}

impl History {
    pub(crate) fn new(log: Arc<dyn Log>) -> Self {
        let (replays, waiting) = (Semaphore::new(REPLAYS_MAX), Semaphore::new(WAITING_MAX));
        Self {
            log,
            replays,
            waiting,
        }
    }

    /// The snapshot that is asked for.
    pub(crate) async fn snapshot(
        &self,
        live: &LiveRace,
        wanted: &Wanted,
    ) -> Result<Tagged, Problem> {
        let head = live.read().head.seq;
        if let Some(seq) = wanted.at_seq
            && !(1..=head).contains(&seq)
        {
            let detail = format!("at_seq: the log has facts 1 to {head}");
            return Err(Problem::not_found("unknown_seq", detail));
        }
        let _waiting = self.waiting.try_acquire().map_err(|_| {
            Problem::unavailable("overloaded", "too many look into the past; try again")
        })?;
        let _turn = self
            .replays
            .acquire()
            .await
            .map_err(|e| Problem::internal(&e))?;
        let past = self.replay(live, wanted).await.map_err(|error| {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "cannot replay the log"
            );
            Problem::unavailable("log_unavailable", "the log cannot be read; try again")
        })?;
        if past.head.seq == 0 {
            return Err(Problem::not_found(
                "unknown_seq",
                "at: the log begins later",
            ));
        }
        let json =
            serde_json::to_vec(&past.projector.snapshot(&wanted.selection)).unwrap_or_default();
        let etag = etag("", past.head.seq, past.head);
        Ok(Tagged {
            etag,
            json: json.into(),
        })
    }

    async fn replay(&self, live: &LiveRace, wanted: &Wanted) -> Result<Projected, LogError> {
        let projector = Projector::new(live.id.clone());
        let mut past = Projected {
            projector,
            head: tasuki_log::Head::ORIGIN,
        };
        let mut records = self.log.read(&live.id, 0, wanted.at_seq);
        while let Some(record) = records.try_next().await? {
            if wanted.at.is_some_and(|at| record.at > at) {
                break;
            }
            project(&mut past, &record);
        }
        past.projector.settle();
        Ok(past)
    }
}

fn project(past: &mut Projected, record: &Record) {
    if let Err(error) = past.replay(record) {
        tracing::error!(race.id = %record.race, seq = record.seq, %error, "a fact cannot be read");
    }
}
