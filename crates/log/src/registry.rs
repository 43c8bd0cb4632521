//! What a server must remember that is not a fact of a race: which devices
//! may record, what was set while it runs, and a few settings of its own.
//!
//! What changes one of the first two comes with the [`Deed`] that tells of it:
//! either both are written or neither.

use async_trait::async_trait;
use tasuki_race::{Instant, RaceId, Slug};
use uuid::Uuid;

use crate::error::LogError;
use crate::operations::Deed;

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
    /// When its token stops working by itself, if it does.
    pub expires_at: Option<Instant>,
    /// When its token was used last, to the minute; absent where it never was.
    pub last_used_at: Option<Instant>,
}

/// What was set while a server runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Switch {
    /// Which switch.
    pub name: String,
    /// As JSON; absent where it was given its default again.
    pub value: Option<String>,
    /// The operation that tells of it. Later changes have greater numbers, also
    /// those of other switches.
    pub number: u64,
    /// When it was set.
    pub at: Instant,
    /// By whom.
    pub by: String,
    /// For what reason.
    pub why: Option<String>,
}

/// Keeps devices and settings, beside the log and in the same database.
#[async_trait]
pub trait Registry: Send + Sync {
    /// Admits a device. Its id and its token's hash must be new.
    async fn create_device(&self, device: &Device, deed: &Deed) -> Result<(), LogError>;

    /// The devices of a race, revoked ones too, oldest first.
    async fn devices(&self, race: &RaceId) -> Result<Vec<Device>, LogError>;

    /// The devices of all races that may record.
    async fn active_devices(&self) -> Result<Vec<Device>, LogError>;

    /// Ends a device's right to record, at the moment of `deed`. False if the
    /// race has no such device or it was revoked before; then nothing was done.
    async fn revoke_device(&self, race: &RaceId, id: Uuid, deed: &Deed) -> Result<bool, LogError>;

    /// Every switch that was ever set.
    async fn switches(&self) -> Result<Vec<Switch>, LogError>;

    /// Sets a switch to `value`, JSON, or without one to its default. Gives the
    /// number of the operation.
    async fn set_switch(
        &self,
        name: &str,
        value: Option<&str>,
        deed: &Deed,
    ) -> Result<u64, LogError>;

    /// A setting of the server.
    async fn setting(&self, key: &str) -> Result<Option<String>, LogError>;

    /// Keeps `value` unless the setting has one already; returns the one that
    /// is in force. Two servers that start at once agree on it.
    async fn set_if_absent(&self, key: &str, value: &str) -> Result<String, LogError>;
}
