//! Months of operations that are let go of and taken back, each in one transaction
//! with what tells of it.

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior};
use tasuki_race::Instant;

use super::SqliteLog;
use super::operations::{append, operation};
use super::reading::{bound, hash, seq};
use super::registry::parse;
use crate::archive::{Archive, Archived, MONTH_PAGE_ROWS, Month};
use crate::error::LogError;
use crate::operations::{Deed, Operation};

const EARLIEST: &str = "SELECT at_ms FROM operations WHERE at_ms >= ?1 ORDER BY at_ms LIMIT 1";

const OF_MONTH: &str = "SELECT number, at_ms, kind, by, about, why, detail FROM operations \
    WHERE at_ms >= ?1 AND at_ms < ?2 AND number > ?3 ORDER BY number LIMIT ?4";

const ARCHIVED: &str = "SELECT month, part, first, last, count, sha256, file, place, at_ms \
    FROM operations_archived ORDER BY month DESC, part DESC";

const COUNTED: &str = "SELECT count(*), coalesce(min(number), 0), coalesce(max(number), 0) \
    FROM operations WHERE at_ms >= ?1 AND at_ms < ?2";

const KEEP: &str = "INSERT INTO operations_archived \
        (month, part, from_ms, until_ms, first, last, count, sha256, file, place, at_ms) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";

const LET_GO: &str = "DELETE FROM operations WHERE at_ms >= ?1 AND at_ms < ?2";

const TAKE_BACK: &str = "INSERT INTO operations (number, at_ms, kind, by, about, why, detail) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

const FORGET: &str = "DELETE FROM operations_archived WHERE month = ?1 AND part = ?2";

#[async_trait]
impl Archive for SqliteLog {
    async fn earliest(&self, from: Instant) -> Result<Option<Instant>, LogError> {
        let find = move |connection: &mut Connection| {
            let found = connection.query_row(EARLIEST, [from.ms()], |row| row.get(0));
            Ok(found.optional()?.map(Instant::from_ms))
        };
        self.shared.connections.run(find).await
    }

    async fn of_month(&self, month: Month, after: u64) -> Result<Vec<Operation>, LogError> {
        let (begin, end) = month.span_ms()?;
        let read = move |connection: &mut Connection| {
            let mut statement = connection.prepare_cached(OF_MONTH)?;
            let mut rows = statement.query((begin, end, bound(after), MONTH_PAGE_ROWS))?;
            let mut page = Vec::new();
            while let Some(row) = rows.next()? {
                page.push(operation(row)?);
            }
            Ok(page)
        };
        self.shared.connections.run(read).await
    }

    async fn archived(&self) -> Result<Vec<Archived>, LogError> {
        let read = |connection: &mut Connection| {
            let mut statement = connection.prepare_cached(ARCHIVED)?;
            let archived = statement.query_map([], archived)?;
            Ok(archived.collect::<Result<_, _>>()?)
        };
        self.shared.connections.run(read).await
    }

    async fn let_go(&self, archived: &Archived, deed: &Deed) -> Result<Option<u64>, LogError> {
        let (archived, deed) = (archived.clone(), deed.clone());
        self.shared
            .connections
            .run(move |connection| let_go(connection, &archived, &deed))
            .await
    }

    async fn take_back(
        &self,
        archived: &Archived,
        operations: &[Operation],
        deed: &Deed,
    ) -> Result<Option<u64>, LogError> {
        let (archived, deed) = (archived.clone(), deed.clone());
        let operations = operations.to_vec();
        self.shared
            .connections
            .run(move |connection| take_back(connection, &archived, &operations, &deed))
            .await
    }
}

fn let_go(
    connection: &mut Connection,
    archived: &Archived,
    deed: &Deed,
) -> Result<Option<u64>, LogError> {
    let (from_ms, until_ms) = archived.month.span_ms()?;
    let transaction = begin(connection)?;
    let counted = transaction.query_row(COUNTED, (from_ms, until_ms), |row| {
        Ok((seq(row, 0)?, seq(row, 1)?, seq(row, 2)?))
    })?;
    if counted != (archived.count, archived.first, archived.last) {
        return Ok(None);
    }
    transaction.execute(
        KEEP,
        (
            archived.month.to_string(),
            archived.part,
            from_ms,
            until_ms,
            bound(archived.first),
            bound(archived.last),
            bound(archived.count),
            archived.sha256.as_bytes(),
            &archived.file,
            &archived.place,
            archived.at.ms(),
        ),
    )?;
    // Told first: the next number is that behind the greatest, which may be about to go.
    let number = append(&transaction, deed)?;
    transaction.execute(LET_GO, (from_ms, until_ms))?;
    transaction.commit()?;
    Ok(Some(number))
}

fn take_back(
    connection: &mut Connection,
    archived: &Archived,
    operations: &[Operation],
    deed: &Deed,
) -> Result<Option<u64>, LogError> {
    let transaction = begin(connection)?;
    for Operation { number, deed } in operations {
        let columns = deed.columns()?;
        transaction.prepare_cached(TAKE_BACK)?.execute((
            bound(*number),
            columns.at_ms,
            columns.kind,
            columns.by,
            columns.about,
            columns.why,
            columns.detail,
        ))?;
    }
    let key = (archived.month.to_string(), archived.part);
    if transaction.execute(FORGET, key)? == 0 {
        return Ok(None);
    }
    let number = append(&transaction, deed)?;
    transaction.commit()?;
    Ok(Some(number))
}

/// A transaction that will write: it waits for the right to at once.
fn begin(connection: &mut Connection) -> rusqlite::Result<Transaction<'_>> {
    connection.transaction_with_behavior(TransactionBehavior::Immediate)
}

fn archived(row: &Row<'_>) -> rusqlite::Result<Archived> {
    Ok(Archived {
        month: parse(&row.get::<_, String>(0)?, 0)?,
        part: row.get(1)?,
        first: seq(row, 2)?,
        last: seq(row, 3)?,
        count: seq(row, 4)?,
        sha256: hash(row, 5)?,
        file: row.get(6)?,
        place: row.get(7)?,
        at: Instant::from_ms(row.get(8)?),
    })
}
