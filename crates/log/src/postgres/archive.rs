//! Months of operations that are let go of and taken back. Both are functions of the
//! database: what is moved and what tells of it are one transaction there.

use async_trait::async_trait;
use deadpool_postgres::Object;
use tasuki_race::Instant;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::PostgresLog;
use super::operations::{operation, parameters};
use super::reading::{bound, hash, seq};
use crate::archive::{Archive, Archived, MONTH_PAGE_ROWS, Month};
use crate::error::LogError;
use crate::operations::{Columns, Deed, Operation};

const EARLIEST: &str = "SELECT at_ms FROM operations WHERE at_ms >= $1 ORDER BY at_ms LIMIT 1";

const OF_MONTH: &str = "SELECT number, at_ms, kind, by, about, why, detail FROM operations \
    WHERE at_ms >= $1 AND at_ms < $2 AND number > $3 ORDER BY number LIMIT $4";

const ARCHIVED: &str = "SELECT month, part, first, last, count, sha256, file, place, at_ms \
    FROM operations_archived ORDER BY month DESC, part DESC";

const LET_GO: &str = "SELECT operations_let_go($7, $8, $9, $10, $11, $12, $13, $14, $15, $16, \
    $1, $2, $3, $4, $5, $6)";

const TAKE_BACK: &str = "SELECT operations_take_back($7, $8, $9, $10, $11, $12, $13, $14, $15, \
    $1, $2, $3, $4, $5, $6)";

#[async_trait]
impl Archive for PostgresLog {
    async fn earliest(&self, from: Instant) -> Result<Option<Instant>, LogError> {
        let find = async |client: &Object| {
            let row = client.query_opt(EARLIEST, &[&from.ms()]).await?;
            Ok(row
                .map(|row| row.try_get(0))
                .transpose()?
                .map(Instant::from_ms))
        };
        self.shared.run(find).await
    }

    async fn of_month(&self, month: Month, after: u64) -> Result<Vec<Operation>, LogError> {
        let (begin, end) = month.span_ms()?;
        let read = async |client: &Object| {
            let statement = client.prepare_cached(OF_MONTH).await?;
            let limit = i64::from(MONTH_PAGE_ROWS);
            let rows = client
                .query(&statement, &[&begin, &end, &bound(after), &limit])
                .await?;
            rows.iter().map(operation).collect()
        };
        self.shared.run(read).await
    }

    async fn archived(&self) -> Result<Vec<Archived>, LogError> {
        let read = async |client: &Object| {
            let statement = client.prepare_cached(ARCHIVED).await?;
            let rows = client.query(&statement, &[]).await?;
            rows.iter().map(archived).collect()
        };
        self.shared.run(read).await
    }

    async fn let_go(&self, archived: &Archived, deed: &Deed) -> Result<Option<u64>, LogError> {
        let deed = deed.columns()?;
        self.shared
            .run(async |client| let_go(client, archived, &deed).await)
            .await
    }

    async fn take_back(
        &self,
        archived: &Archived,
        operations: &[Operation],
        deed: &Deed,
    ) -> Result<Option<u64>, LogError> {
        let deed = deed.columns()?;
        let kept = operations
            .iter()
            .map(|operation| Ok((bound(operation.number), operation.deed.columns()?)))
            .collect::<Result<Vec<_>, LogError>>()?;
        self.shared
            .run(async |client| take_back(client, archived, &kept, &deed).await)
            .await
    }
}

async fn let_go(
    client: &Object,
    archived: &Archived,
    deed: &Columns<'_>,
) -> Result<Option<u64>, LogError> {
    let (from_ms, until_ms) = archived.month.span_ms()?;
    let (month, part) = (archived.month.to_string(), part(archived));
    let [first, last, count] = [archived.first, archived.last, archived.count].map(bound);
    let sha256 = &archived.sha256.as_bytes()[..];
    let mut columns = parameters(deed).to_vec();
    columns.extend([
        &month as &(dyn ToSql + Sync),
        &part,
        &from_ms,
        &until_ms,
        &first,
        &last,
        &count,
        &sha256,
        &archived.file,
        &archived.place,
    ]);
    told(client, LET_GO, &columns).await
}

async fn take_back(
    client: &Object,
    archived: &Archived,
    kept: &[(i64, Columns<'_>)],
    deed: &Columns<'_>,
) -> Result<Option<u64>, LogError> {
    let (month, part) = (archived.month.to_string(), part(archived));
    let numbers: Vec<i64> = kept.iter().map(|(number, _)| *number).collect();
    let times_ms: Vec<i64> = kept.iter().map(|(_, it)| it.at_ms).collect();
    let kinds: Vec<&str> = kept.iter().map(|(_, it)| it.kind).collect();
    let bys: Vec<&str> = kept.iter().map(|(_, it)| it.by).collect();
    let abouts: Vec<Option<&str>> = kept.iter().map(|(_, it)| it.about).collect();
    let whys: Vec<Option<&str>> = kept.iter().map(|(_, it)| it.why).collect();
    let details: Vec<&str> = kept.iter().map(|(_, it)| it.detail.as_str()).collect();
    let mut columns = parameters(deed).to_vec();
    columns.extend([
        &month as &(dyn ToSql + Sync),
        &part,
        &numbers,
        &times_ms,
        &kinds,
        &bys,
        &abouts,
        &whys,
        &details,
    ]);
    told(client, TAKE_BACK, &columns).await
}

/// The number of the operation that tells of it, if it was done.
async fn told(
    client: &Object,
    statement: &str,
    columns: &[&(dyn ToSql + Sync)],
) -> Result<Option<u64>, LogError> {
    let row = client.query_one(statement, columns).await?;
    match row.try_get::<_, Option<i64>>(0)? {
        None => Ok(None),
        Some(_) => seq(&row, 0).map(Some),
    }
}

fn part(archived: &Archived) -> i32 {
    i32::try_from(archived.part).unwrap_or(i32::MAX)
}

fn archived(row: &Row) -> Result<Archived, LogError> {
    let month: &str = row.try_get(0)?;
    Ok(Archived {
        month: month.parse().map_err(LogError::unavailable)?,
        part: u32::try_from(row.try_get::<_, i32>(1)?).map_err(LogError::unavailable)?,
        first: seq(row, 2)?,
        last: seq(row, 3)?,
        count: seq(row, 4)?,
        sha256: hash(row, 5)?,
        file: row.try_get(6)?,
        place: row.try_get(7)?,
        at: Instant::from_ms(row.try_get(8)?),
    })
}
