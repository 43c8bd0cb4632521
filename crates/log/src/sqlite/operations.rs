//! What was done to the server, in the same file.

use async_trait::async_trait;
use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, OptionalExtension, Row, ToSql, TransactionBehavior, params_from_iter};
use tasuki_race::Instant;

use super::SqliteLog;
use super::reading::seq;
use crate::error::LogError;
use crate::operations::{Bound, Deed, Operation, Operations, Search, read_detail};

/// When an operation was done.
const AT: &str = "SELECT at_ms FROM operations WHERE number = ?1";

/// SQLite has one writer at a time: nobody else takes that number.
const APPEND: &str = "INSERT INTO operations (number, at_ms, kind, by, about, why, detail) \
    VALUES ((SELECT 1 + coalesce(max(number), 0) FROM operations), ?1, ?2, ?3, ?4, ?5, ?6) \
    RETURNING number";

#[async_trait]
impl Operations for SqliteLog {
    async fn append(&self, deed: &Deed) -> Result<u64, LogError> {
        let deed = deed.clone();
        self.shared
            .connections
            .run(move |connection| append_alone(connection, &deed))
            .await
    }

    async fn page(&self, search: &Search) -> Result<Vec<Operation>, LogError> {
        let search = search.clone();
        self.shared
            .connections
            .run(move |connection| page(connection, &search))
            .await
    }

    /// A file holds all months alike.
    async fn make_room(&self) -> Result<(), LogError> {
        Ok(())
    }
}

/// Writes down a deed in a transaction of its own: else nobody would be told that it
/// could not be committed.
fn append_alone(connection: &mut Connection, deed: &Deed) -> Result<u64, LogError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let number = append(&transaction, deed)?;
    transaction.commit()?;
    Ok(number)
}

/// Writes down a deed, in a transaction with what it tells of.
pub(super) fn append(connection: &Connection, deed: &Deed) -> Result<u64, LogError> {
    let columns = deed.columns()?;
    let parameters = (
        columns.at_ms,
        columns.kind,
        columns.by,
        columns.about,
        columns.why,
        columns.detail,
    );
    let mut statement = connection.prepare_cached(APPEND)?;
    Ok(statement.query_row(parameters, |row| seq(row, 0))?)
}

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Self::Number(number) => number.to_sql(),
            Self::Text(text) => text.to_sql(),
        }
    }
}

fn page(connection: &Connection, search: &Search) -> Result<Vec<Operation>, LogError> {
    let before_ms = match search.goes_on_from() {
        Some(before) => {
            let mut statement = connection.prepare_cached(AT)?;
            statement.query_row([before], |row| row.get(0)).optional()?
        }
        None => None,
    };
    let (query, bounds) = search.query('?', before_ms);
    let mut statement = connection.prepare_cached(&query)?;
    let mut rows = statement.query(params_from_iter(bounds))?;
    let mut page = Vec::new();
    while let Some(row) = rows.next()? {
        page.push(operation(row)?);
    }
    Ok(page)
}

pub(super) fn operation(row: &Row<'_>) -> Result<Operation, LogError> {
    Ok(Operation {
        number: seq(row, 0)?,
        deed: Deed {
            at: Instant::from_ms(row.get(1)?),
            kind: row.get(2)?,
            by: row.get(3)?,
            about: row.get(4)?,
            why: row.get(5)?,
            detail: read_detail(&row.get::<_, String>(6)?)?,
        },
    })
}
