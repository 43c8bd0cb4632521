//! Devices and settings in the same database.

use async_trait::async_trait;
use deadpool_postgres::Object;
use tasuki_race::{Instant, RaceId, Slug};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::PostgresLog;
use super::reading::hash;
use crate::error::LogError;
use crate::registry::{Device, Registry};

const CREATE: &str = "INSERT INTO devices \
        (race, id, checkpoint, name, token_hash, created_at_ms, revoked_at_ms) \
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

const OF_RACE: &str = "SELECT race, id, checkpoint, name, token_hash, created_at_ms, revoked_at_ms \
    FROM devices WHERE race = $1 ORDER BY created_at_ms, id";

const ACTIVE: &str = "SELECT race, id, checkpoint, name, token_hash, created_at_ms, revoked_at_ms \
    FROM devices WHERE revoked_at_ms IS NULL ORDER BY race, created_at_ms, id";

const REVOKE: &str = "UPDATE devices SET revoked_at_ms = $3 \
    WHERE race = $1 AND id = $2 AND revoked_at_ms IS NULL";

const SET: &str = "INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT DO NOTHING";

#[async_trait]
impl Registry for PostgresLog {
    async fn create_device(&self, device: &Device) -> Result<(), LogError> {
        self.shared
            .run(async |client| create(client, device).await)
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

    async fn revoke_device(&self, race: &RaceId, id: Uuid, at: Instant) -> Result<bool, LogError> {
        let revoke = async |client: &Object| {
            let revoked = client
                .execute(REVOKE, &[&race.as_str(), &id, &at.ms()])
                .await?;
            Ok(revoked > 0)
        };
        self.shared.run(revoke).await
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

async fn create(client: &Object, device: &Device) -> Result<(), LogError> {
    let checkpoint = device.checkpoint.as_ref().map(Slug::as_str);
    let columns: [&(dyn ToSql + Sync); 7] = [
        &device.race.as_str(),
        &device.id,
        &checkpoint,
        &device.name,
        &&device.token_hash[..],
        &device.created_at.ms(),
        &device.revoked_at.map(Instant::ms),
    ];
    client.execute(CREATE, &columns).await?;
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
    })
}
