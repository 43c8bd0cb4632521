//! What was done to the server, in the same database.

use async_trait::async_trait;
use deadpool_postgres::Object;
use tasuki_race::Instant;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::PostgresLog;
use super::reading::seq;
use crate::error::LogError;
use crate::operations::{Bound, Columns, Deed, Operation, Operations, Search, read_detail};

/// When an operation was done.
const AT: &str = "SELECT at_ms FROM operations WHERE number = $1";

const APPEND: &str = "SELECT operations_append($1, $2, $3, $4, $5, $6)";

#[async_trait]
impl Operations for PostgresLog {
    async fn append(&self, deed: &Deed) -> Result<u64, LogError> {
        let columns = deed.columns()?;
        let append = async |client: &Object| {
            let row = client.query_one(APPEND, &parameters(&columns)).await?;
            seq(&row, 0)
        };
        self.shared.run_in_office(append).await
    }

    async fn page(&self, search: &Search) -> Result<Vec<Operation>, LogError> {
        self.shared
            .run(async |client| page(client, search).await)
            .await
    }

    async fn make_room(&self) -> Result<(), LogError> {
        let make = async |client: &Object| {
            client.execute("SELECT operations_make_room()", &[]).await?;
            Ok(())
        };
        self.shared.run(make).await
    }
}

/// A deed as the parameters of `operations_append`.
pub(super) fn parameters<'c>(columns: &'c Columns<'_>) -> [&'c (dyn ToSql + Sync); 6] {
    [
        &columns.at_ms,
        &columns.kind,
        &columns.by,
        &columns.about,
        &columns.why,
        &columns.detail,
    ]
}

async fn page(client: &Object, search: &Search) -> Result<Vec<Operation>, LogError> {
    let before_ms = match search.goes_on_from() {
        Some(before) => {
            let statement = client.prepare_cached(AT).await?;
            let row = client.query_opt(&statement, &[&before]).await?;
            row.map(|row| row.try_get(0)).transpose()?
        }
        None => None,
    };
    let (query, bounds) = search.query('$', before_ms);
    let statement = client.prepare_cached(&query).await?;
    let bounds: Vec<&(dyn ToSql + Sync)> = bounds
        .iter()
        .map(|bound| match bound {
            Bound::Number(number) => number as &(dyn ToSql + Sync),
            Bound::Text(text) => text,
        })
        .collect();
    let rows = client.query(&statement, &bounds).await?;
    rows.iter().map(operation).collect()
}

pub(super) fn operation(row: &Row) -> Result<Operation, LogError> {
    Ok(Operation {
        number: seq(row, 0)?,
        deed: Deed {
            at: Instant::from_ms(row.try_get(1)?),
            kind: row.try_get(2)?,
            by: row.try_get(3)?,
            about: row.try_get(4)?,
            why: row.try_get(5)?,
            detail: read_detail(row.try_get(6)?)?,
        },
    })
}
