//! The queries that read the log.

use deadpool_postgres::Object;
use tasuki_race::{EventId, Instant, RaceId};
use tokio_postgres::Row;

use crate::error::LogError;
use crate::hash::Hash;
use crate::paging::{PAGE_BYTES, PAGE_ROWS_MAX};
use crate::record::{Head, Record};

/// Ends with the row that passes the size: the client library keeps a whole
/// answer in memory, so the server must bound it.
const PAGE: &str = "SELECT seq, at_ms, by, device, id, event, prev, hash FROM ( \
        SELECT *, sum(octet_length(event)) OVER ( \
            ORDER BY seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS bytes_before \
        FROM facts WHERE race = $1 AND seq > $2 AND seq <= $3 ORDER BY seq LIMIT $4) AS page \
    WHERE bytes_before IS NULL OR bytes_before <= $5 ORDER BY seq";

const HEAD: &str = "SELECT seq, hash FROM facts WHERE race = $1 ORDER BY seq DESC LIMIT 1";

/// Jumps from race to race along the primary key, instead of reading it all.
const RACES: &str = "WITH RECURSIVE races AS ( \
        (SELECT race FROM facts ORDER BY race LIMIT 1) \
        UNION ALL \
        SELECT (SELECT race FROM facts WHERE race > races.race ORDER BY race LIMIT 1) \
        FROM races WHERE races.race IS NOT NULL) \
    SELECT last.race, last.seq, last.hash FROM races CROSS JOIN LATERAL ( \
        SELECT race, seq, hash FROM facts WHERE facts.race = races.race ORDER BY seq DESC LIMIT 1 \
    ) AS last ORDER BY last.race";

/// The first records behind `after`, one page of them.
pub(super) async fn page(
    client: &Object,
    race: &RaceId,
    after: u64,
    until: u64,
) -> Result<Vec<Record>, LogError> {
    let statement = client.prepare_cached(PAGE).await?;
    let bytes = i64::try_from(PAGE_BYTES).unwrap_or(i64::MAX);
    let range = (bound(after), bound(until));
    let rows = client
        .query(
            &statement,
            &[
                &race.as_str(),
                &range.0,
                &range.1,
                &i64::from(PAGE_ROWS_MAX),
                &bytes,
            ],
        )
        .await?;
    rows.iter().map(|row| record(race, row)).collect()
}

/// The last line of a race.
pub(super) async fn head(client: &Object, race: &RaceId) -> Result<Option<Head>, LogError> {
    let statement = client.prepare_cached(HEAD).await?;
    let row = client.query_opt(&statement, &[&race.as_str()]).await?;
    row.map(|row| {
        Ok(Head {
            seq: seq(&row, 0)?,
            hash: hash(&row, 1)?,
        })
    })
    .transpose()
}

/// Every race and its last line.
pub(super) async fn races(client: &Object) -> Result<Vec<(RaceId, Head)>, LogError> {
    let statement = client.prepare_cached(RACES).await?;
    let rows = client.query(&statement, &[]).await?;
    let race = |row: &Row| {
        Ok((
            race(row)?,
            Head {
                seq: seq(row, 1)?,
                hash: hash(row, 2)?,
            },
        ))
    };
    rows.iter().map(race).collect()
}

/// Reads something that is always there.
pub(super) async fn check(client: &Object) -> Result<(), LogError> {
    client.query_one("SELECT epoch FROM writer", &[]).await?;
    Ok(())
}

fn record(race: &RaceId, row: &Row) -> Result<Record, LogError> {
    Ok(Record {
        race: race.clone(),
        seq: seq(row, 0)?,
        at: Instant::from_ms(row.try_get(1)?),
        by: row.try_get(2)?,
        device: row.try_get(3)?,
        id: EventId(row.try_get(4)?),
        event: row.try_get(5)?,
        prev: hash(row, 6)?,
        hash: hash(row, 7)?,
    })
}

/// The race in the first column.
pub(super) fn race(row: &Row) -> Result<RaceId, LogError> {
    let race: &str = row.try_get(0)?;
    race.parse().map_err(|_| LogError::Damaged {
        race: race.to_owned(),
        seq: 1,
        reason: "not a race's id",
    })
}

pub(super) fn hash(row: &Row, column: usize) -> Result<Hash, LogError> {
    Hash::try_from(row.try_get::<_, &[u8]>(column)?).map_err(LogError::unavailable)
}

pub(super) fn seq(row: &Row, column: usize) -> Result<u64, LogError> {
    u64::try_from(row.try_get::<_, i64>(column)?).map_err(LogError::unavailable)
}

/// Postgres counts in signed numbers; no log comes near the difference.
pub(super) fn bound(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}
