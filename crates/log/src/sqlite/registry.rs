//! Devices and settings in the same file.

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, Params, Row, TransactionBehavior};
use tasuki_race::{Instant, RaceId};
use uuid::Uuid;

use super::SqliteLog;
use super::operations;
use super::reading::{bound, seq};
use crate::error::LogError;
use crate::operations::Deed;
use crate::registry::{Device, Registry, Switch};

const CREATE: &str = "INSERT INTO devices (id, race, checkpoint, name, token_hash, created_at_ms, revoked_at_ms, \
        expires_at_ms, last_used_at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";

const OF_RACE: &str = "SELECT id, race, checkpoint, name, token_hash, created_at_ms, revoked_at_ms, \
    expires_at_ms, last_used_at_ms FROM devices WHERE race = ?1 ORDER BY created_at_ms, id";

const ACTIVE: &str = "SELECT id, race, checkpoint, name, token_hash, created_at_ms, revoked_at_ms, \
    expires_at_ms, last_used_at_ms FROM devices WHERE revoked_at_ms IS NULL ORDER BY race, created_at_ms, id";

const REVOKE: &str = "UPDATE devices SET revoked_at_ms = ?3 \
    WHERE race = ?1 AND id = ?2 AND revoked_at_ms IS NULL";

const SWITCHES: &str = "SELECT name, value, number, at_ms, by, why FROM switches ORDER BY name";

const SET_SWITCH: &str = "INSERT INTO switches (name, value, number, at_ms, by, why) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (name) DO UPDATE \
    SET (value, number, at_ms, by, why) = \
        (excluded.value, excluded.number, excluded.at_ms, excluded.by, excluded.why)";

#[async_trait]
impl Registry for SqliteLog {
    async fn create_device(&self, device: &Device, deed: &Deed) -> Result<(), LogError> {
        let (device, deed) = (device.clone(), deed.clone());
        self.shared
            .connections
            .run(move |connection| create(connection, &device, &deed))
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

    async fn revoke_device(&self, race: &RaceId, id: Uuid, deed: &Deed) -> Result<bool, LogError> {
        let (race, deed) = (race.clone(), deed.clone());
        self.shared
            .connections
            .run(move |connection| revoke(connection, &race, id, &deed))
            .await
    }

    async fn switches(&self) -> Result<Vec<Switch>, LogError> {
        let read = |connection: &mut Connection| {
            let mut statement = connection.prepare_cached(SWITCHES)?;
            let switches = statement.query_map([], switch)?;
            Ok(switches.collect::<Result<_, _>>()?)
        };
        self.shared.connections.run(read).await
    }

    async fn set_switch(
        &self,
        name: &str,
        value: Option<&str>,
        deed: &Deed,
    ) -> Result<u64, LogError> {
        let (name, value) = (name.to_owned(), value.map(str::to_owned));
        let deed = deed.clone();
        self.shared
            .connections
            .run(move |connection| set_switch(connection, &name, value.as_deref(), &deed))
            .await
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

/// A transaction that will write: it waits for the right to at once.
fn begin(connection: &mut Connection) -> rusqlite::Result<rusqlite::Transaction<'_>> {
    connection.transaction_with_behavior(TransactionBehavior::Immediate)
}

fn create(connection: &mut Connection, device: &Device, deed: &Deed) -> Result<(), LogError> {
    let checkpoint = device.checkpoint.as_ref();
    let transaction = begin(connection)?;
    transaction.execute(
        CREATE,
        (
            device.id.as_bytes(),
            device.race.as_str(),
            checkpoint.map(|checkpoint| checkpoint.as_str()),
            &device.name,
            device.token_hash,
            device.created_at.ms(),
            device.revoked_at.map(Instant::ms),
            device.expires_at.map(Instant::ms),
            device.last_used_at.map(Instant::ms),
        ),
    )?;
    operations::append(&transaction, deed)?;
    transaction.commit()?;
    Ok(())
}

fn revoke(
    connection: &mut Connection,
    race: &RaceId,
    id: Uuid,
    deed: &Deed,
) -> Result<bool, LogError> {
    let transaction = begin(connection)?;
    let columns = (race.as_str(), id.as_bytes(), deed.at.ms());
    if transaction.execute(REVOKE, columns)? == 0 {
        return Ok(false);
    }
    operations::append(&transaction, deed)?;
    transaction.commit()?;
    Ok(true)
}

fn set_switch(
    connection: &mut Connection,
    name: &str,
    value: Option<&str>,
    deed: &Deed,
) -> Result<u64, LogError> {
    let transaction = begin(connection)?;
    let number = operations::append(&transaction, deed)?;
    let (at_ms, by, why) = (deed.at.ms(), &deed.by, &deed.why);
    let columns = (name, value, bound(number), at_ms, by, why);
    transaction.execute(SET_SWITCH, columns)?;
    transaction.commit()?;
    Ok(number)
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
        expires_at: row.get::<_, Option<i64>>(7)?.map(Instant::from_ms),
        last_used_at: row.get::<_, Option<i64>>(8)?.map(Instant::from_ms),
    })
}

fn switch(row: &Row<'_>) -> rusqlite::Result<Switch> {
    Ok(Switch {
        name: row.get(0)?,
        value: row.get(1)?,
        number: seq(row, 2)?,
        at: Instant::from_ms(row.get(3)?),
        by: row.get(4)?,
        why: row.get(5)?,
    })
}

pub(super) fn parse<T>(text: &str, column: usize) -> rusqlite::Result<T>
where
    T: std::str::FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    text.parse().map_err(|error: T::Err| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error.into())
    })
}
