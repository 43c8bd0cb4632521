//! What a server must remember that is not a fact of a race: which devices
//! may record, and a few settings of its own.

use async_trait::async_trait;
use tasuki_race::{Instant, RaceId, Slug};
use uuid::Uuid;

use crate::error::LogError;

/// A recorder's device. Its token is known only by its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Made by the server.
    pub id: Uuid,
    /// The race it may record.
    pub race: RaceId,
    /// The only checkpoint it may record at, if it is bound to one.
    pub checkpoint: Option<Slug>,
    /// What people call it.
    pub name: String,
    /// SHA-256 of its token.
    pub token_hash: [u8; 32],
    /// When it was admitted.
    pub created_at: Instant,
    /// When its token stopped working, if it has.
    pub revoked_at: Option<Instant>,
}

/// Keeps devices and settings, beside the log and in the same database.
#[async_trait]
pub trait Registry: Send + Sync {
    /// Admits a device. Its id and its token's hash must be new.
    async fn create_device(&self, device: &Device) -> Result<(), LogError>;

    /// The devices of a race, revoked ones too, oldest first.
    async fn devices(&self, race: &RaceId) -> Result<Vec<Device>, LogError>;

    /// The devices of all races that may record.
    async fn active_devices(&self) -> Result<Vec<Device>, LogError>;

    /// Ends a device's right to record. False if the race has no such device
    /// or it was revoked before.
    async fn revoke_device(&self, race: &RaceId, id: Uuid, at: Instant) -> Result<bool, LogError>;

    /// A setting of the server.
    async fn setting(&self, key: &str) -> Result<Option<String>, LogError>;

    /// Keeps `value` unless the setting has one already; returns the one that
    /// is in force. Two servers that start at once agree on it.
    async fn set_if_absent(&self, key: &str, value: &str) -> Result<String, LogError>;
}
