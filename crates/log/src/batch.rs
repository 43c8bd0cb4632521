//! What one transaction writes, decided without a database.
//!
//! An engine asks a [`Batch`] for its keys, looks up what it already holds of
//! them ([`Held`]), lets the batch decide what is new ([`Plan`]), inserts that
//! and commits. So both engines number, link, and refuse in the same way.

use std::collections::HashMap;
use std::sync::Arc;

use tasuki_race::{EventId, Instant, RaceId};

use crate::error::LogError;
use crate::hash::Hash;
use crate::record::{ACTOR_CHARS_MAX, Appended, Draft, Record};

/// Names a fact.
pub(crate) type Key = (RaceId, EventId);

/// The end of a race's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tip {
    pub(crate) seq: u64,
    pub(crate) hash: Hash,
    pub(crate) at: Instant,
}

/// A fact that the log holds already, or that this batch has just numbered.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) seq: u64,
    pub(crate) hash: Hash,
    pub(crate) event: Box<str>,
}

/// The ends of the races that a writer has appended to. Right for as long as
/// the epoch is its own: nobody else can move them.
pub(crate) type Tips = HashMap<RaceId, Tip>;

/// What the database holds of a batch's keys.
#[derive(Debug, Default)]
pub(crate) struct Held {
    pub(crate) tips: Tips,
    pub(crate) known: HashMap<Key, Known>,
}

/// What one transaction is to write.
#[derive(Debug)]
pub(crate) enum Batch {
    /// New facts, to be numbered and linked.
    Append(Vec<Draft>),
    /// Exported records, to be kept as they are.
    Restore(Vec<Record>),
}

/// What is new of a batch.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// To be inserted, in order.
    pub(crate) fresh: Vec<Arc<Record>>,
    /// The ends of the races once it is.
    pub(crate) tips: Tips,
    /// One per draft; none for restored records.
    pub(crate) outcomes: Vec<Appended>,
}

impl Tip {
    /// Before the first fact.
    pub(crate) fn origin() -> Self {
        Self {
            seq: 0,
            hash: Hash::ZERO,
            at: Instant::from_ms(i64::MIN),
        }
    }

    fn of(record: &Record) -> Self {
        Self {
            seq: record.seq,
            hash: record.hash,
            at: record.at,
        }
    }
}

impl Batch {
    /// Refuses what no engine could keep as it is.
    pub(crate) fn check(&self) -> Result<(), LogError> {
        let check = |by: &str, device: Option<&str>| {
            check_actor("by", by)
                .and_then(|()| device.map_or(Ok(()), |device| check_actor("device", device)))
        };
        match self {
            Self::Append(drafts) => drafts
                .iter()
                .try_for_each(|d| check(&d.by, d.device.as_deref())),
            Self::Restore(records) => records
                .iter()
                .try_for_each(|r| check(&r.by, r.device.as_deref())),
        }
    }

    /// The facts in it, in order.
    pub(crate) fn keys(&self) -> Vec<Key> {
        match self {
            Self::Append(drafts) => drafts.iter().map(|d| (d.race.clone(), d.id)).collect(),
            Self::Restore(records) => records.iter().map(|r| (r.race.clone(), r.id)).collect(),
        }
    }

    /// Decides what is new. `held` answers for every key.
    pub(crate) fn plan(self, held: Held) -> Result<Plan, LogError> {
        let mut desk = Desk {
            held,
            plan: Plan::default(),
        };
        match self {
            Self::Append(drafts) => {
                for draft in drafts {
                    let outcome = desk.append(draft);
                    desk.plan.outcomes.push(outcome);
                }
            }
            Self::Restore(records) => records.into_iter().try_for_each(|r| desk.restore(r))?,
        }
        Ok(desk.plan)
    }
}

/// Numbers the facts of a batch, one after the other.
struct Desk {
    held: Held,
    plan: Plan,
}

impl Desk {
    fn tip(&self, race: &RaceId) -> Tip {
        let tip = self
            .plan
            .tips
            .get(race)
            .or_else(|| self.held.tips.get(race));
        tip.copied().unwrap_or_else(Tip::origin)
    }

    fn append(&mut self, mut draft: Draft) -> Appended {
        if let Some(known) = self.held.known.get(&(draft.race.clone(), draft.id)) {
            let seq = known.seq;
            let same = known.event == draft.event;
            return if same {
                Appended::Duplicate { seq }
            } else {
                Appended::Conflict { seq }
            };
        }
        let tip = self.tip(&draft.race);
        draft.at = draft.at.max(tip.at);
        Appended::Accepted(self.accept(Record::seal(draft, tip.seq + 1, tip.hash)))
    }

    fn restore(&mut self, record: Record) -> Result<(), LogError> {
        let tip = self.tip(&record.race);
        let known = self.held.known.get(&(record.race.clone(), record.id));
        let reason = if record.seq <= tip.seq {
            match known {
                Some(known) if known.seq == record.seq && known.hash == record.hash => {
                    return Ok(());
                }
                _ => "another fact is there already, the two logs have parted".to_owned(),
            }
        } else if record.seq != tip.seq + 1 {
            format!("seq {} is due next", tip.seq + 1)
        } else if record.prev != tip.hash {
            "it does not follow from the last line, the two logs have parted".to_owned()
        } else if let Some(known) = known {
            format!("its id is already used at seq {}", known.seq)
        } else if record.content_hash() != record.hash {
            "its content does not match its hash".to_owned()
        } else {
            self.accept(record);
            return Ok(());
        };
        Err(LogError::Refused {
            race: record.race,
            seq: record.seq,
            reason,
        })
    }

    fn accept(&mut self, record: Record) -> Arc<Record> {
        let record = Arc::new(record);
        let known = Known {
            seq: record.seq,
            hash: record.hash,
            event: record.event.clone(),
        };
        self.held
            .known
            .insert((record.race.clone(), record.id), known);
        self.plan.tips.insert(record.race.clone(), Tip::of(&record));
        self.plan.fresh.push(record.clone());
        record
    }
}

fn check_actor(field: &str, text: &str) -> Result<(), LogError> {
    // Postgres cannot keep a NUL in a text.
    if text.chars().count() > ACTOR_CHARS_MAX || text.contains('\0') {
        return Err(LogError::Invalid(format!(
            "`{field}` must be at most {ACTOR_CHARS_MAX} characters, and no NUL"
        )));
    }
    Ok(())
}
