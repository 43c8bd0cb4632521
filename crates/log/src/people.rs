//! The people who may log in, and who of them is logged in.
//!
//! What changes a user comes with the [`Deed`] that tells of it: either both are
//! written or neither. What changes who may do what also raises a number
//! ([`People::identity_version`]), by triggers of the database, so that whoever
//! keeps answers in memory sees that they are old.

use async_trait::async_trait;
use tasuki_race::{Instant, RaceId, Slug};
use tokio::sync::watch;
use uuid::Uuid;

use crate::error::LogError;
use crate::operations::Deed;

/// Most sessions of one user: who begins another loses the one that was not used for
/// the longest time.
pub const SESSIONS_PER_USER_MAX: u32 = 50;

/// What somebody may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// Everything.
    Admin,
    /// Recording.
    Recorder {
        /// The race.
        race: RaceId,
        /// The only checkpoint, if bound to one.
        checkpoint: Option<Slug>,
    },
}

/// Somebody who may log in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Made by the server.
    pub id: Uuid,
    /// Unique; stands in the log as who did it.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The password's hash, as a PHC string; absent for who logs in elsewhere.
    pub password: Option<String>,
    /// Who they are where they log in: `ISSUER SUBJECT`. Unique.
    pub subject: Option<String>,
    /// When they were created.
    pub created_at: Instant,
    /// Since when they may log in no more, if so.
    pub disabled_at: Option<Instant>,
}

/// Somebody is logged in. The session's id is known only by its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of its id.
    pub hash: [u8; 32],
    /// Whose it is.
    pub user: Uuid,
    /// When it began.
    pub created_at: Instant,
    /// When it was used last, to the minute.
    pub last_used_at: Instant,
}

/// Which sessions of a user end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// None.
    None,
    /// All.
    All,
    /// All but that one.
    AllBut([u8; 32]),
}

/// What became of a user who was to be created or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is done.
    Done,
    /// Somebody else has that name or subject; nothing was done.
    Taken,
    /// There is no such user; nothing was done.
    Missing,
}

/// When something was used last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    /// Devices, by id.
    pub devices: Vec<(Uuid, Instant)>,
    /// Sessions, by hash.
    pub sessions: Vec<([u8; 32], Instant)>,
}

/// Keeps users and sessions, beside the log and in the same database.
#[async_trait]
pub trait People: Send + Sync {
    /// Creates a user, if nobody has the name or the subject.
    async fn create_user(&self, user: &User, deed: &Deed) -> Result<Kept, LogError>;

    /// Everybody, by name.
    async fn users(&self) -> Result<Vec<User>, LogError>;

    /// The user of that name.
    async fn user_named(&self, name: &str) -> Result<Option<User>, LogError>;

    /// The user who is that one elsewhere.
    async fn user_of(&self, subject: &str) -> Result<Option<User>, LogError>;

    /// Replaces what a user may do, the password, and whether disabled.
    async fn change_user(&self, user: &User, ended: Ended, deed: &Deed) -> Result<Kept, LogError>;

    /// Removes a user. False if there is none; then nothing was done.
    async fn delete_user(&self, id: Uuid, deed: &Deed) -> Result<bool, LogError>;

    /// Begins a session; of more than [`SESSIONS_PER_USER_MAX`] the oldest ends.
    async fn begin_session(&self, session: &Session, deed: &Deed) -> Result<(), LogError>;

    /// The session of that hash and whose it is, who is not disabled.
    async fn session(&self, hash: &[u8; 32]) -> Result<Option<(Session, User)>, LogError>;

    /// Ends a session. False if there is none; then nothing was done.
    async fn end_session(&self, hash: &[u8; 32], deed: &Deed) -> Result<bool, LogError>;

    /// Ends a user's sessions, and says how many there were. Tells of it also where
    /// there was none.
    async fn end_sessions(&self, user: Uuid, ended: Ended, deed: &Deed) -> Result<u64, LogError>;

    /// Forgets sessions that began before the one moment, or were not used since the
    /// other. Says how many.
    async fn forget_sessions(&self, begun: Instant, used: Instant) -> Result<u64, LogError>;

    /// Writes down when devices and sessions were used last, in one statement each.
    async fn note_uses(&self, uses: &Uses) -> Result<(), LogError>;

    /// Rises whenever a user, a device or the end of a session changes who may do
    /// what, whoever changes it.
    async fn identity_version(&self) -> Result<u64, LogError>;

    /// Changes when that number may have risen, where the engine can call; else
    /// never. Best effort: whoever follows looks at the number now and then too.
    fn news(&self) -> watch::Receiver<()>;
}
