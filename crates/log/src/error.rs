//! What can go wrong with a log that is open.

use std::error::Error;

use tasuki_race::RaceId;

/// The cause underneath, whatever the engine calls it.
pub type Cause = Box<dyn Error + Send + Sync>;

/// Why the log did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// Another process has the right to append and did not give it up.
    #[error(
        "another process may append to this log ({holder}) and did not stop within {waited_ms} ms: \
         stop it, or use another log"
    )]
    Held {
        /// Who, as far as it can be found out.
        holder: String,
        /// How long was waited.
        waited_ms: u128,
    },
    /// Another writer has taken over since; nothing was written.
    #[error("the right to append was taken over by another process")]
    Fenced,
    /// The database cannot be reached or did not do its work. Whether the
    /// last append was written is unknown until the writer has recovered.
    #[error("the log cannot be reached or written")]
    Unavailable(#[source] Cause),
    /// The draft cannot be kept as it is; nothing was written.
    #[error("{0}")]
    Invalid(String),
    /// A restored record does not fit what the log holds; nothing was written.
    #[error("`{race}` seq {seq} does not fit this log: {reason}")]
    Refused {
        /// Its race.
        race: RaceId,
        /// Its place.
        seq: u64,
        /// Why.
        reason: String,
    },
    /// What the database holds is not what was written.
    #[error("the stored log of `{race}` is damaged at seq {seq}: {reason}")]
    Damaged {
        /// The race.
        race: String,
        /// The place.
        seq: i64,
        /// What is wrong with it.
        reason: &'static str,
    },
}

impl LogError {
    /// Wraps the engine's own error.
    pub(crate) fn unavailable(cause: impl Into<Cause>) -> Self {
        Self::Unavailable(cause.into())
    }

    /// The request was at fault and the writer is as good as before.
    pub(crate) fn leaves_the_writer_usable(&self) -> bool {
        matches!(self, Self::Invalid(_) | Self::Refused { .. })
    }
}
