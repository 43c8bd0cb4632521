//! What the server has kept of a time.

use anyhow::Context;
use tasuki_log::{
    Archived, Minute, Minutes, OPERATIONS_PAGE_MAX, Operation, Operations, Search, Store,
};
use tasuki_race::{Instant, RaceId};

use super::delays::{RaceDelays, delays};
use crate::failure::Failure;

/// What was done so long before is looked through for causes: what was changed the
/// evening before a race is one as well.
const BEFORE_MS: i64 = 24 * 60 * 60 * 1_000;
/// What was measured so long before is what was usual.
const USUAL_MS: i64 = 60 * 60 * 1_000;
/// Operations that are read at most: beyond, it is no incident but a year.
const OPERATIONS_MAX: usize = 20_000;

/// What the server has kept.
pub(super) struct Evidence {
    pub(super) from: Instant,
    pub(super) to: Instant,
    /// What was done from a day before until the end, the oldest first.
    pub(super) operations: Vec<Operation>,
    /// Months of that time that are in files: what was done in them is not here.
    pub(super) archived: Vec<Archived>,
    /// From an hour before until the end, the oldest first.
    pub(super) minutes: Vec<Minute>,
    pub(super) races: Vec<RaceDelays>,
}

impl Evidence {
    pub(super) async fn gather(
        store: &Store,
        from: Instant,
        to: Instant,
        wanted: &[RaceId],
    ) -> Result<Self, Failure> {
        let operations = &*store.operations;
        let day_before = Instant::from_ms(from.ms() - BEFORE_MS);
        let hour_before = Instant::from_ms(from.ms() - USUAL_MS);
        let archived = operations.archived().await;
        let archived = archived
            .context("cannot read what is archived")?
            .into_iter();
        let overlaps = |it: &Archived| {
            it.month.begin().is_ok_and(|begin| begin < to)
                && it.month.end().is_ok_and(|end| end > day_before)
        };
        Ok(Self {
            from,
            to,
            operations: done(operations, day_before, to).await?,
            archived: archived.filter(overlaps).collect(),
            minutes: measured(operations, hour_before, to).await?,
            races: races(store, wanted, from, to).await?,
        })
    }

    /// What was done in the time itself.
    pub(super) fn done(&self) -> impl Iterator<Item = &Operation> {
        let from = self.from;
        self.operations.iter().filter(move |it| it.deed.at >= from)
    }

    /// What was measured in the time itself.
    pub(super) fn measured(&self) -> impl Iterator<Item = &Minute> {
        let from = self.from;
        self.minutes.iter().filter(move |it| it.end() > from)
    }
}

async fn done(
    operations: &dyn Operations,
    from: Instant,
    to: Instant,
) -> anyhow::Result<Vec<Operation>> {
    let mut search = Search {
        limit: OPERATIONS_PAGE_MAX,
        from: Some(from),
        until: Some(to),
        ..Search::default()
    };
    let mut all = Vec::new();
    while all.len() < OPERATIONS_MAX {
        let page = operations.page(&search).await;
        let page = page.context("cannot read the log of operations")?;
        let Some(last) = page.last() else { break };
        search.before = Some(last.number);
        all.extend(page);
    }
    all.sort_by_key(|it| (it.deed.at, it.number));
    Ok(all)
}

async fn measured(
    minutes: &(impl Minutes + ?Sized),
    from: Instant,
    to: Instant,
) -> anyhow::Result<Vec<Minute>> {
    let mut all: Vec<Minute> = Vec::new();
    loop {
        let from = all.last().map_or(from, Minute::end);
        let page = minutes.minutes(from, to).await;
        let page = page.context("cannot read what was measured")?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

async fn races(
    store: &Store,
    wanted: &[RaceId],
    from: Instant,
    to: Instant,
) -> Result<Vec<RaceDelays>, Failure> {
    let log = &*store.log;
    let there = log.races().await.context("cannot read the log")?;
    if let Some(missing) = wanted
        .iter()
        .find(|it| there.iter().all(|(id, _)| id != *it))
    {
        let message = format!("--race: the log has no race `{missing}`");
        return Err(Failure::configuration(message));
    }
    let mut races = Vec::new();
    for (race, head) in there {
        if !wanted.is_empty() && !wanted.contains(&race) {
            continue;
        }
        let found = delays(log, &race, head, from, to).await?;
        races.extend(found);
    }
    Ok(races)
}
