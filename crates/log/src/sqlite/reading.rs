//! The queries that read the log.

use rusqlite::{Connection, OptionalExtension, Row};
use tasuki_race::{EventId, Instant, RaceId};
use uuid::Uuid;

use crate::batch::Tip;
use crate::error::LogError;
use crate::hash::Hash;
use crate::paging::{PAGE_BYTES, PAGE_ROWS_MAX};
use crate::record::{Head, Record};

const PAGE: &str = "SELECT seq, at_ms, by, device, id, event, prev, hash FROM facts \
    WHERE race = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq LIMIT ?4";

const TIP: &str = "SELECT seq, at_ms, hash FROM facts WHERE race = ?1 ORDER BY seq DESC LIMIT 1";

/// Jumps from race to race along the primary key, instead of reading it all.
const RACES: &str = "WITH RECURSIVE races(race) AS ( \
        SELECT min(race) FROM facts \
        UNION ALL \
        SELECT (SELECT min(race) FROM facts WHERE race > races.race) FROM races \
        WHERE races.race IS NOT NULL) \
    SELECT race FROM races WHERE race IS NOT NULL";

/// The first records behind `after`, one page of them.
pub(super) fn page(
    connection: &Connection,
    race: &RaceId,
    after: u64,
    until: u64,
) -> Result<Vec<Record>, LogError> {
    let mut statement = connection.prepare_cached(PAGE)?;
    let range = (race.as_str(), bound(after), bound(until), PAGE_ROWS_MAX);
    let mut rows = statement.query(range)?;
    let (mut page, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let record = record(race, row)?;
        bytes += record.event.len();
        page.push(record);
        if bytes > PAGE_BYTES {
            break;
        }
    }
    Ok(page)
}

/// The end of a race's log.
pub(super) fn tip(connection: &Connection, race: &RaceId) -> Result<Option<Tip>, LogError> {
    let mut statement = connection.prepare_cached(TIP)?;
    let tip = statement.query_row([race.as_str()], |row| {
        Ok(Tip {
            seq: seq(row, 0)?,
            at: Instant::from_ms(row.get(1)?),
            hash: hash(row, 2)?,
        })
    });
    Ok(tip.optional()?)
}

/// Every race and its end, seen at one moment.
pub(super) fn races(connection: &mut Connection) -> Result<Vec<(RaceId, Head)>, LogError> {
    let moment = connection.transaction()?;
    let names = moment
        .prepare_cached(RACES)?
        .query_map([], |row| row.get(0))?
        .collect::<Result<Vec<String>, _>>()?;
    let mut races = Vec::with_capacity(names.len());
    for name in names {
        let damaged = |_| LogError::Damaged {
            race: name.clone(),
            seq: 1,
            reason: "not a race's id",
        };
        let race: RaceId = name.parse().map_err(damaged)?;
        if let Some(tip) = tip(&moment, &race)? {
            races.push((
                race,
                Head {
                    seq: tip.seq,
                    hash: tip.hash,
                },
            ));
        }
    }
    Ok(races)
}

/// Reads something that is always there.
pub(super) fn check(connection: &Connection) -> Result<(), LogError> {
    Ok(connection.query_row("SELECT epoch FROM writer", [], |_| Ok(()))?)
}

fn record(race: &RaceId, row: &Row<'_>) -> rusqlite::Result<Record> {
    Ok(Record {
        race: race.clone(),
        seq: seq(row, 0)?,
        at: Instant::from_ms(row.get(1)?),
        by: row.get(2)?,
        device: row.get(3)?,
        id: EventId(Uuid::from_bytes(row.get(4)?)),
        event: row.get(5)?,
        prev: hash(row, 6)?,
        hash: hash(row, 7)?,
    })
}

pub(super) fn hash(row: &Row<'_>, column: usize) -> rusqlite::Result<Hash> {
    row.get::<_, [u8; 32]>(column).map(Hash::from)
}

pub(super) fn seq(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let seq: i64 = row.get(column)?;
    u64::try_from(seq).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, seq))
}

/// SQLite counts in signed numbers; no log comes near the difference.
pub(super) fn bound(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}
