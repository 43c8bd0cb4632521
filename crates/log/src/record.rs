//! What goes into the log and what comes out of it.
//!
//! A [`Draft`] is a fact that somebody wants in the log. The writer gives it
//! its place and its link to the line before, which makes it a [`Record`]; a
//! record is written as one line of the exported log and read back from it.

use std::fmt::Write;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use tasuki_race::{EventId, Instant, RaceId};

use crate::hash::Hash;

/// Longest `by` and `device`, characters: they stand in every line.
pub const ACTOR_CHARS_MAX: usize = 200;

/// A fact that is to enter the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The race it belongs to.
    pub race: RaceId,
    /// The id inside `event`, unique within the race.
    pub id: EventId,
    /// When the server received it. The writer moves it forward to the `at`
    /// of the line before where a clock was set back.
    pub at: Instant,
    /// Who recorded it, at most [`ACTOR_CHARS_MAX`] characters.
    pub by: String,
    /// The recorder's device, if it was one.
    pub device: Option<String>,
    /// The fact as RFC 8785 canonical JSON. The log does not look inside.
    pub event: Box<str>,
}

/// A fact in the log: one line of the export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The race it belongs to.
    pub race: RaceId,
    /// Its place: 1, 2, 3 … without a gap in each race.
    pub seq: u64,
    /// When the server received it; never before the line before.
    pub at: Instant,
    /// Who recorded it.
    pub by: String,
    /// The recorder's device, if it was one.
    pub device: Option<String>,
    /// The id inside `event`, unique within the race.
    pub id: EventId,
    /// The fact as RFC 8785 canonical JSON.
    pub event: Box<str>,
    /// The hash of the line before, [`Hash::ZERO`] for the first.
    pub prev: Hash,
    /// SHA-256 over the canonical JSON of the line without its `hash`.
    pub hash: Hash,
}

/// The last line of a race's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its place, which is also the number of facts.
    pub seq: u64,
    /// Its hash, which vouches for everything before it.
    pub hash: Hash,
}

impl Head {
    /// What the first line follows.
    pub const ORIGIN: Self = Self {
        seq: 0,
        hash: Hash::ZERO,
    };
}

/// What became of one [`Draft`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Appended {
    /// It is in the log now.
    Accepted(Arc<Record>),
    /// It was there already, with the same content.
    Duplicate {
        /// Where.
        seq: u64,
    },
    /// Its id belongs to another fact; it was not written.
    Conflict {
        /// Where that fact is.
        seq: u64,
    },
}

/// Why a text is not a line of the log.
#[derive(Debug, thiserror::Error)]
pub enum NotARecord {
    /// Not JSON, or not the fields of a line.
    #[error("not a line of the log: {0}")]
    Malformed(String),
    /// The fact inside has no usable id.
    #[error("the event has no `id` that is a UUID")]
    NoId,
    /// The same content in other bytes: spaces, order of keys, escapes.
    #[error("not in canonical form (RFC 8785): the line was written again by another program")]
    NotCanonical,
    /// Something in the line was changed after it was written.
    #[error("the content does not match its hash: it says {said}, the content gives {given}")]
    WrongHash {
        /// What the line says.
        said: Hash,
        /// What its content gives.
        given: Hash,
    },
}

impl Record {
    /// Gives `draft` its place after the line whose hash is `prev`.
    #[must_use]
    pub fn seal(draft: Draft, seq: u64, prev: Hash) -> Self {
        let Draft {
            race,
            id,
            at,
            by,
            device,
            event,
        } = draft;
        let hash = Hash::ZERO;
        let mut record = Self {
            race,
            seq,
            at,
            by,
            device,
            id,
            event,
            prev,
            hash,
        };
        record.hash = record.content_hash();
        record
    }

    /// The hash that the content gives, whatever `hash` says.
    #[must_use]
    pub fn content_hash(&self) -> Hash {
        Hash::of(self.write(None).as_bytes())
    }

    /// The exported line, without its newline.
    #[must_use]
    pub fn line(&self) -> String {
        self.write(Some(self.hash))
    }

    /// Writes the object by hand: the keys stand in RFC 8785's order, the
    /// event is canonical already, and the rest are strings and one integer.
    fn write(&self, hash: Option<Hash>) -> String {
        const FRAME_BYTES: usize = 320;
        let mut line = String::with_capacity(FRAME_BYTES + self.by.len() + self.event.len());
        push(&mut line, format_args!("{{\"at\":\"{}\",\"by\":", self.at));
        push_string(&mut line, &self.by);
        if let Some(device) = &self.device {
            line.push_str(",\"device\":");
            push_string(&mut line, device);
        }
        line.push_str(",\"event\":");
        line.push_str(&self.event);
        if let Some(hash) = hash {
            push(&mut line, format_args!(",\"hash\":\"{hash}\""));
        }
        let (prev, race, seq) = (self.prev, &self.race, self.seq);
        push(
            &mut line,
            format_args!(",\"prev\":\"{prev}\",\"race\":\"{race}\",\"seq\":{seq}}}"),
        );
        line
    }

    /// Reads one exported line, without its newline.
    ///
    /// The line must be, byte for byte, what [`Record::line`] writes; its hash
    /// is computed again and compared.
    ///
    /// # Errors
    /// Says what is wrong with the line. Whether it fits behind the line
    /// before is for [`crate::Verifier`].
    pub fn from_line(line: &str) -> Result<Self, NotARecord> {
        let malformed = |error: serde_json::Error| NotARecord::Malformed(error.to_string());
        let fields: Fields<'_> = serde_json::from_str(line).map_err(malformed)?;
        let event: Value = serde_json::from_str(fields.event.get()).map_err(malformed)?;
        let id = event
            .get("id")
            .and_then(Value::as_str)
            .and_then(|id| id.parse().ok());
        let record = Self {
            race: fields.race,
            seq: fields.seq,
            at: fields.at,
            by: fields.by,
            device: fields.device,
            id: id.ok_or(NotARecord::NoId)?,
            event: fields.event.get().into(),
            prev: fields.prev,
            hash: fields.hash,
        };
        let canonical = serde_json_canonicalizer::to_string(&event).map_err(malformed)?;
        if *canonical != *record.event || record.line() != line {
            return Err(NotARecord::NotCanonical);
        }
        let given = record.content_hash();
        if given != record.hash {
            return Err(NotARecord::WrongHash {
                said: record.hash,
                given,
            });
        }
        Ok(record)
    }

    /// The record as the last line of its race.
    #[must_use]
    pub fn head(&self) -> Head {
        Head {
            seq: self.seq,
            hash: self.hash,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields<'a> {
    at: Instant,
    by: String,
    device: Option<String>,
    #[serde(borrow)]
    event: &'a RawValue,
    hash: Hash,
    prev: Hash,
    race: RaceId,
    seq: u64,
}

fn push(line: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a `String` cannot fail.
    let _ = line.write_fmt(text);
}

/// serde_json escapes exactly what RFC 8785 wants escaped, and as it wants it.
fn push_string(line: &mut String, text: &str) {
    push(line, format_args!("{}", Value::from(text)));
}
