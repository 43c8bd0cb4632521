//! Devices and settings in the same file.

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, Params, Row};
use tasuki_race::{Instant, RaceId};
use uuid::Uuid;

use super::SqliteLog;
use crate::error::LogError;
use crate::registry::{Device, Registry};

const CREATE: &str = "INSERT INTO devices (id, race, checkpoint, name, token_hash, created_at_ms, revoked_at_ms) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

const OF_RACE: &str = "SELECT id, race, checkpoint, name, token_hash, created_at_ms, revoked_at_ms \
    FROM devices WHERE race = ?1 ORDER BY created_at_ms, id";

const ACTIVE: &str = "SELECT id, race, checkpoint, name, token_hash, created_at_ms, revoked_at_ms \
    FROM devices WHERE revoked_at_ms IS NULL ORDER BY race, created_at_ms, id";

const REVOKE: &str = "UPDATE devices SET revoked_at_ms = ?3 \
    WHERE race = ?1 AND id = ?2 AND revoked_at_ms IS NULL";

#[async_trait]
impl Registry for SqliteLog {
    async fn create_device(&self, device: &Device) -> Result<(), LogError> {
        let device = device.clone();
        self.shared
            .connections
            .run(move |connection| create(connection, &device))
            .await
    }

    async fn devices(&self, race: &RaceId) -> Result<Vec<Device>, LogError> {
        let race = race.clone();
        self.shared
            .connections
            .run(move |connection| list(connection, OF_RACE, [race.as_str()]))
            .await
    }

    async fn active_devices(&self) -> Result<Vec<Device>, LogError> {
        self.shared
            .connections
            .run(|connection| list(connection, ACTIVE, []))
            .await
    }

    async fn revoke_device(&self, race: &RaceId, id: Uuid, at: Instant) -> Result<bool, LogError> {
        let race = race.clone();
        let revoke = move |connection: &mut Connection| {
            let revoked = connection.execute(REVOKE, (race.as_str(), id.as_bytes(), at.ms()))?;
            Ok(revoked > 0)
        };
        self.shared.connections.run(revoke).await
    }

    async fn setting(&self, key: &str) -> Result<Option<String>, LogError> {
        let key = key.to_owned();
        self.shared
            .connections
            .run(move |connection| setting(connection, &key))
            .await
    }

    async fn set_if_absent(&self, key: &str, value: &str) -> Result<String, LogError> {
        let (key, value) = (key.to_owned(), value.to_owned());
        let set = move |connection: &mut Connection| {
            let set = "INSERT INTO settings (key, value) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
            connection.execute(set, (&key, &value))?;
            Ok(setting(connection, &key)?.unwrap_or(value))
        };
        self.shared.connections.run(set).await
    }
}

fn create(connection: &Connection, device: &Device) -> Result<(), LogError> {
    connection.execute(
        CREATE,
        (
            device.id.as_bytes(),
            device.race.as_str(),
            device
                .checkpoint
                .as_ref()
                .map(|checkpoint| checkpoint.as_str()),
            &device.name,
            device.token_hash,
            device.created_at.ms(),
            device.revoked_at.map(Instant::ms),
        ),
    )?;
    Ok(())
}

fn list(connection: &Connection, query: &str, of: impl Params) -> Result<Vec<Device>, LogError> {
    let mut statement = connection.prepare_cached(query)?;
    let devices = statement.query_map(of, device)?.collect::<Result<_, _>>()?;
    Ok(devices)
}

fn setting(connection: &Connection, key: &str) -> Result<Option<String>, LogError> {
    let query = "SELECT value FROM settings WHERE key = ?1";
    Ok(connection
        .query_row(query, [key], |row| row.get(0))
        .optional()?)
}

fn device(row: &Row<'_>) -> rusqlite::Result<Device> {
    let checkpoint: Option<String> = row.get(2)?;
    Ok(Device {
        id: Uuid::from_bytes(row.get(0)?),
        race: parse(&row.get::<_, String>(1)?, 1)?,
        checkpoint: checkpoint
            .map(|checkpoint| parse(&checkpoint, 2))
            .transpose()?,
        name: row.get(3)?,
        token_hash: row.get(4)?,
        created_at: Instant::from_ms(row.get(5)?),
        revoked_at: row.get::<_, Option<i64>>(6)?.map(Instant::from_ms),
    })
}

fn parse<T>(text: &str, column: usize) -> rusqlite::Result<T>
where
    T: std::str::FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    text.parse().map_err(|error: T::Err| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error.into())
    })
}
