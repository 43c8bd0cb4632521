//! The canary: every few seconds it records a fact in a race of its own, over HTTP
//! and through the real listener, and waits until that comes out of the live stream.
//! How long it takes, and that it fails, are metrics with alerts.
//!
//! # What it leaves behind
//!
//! Facts are never deleted, so the canary sees to it that they are few. While somebody
//! watches or records it sings every five seconds, 7,200 times in a race day of ten
//! hours: about 3 MB in the database. On a quiet server it sings every five minutes,
//! 288 times a day, or 40 MB in a year. Its race is a new one each day and at each
//! start; those before are never loaded again, so memory holds one day of it at most.
//! The logs of real races hold nothing of it.
//!
//! # Who sees it
//!
//! Nobody: its race is kept apart ([`Races`](crate::races::Races)), so there is none of
//! that name for any route but for the two that the canary calls with its token, and
//! its seat is not counted among those of viewers. Where entry is closed, the server
//! read only or the stream off, it is refused as everybody is: that is told as it is,
//! and is no failure.

mod http;
mod listening;
mod race;
mod singing;
mod trust;

use tasuki_log::Device;
use uuid::Uuid;

use crate::identity::new_token;
use crate::limits::Caller;

pub use race::is_hidden;
pub(crate) use singing::sing;

/// Whom the server believes to be its canary.
pub(crate) struct Canary {
    id: Uuid,
    token: String,
}

impl Canary {
    pub(crate) fn new() -> Self {
        Self {
            id: Uuid::now_v7(),
            token: new_token(),
        }
    }

    /// Whether it is the canary that calls.
    pub(crate) fn is(&self, caller: Caller) -> bool {
        caller == Caller::Device(self.id)
    }

    /// What it records with: admitted in memory alone.
    fn device(&self, race: tasuki_race::RaceId) -> Device {
        Device {
            id: self.id,
            race,
            checkpoint: None,
            name: "canary".to_owned(),
            token_hash: crate::identity::token_hash(&self.token),
            created_at: crate::clock::now(),
            expires_at: None,
            last_used_at: None,
            revoked_at: None,
        }
    }
}
