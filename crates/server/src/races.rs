//! The races that this process serves, each projected in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Instant;

use tasuki_feed::{Channel, Origin, Pace, Present};
use tasuki_log::{Hash, Head, Record};
use tasuki_race::{Fact, Malformed, Projector, RaceId, Slug};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::canary::is_hidden;
use crate::problem::Problem;
use crate::sheets::ResultsCache;
use crate::watching::Unshown;
use crate::watching::cache::{DefinitionCache, SnapshotCache};

/// A race: its state, and who is to be told of changes.
pub(crate) struct LiveRace {
    pub(crate) id: RaceId,
    /// Tells its log from another of the same name, and from what it was before it was
    /// restored: that may have other facts under the same numbers.
    pub(crate) origin: u64,
    // A plain lock: nothing awaits inside. Written by the appender alone.
    projected: RwLock<Projected>,
    pub(crate) channel: Channel,
    pub(crate) snapshots: SnapshotCache,
    pub(crate) definition: DefinitionCache,
    pub(crate) results: ResultsCache,
    pub(crate) unshown: Unshown,
    /// The last fact that is projected.
    changed: watch::Sender<u64>,
    /// It is shown no longer.
    pub(crate) over: CancellationToken,
}

/// A race's state and the end of the log that it comes from.
pub(crate) struct Projected {
    pub(crate) projector: Projector,
    pub(crate) head: Head,
}

impl LiveRace {
    /// A race whose log begins with `first` and ends with `head` for now, to be shown
    /// at that pace.
    pub(crate) fn begin(first: &Record, head: Head, pace: &Pace) -> Self {
        let beginning = |hash: Hash| {
            let mut beginning = [0; 8];
            beginning.copy_from_slice(&hash.as_bytes()[..8]);
            u64::from_be_bytes(beginning)
        };
        let origin = beginning(first.hash).rotate_left(1) ^ beginning(head.hash);
        let projector = Projector::new(first.race.clone());
        Self {
            id: first.race.clone(),
            origin,
            projected: RwLock::new(Projected {
                projector,
                head: Head::ORIGIN,
            }),
            channel: Channel::new(Origin(origin), pace.as_of_every),
            snapshots: SnapshotCache::default(),
            definition: DefinitionCache::default(),
            results: ResultsCache::default(),
            unshown: Unshown::default(),
            changed: watch::Sender::new(0),
            over: CancellationToken::new(),
        }
    }

    pub(crate) fn read(&self) -> RwLockReadGuard<'_, Projected> {
        self.projected
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn write(&self) -> RwLockWriteGuard<'_, Projected> {
        self.projected
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells everyone that facts up to the head have been projected, of which the
    /// first news was committed at that moment.
    pub(crate) fn announce(&self, committed: Instant) {
        self.unshown.note(committed);
        let seq = self.read().head.seq;
        self.changed.send_replace(seq);
    }

    /// Refuses a checkpoint or place that the race does not have.
    pub(crate) fn check_timing_point(&self, checkpoint: &Slug) -> Result<(), Problem> {
        let projected = self.read();
        let settings = projected.projector.settings();
        if settings.is_some_and(|it| it.has_timing_point(checkpoint)) {
            return Ok(());
        }
        let detail = format!("checkpoint: there is no `{checkpoint}`");
        Err(Problem::unprocessable("unknown_checkpoint", detail))
    }

    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }
}

impl Present for LiveRace {
    fn look<T>(&self, at: impl FnOnce(&Projector) -> T) -> T {
        at(&self.read().projector)
    }
}

impl Projected {
    /// Projects the next record of the log; `settle` comes after the batch.
    pub(crate) fn apply(&mut self, record: &Record, fact: &Fact) {
        self.projector
            .apply(record.seq, record.at, author(record), fact);
        self.head = record.head();
    }

    /// The same from the record alone.
    pub(crate) fn replay(&mut self, record: &Record) -> Result<(), Malformed> {
        let fact = Fact::from_json(&record.event)?;
        self.apply(record, &fact);
        Ok(())
    }
}

/// Whose fact it is: a device's, or the person's where there is none.
pub(crate) fn author(record: &Record) -> &str {
    record.device.as_deref().unwrap_or(&record.by)
}

/// All races, by id.
#[derive(Default)]
pub(crate) struct Races {
    by_id: RwLock<BTreeMap<RaceId, Arc<LiveRace>>>,
    /// The canary's, which only it is shown.
    hidden: RwLock<Option<Arc<LiveRace>>>,
}

impl Races {
    pub(crate) fn get(&self, id: &str) -> Option<Arc<LiveRace>> {
        self.by_id
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(id)
            .cloned()
    }

    /// The canary's, if it is of that id.
    pub(crate) fn hidden(&self, id: &str) -> Option<Arc<LiveRace>> {
        let hidden = self.hidden.read().unwrap_or_else(PoisonError::into_inner);
        hidden.clone().filter(|race| race.id.as_str() == id)
    }

    /// As the log has it, hidden or not.
    pub(crate) fn of_log(&self, id: &str) -> Option<Arc<LiveRace>> {
        self.get(id).or_else(|| self.hidden(id))
    }

    /// Makes it the hidden one; the one before it is over.
    pub(crate) fn hide(&self, race: Option<Arc<LiveRace>>) {
        let mut hidden = self.hidden.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = std::mem::replace(&mut *hidden, race) {
            before.over.cancel();
        }
    }

    pub(crate) fn insert(&self, race: Arc<LiveRace>) {
        if is_hidden(&race.id) {
            return self.hide(Some(race));
        }
        let mut races = self.by_id.write().unwrap_or_else(PoisonError::into_inner);
        races.insert(race.id.clone(), race);
    }

    pub(crate) fn all(&self) -> Vec<Arc<LiveRace>> {
        self.by_id
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .cloned()
            .collect()
    }
}
