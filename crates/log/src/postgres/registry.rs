//! Devices and settings in the same database.

use async_trait::async_trait;
use deadpool_postgres::Object;
use tasuki_race::{Instant, RaceId, Slug};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::PostgresLog;
use super::operations::parameters;
use super::reading::{hash, seq};
use crate::error::LogError;
use crate::operations::{Columns, Deed};
use crate::registry::{Device, Registry, Switch};

/// One statement, so that the device and what tells of it are written together.
const CREATE: &str = "WITH created AS (INSERT INTO devices \
        (race, id, checkpoint, name, token_hash, created_at_ms, revoked_at_ms, expires_at_ms, \
        last_used_at_ms) VALUES ($7, $8, $9, $10, $11, $12, $13, $14, $15)) \
    SELECT operations_append($1, $2, $3, $4, $5, $6)";

const OF_RACE: &str = "SELECT race, id, checkpoint, name, token_hash, created_at_ms, revoked_at_ms, \
    expires_at_ms, last_used_at_ms FROM devices WHERE race = $1 ORDER BY created_at_ms, id";

const ACTIVE: &str = "SELECT race, id, checkpoint, name, token_hash, created_at_ms, revoked_at_ms, \
    expires_at_ms, last_used_at_ms FROM devices WHERE revoked_at_ms IS NULL ORDER BY race, created_at_ms, id";

/// Tells of it only where there was something to revoke.
const REVOKE: &str = "WITH revoked AS (UPDATE devices SET revoked_at_ms = $1 \
    WHERE race = $7 AND id = $8 AND revoked_at_ms IS NULL RETURNING id) \
    SELECT operations_append($1, $2, $3, $4, $5, $6) FROM revoked";

const SWITCHES: &str = "SELECT name, value, number, at_ms, by, why FROM switches ORDER BY name";

const SET_SWITCH: &str = "SELECT switches_set($7, $8, $1, $2, $3, $4, $5, $6)";

const SET: &str = "INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT DO NOTHING";

#[async_trait]
impl Registry for PostgresLog {
    async fn create_device(&self, device: &Device, deed: &Deed) -> Result<(), LogError> {
        let deed = deed.columns()?;
        self.shared
            .run(async |client| create(client, device, &deed).await)
            .await
    }

    async fn devices(&self, race: &RaceId) -> Result<Vec<Device>, LogError> {
        self.shared
            .run(async |client| list(client, OF_RACE, &[&race.as_str()]).await)
            .await
    }

    async fn active_devices(&self) -> Result<Vec<Device>, LogError> {
        self.shared
            .run(async |client| list(client, ACTIVE, &[]).await)
            .await
    }

    async fn revoke_device(&self, race: &RaceId, id: Uuid, deed: &Deed) -> Result<bool, LogError> {
        let deed = deed.columns()?;
        let revoke = async |client: &Object| {
            let mut columns = parameters(&deed).to_vec();
            let race = race.as_str();
            columns.extend([&race as &(dyn ToSql + Sync), &id]);
            Ok(client.query_opt(REVOKE, &columns).await?.is_some())
        };
        self.shared.run(revoke).await
    }

    async fn switches(&self) -> Result<Vec<Switch>, LogError> {
        let read = async |client: &Object| {
            let statement = client.prepare_cached(SWITCHES).await?;
            let rows = client.query(&statement, &[]).await?;
            rows.iter().map(switch).collect()
        };
        self.shared.run_in_office(read).await
    }

    async fn set_switch(
        &self,
        name: &str,
        value: Option<&str>,
        deed: &Deed,
    ) -> Result<u64, LogError> {
        let deed = deed.columns()?;
        let set = async |client: &Object| {
            let mut columns = parameters(&deed).to_vec();
            columns.extend([&name as &(dyn ToSql + Sync), &value]);
            seq(&client.query_one(SET_SWITCH, &columns).await?, 0)
        };
        self.shared.run_in_office(set).await
    }

    async fn setting(&self, key: &str) -> Result<Option<String>, LogError> {
        self.shared
            .run(async |client| setting(client, key).await)
            .await
    }

    async fn set_if_absent(&self, key: &str, value: &str) -> Result<String, LogError> {
        let set = async |client: &Object| {
            client.execute(SET, &[&key, &value]).await?;
            Ok(setting(client, key)
                .await?
                .unwrap_or_else(|| value.to_owned()))
        };
        self.shared.run(set).await
    }
}

async fn create(client: &Object, device: &Device, deed: &Columns<'_>) -> Result<(), LogError> {
    let race = device.race.as_str();
    let checkpoint = device.checkpoint.as_ref().map(Slug::as_str);
    let token_hash = &device.token_hash[..];
    let (created_at_ms, revoked_at_ms) =
        (device.created_at.ms(), device.revoked_at.map(Instant::ms));
    let (expires_at_ms, last_used_at_ms) = (
        device.expires_at.map(Instant::ms),
        device.last_used_at.map(Instant::ms),
    );
    let mut columns = parameters(deed).to_vec();
    columns.extend([
        &race as &(dyn ToSql + Sync),
        &device.id,
        &checkpoint,
        &device.name,
        &token_hash,
        &created_at_ms,
        &revoked_at_ms,
        &expires_at_ms,
        &last_used_at_ms,
    ]);
    client.query_one(CREATE, &columns).await?;
    Ok(())
}

async fn list(
    client: &Object,
    query: &str,
    of: &[&(dyn ToSql + Sync)],
) -> Result<Vec<Device>, LogError> {
    let statement = client.prepare_cached(query).await?;
    client
        .query(&statement, of)
        .await?
        .iter()
        .map(device)
        .collect()
}

async fn setting(client: &Object, key: &str) -> Result<Option<String>, LogError> {
    let row = client
        .query_opt("SELECT value FROM settings WHERE key = $1", &[&key])
        .await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

fn device(row: &Row) -> Result<Device, LogError> {
    let checkpoint: Option<&str> = row.try_get(2)?;
    let (race, checkpoint) = (
        row.try_get::<_, &str>(0)?.parse(),
        checkpoint.map(str::parse).transpose(),
    );
    Ok(Device {
        race: race.map_err(LogError::unavailable)?,
        id: row.try_get(1)?,
        checkpoint: checkpoint.map_err(LogError::unavailable)?,
        name: row.try_get(3)?,
        token_hash: *hash(row, 4)?.as_bytes(),
        created_at: Instant::from_ms(row.try_get(5)?),
        revoked_at: row.try_get::<_, Option<i64>>(6)?.map(Instant::from_ms),
        expires_at: row.try_get::<_, Option<i64>>(7)?.map(Instant::from_ms),
        last_used_at: row.try_get::<_, Option<i64>>(8)?.map(Instant::from_ms),
    })
}

fn switch(row: &Row) -> Result<Switch, LogError> {
    Ok(Switch {
        name: row.try_get(0)?,
        value: row.try_get(1)?,
        number: seq(row, 2)?,
        at: Instant::from_ms(row.try_get(3)?),
        by: row.try_get(4)?,
        why: row.try_get(5)?,
    })
}
