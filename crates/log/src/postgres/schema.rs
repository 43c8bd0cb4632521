//! Brings the database's schema up to date. The SQL is in `schema/postgres`.

use tokio_postgres::Client;

use super::connect::Server;
use crate::error::LogError;
use crate::open::OpenError;
use crate::schema::{Found, Need, USABLE, need};

/// Held while migrating, so that of two processes that start at once one
/// waits. The number spells `tasuki`, then 1.
const MIGRATION_LOCK: i64 = 0x0074_6173_756b_6901;

// Gives the module `migrations`.
refinery::embed_migrations!("../../schema/postgres");

/// Creates or migrates the tables, where that is needed and allowed. A user
/// without the right to create tables can use a database that is up to date.
pub(super) async fn prepare(server: &Server) -> Result<(), OpenError> {
    let failure = |error: LogError| match error {
        LogError::Unavailable(cause) => server.failure(cause),
        other => server.failure(other.into()),
    };
    let mut client = server.connect().await.map_err(failure)?;
    if inspect(server, &client).await? == Need::Nothing {
        return Ok(());
    }
    let lock = client
        .execute("SELECT pg_advisory_lock($1)", &[&MIGRATION_LOCK])
        .await;
    lock.map_err(|error| server.failure(error.into()))?;
    // Another process may have been faster. The lock ends with the connection.
    if inspect(server, &client).await? == Need::Migration {
        let migrated = migrations::runner().run_async(&mut client).await;
        migrated.map_err(|error| server.failure(error.into()))?;
    }
    Ok(())
}

async fn inspect(server: &Server, client: &Client) -> Result<Need, OpenError> {
    let found = version(client)
        .await
        .map_err(|error| server.failure(error.into()))?;
    need(
        found,
        &migrations::runner(),
        server.options().access,
        &server.name(),
    )
}

async fn version(client: &Client) -> Result<Option<Found>, tokio_postgres::Error> {
    let exists = "SELECT to_regclass('refinery_schema_history') IS NOT NULL";
    if !client.query_one(exists, &[]).await?.get::<_, bool>(0) {
        return Ok(None);
    }
    let row = client
        .query_one("SELECT max(version) FROM refinery_schema_history", &[])
        .await?;
    let Some(version) = row.try_get(0)? else {
        return Ok(None);
    };
    let usable = "SELECT value FROM settings WHERE key = $1";
    // The first migrations may have been cut short before there were settings.
    let settings = "SELECT to_regclass('settings') IS NOT NULL";
    let usable = match client.query_one(settings, &[]).await?.try_get(0)? {
        true => client.query_opt(usable, &[&USABLE]).await?,
        false => None,
    };
    let usable = usable.map(|row| row.try_get(0)).transpose()?;
    Ok(Some(Found { version, usable }))
}
