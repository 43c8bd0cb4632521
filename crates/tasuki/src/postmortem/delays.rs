//! Which entries came late: received long after what they tell of.

use anyhow::Context;
use futures::{StreamExt, TryStreamExt};
use serde::Deserialize;
use tasuki_log::{Head, Log, Record};
use tasuki_race::{Instant, RaceId};

/// A passage that was received so long after it happened was delayed: people who type
/// are faster.
pub(super) const DELAYED_MS_MIN: i64 = 60_000;

/// The passages of a race that were received in a time.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct RaceDelays {
    pub(super) race: RaceId,
    /// So many.
    pub(super) passages: u64,
    /// How late those came that were delayed, milliseconds, in order of length.
    pub(super) delays_ms: Vec<i64>,
}

/// Of a fact, as much as is needed.
#[derive(Deserialize)]
struct Seen {
    #[serde(rename = "type")]
    kind: String,
    time: Option<Instant>,
}

/// Reads them off the log; none if nothing was received in that time.
pub(super) async fn delays(
    log: &dyn Log,
    race: &RaceId,
    head: Head,
    from: Instant,
    to: Instant,
) -> anyhow::Result<Option<RaceDelays>> {
    let before = last_before(log, race, head, from).await?;
    let mut records = log.read(race, before, Some(head.seq));
    let mut found = RaceDelays {
        race: race.clone(),
        passages: 0,
        delays_ms: Vec::new(),
    };
    while let Some(record) = records.next().await {
        let record = record.context("cannot read the log")?;
        if record.at >= to {
            break;
        }
        found.add(&record);
    }
    found.delays_ms.sort_unstable();
    Ok((found.passages > 0).then_some(found))
}

impl RaceDelays {
    fn add(&mut self, record: &Record) {
        // What this program does not understand is no passage that it knows of.
        let Ok(seen) = serde_json::from_str::<Seen>(&record.event) else {
            return;
        };
        if seen.kind != "passage_recorded" {
            return;
        }
        self.passages += 1;
        let delay_ms = seen.time.map(|time| record.at.ms() - time.ms());
        let delayed = delay_ms.filter(|delay_ms| *delay_ms >= DELAYED_MS_MIN);
        self.delays_ms.extend(delayed);
    }
}

/// The last fact that was received before a moment: facts stand in the order in which
/// they were received, so it is halfway of halfway.
async fn last_before(
    log: &dyn Log,
    race: &RaceId,
    head: Head,
    moment: Instant,
) -> anyhow::Result<u64> {
    let (mut before, mut behind) = (0, head.seq + 1);
    while behind - before > 1 {
        let middle = before + (behind - before) / 2;
        let mut record = log.read(race, middle - 1, Some(middle));
        let record = record.try_next().await.context("cannot read the log")?;
        match record {
            Some(record) if record.at < moment => before = middle,
            _ => behind = middle,
        }
    }
    Ok(before)
}
