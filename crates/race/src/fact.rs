//! The vocabulary: what can be recorded about a race.
//!
//! A fact is read strictly from the JSON of the wire contract and written in
//! one canonical form (RFC 8785), which is what the log keeps and hashes. Two
//! facts with the same content therefore have the same bytes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::definition::{Definition, Entry};
use crate::ids::{Bib, EventId, Slug};
use crate::instant::Instant;
use crate::review::Oddity;
use crate::strict::{self, Malformed};
use crate::wire::Wire;

/// Something that happened or was decided, once and for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Unique within its race.
    pub id: EventId,
    /// When it happened, by the observer's corrected clock.
    pub time: Option<Instant>,
    /// A remark of the observer.
    pub note: Option<String>,
    /// What happened.
    pub kind: FactKind,
}

/// What a fact says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactKind {
    /// The race is created, or its course and settings are replaced.
    RaceDefined(Box<Definition>),
    /// A competitor or team is added, or its details replaced.
    EntryRegistered(Box<Entry>),
    /// The gun for a leg; `Fact::time` is there.
    Started {
        /// The leg, the first where absent.
        leg: Option<Slug>,
        /// For whom.
        target: StartTarget,
    },
    /// A bib was seen at a checkpoint; `Fact::time` is there.
    PassageRecorded {
        /// As it was read.
        bib: Bib,
        /// Where.
        checkpoint: Slug,
    },
    /// Somebody was seen at a checkpoint, whose bib is not known yet;
    /// `Fact::time` is there.
    TimeRecorded {
        /// Where.
        checkpoint: Slug,
    },
    /// A bib was seen at a checkpoint, when is not known.
    BibRecorded {
        /// As it was read.
        bib: Bib,
        /// Where.
        checkpoint: Slug,
    },
    /// A recorded time belongs to a bib.
    PassagePaired {
        /// The time.
        event: EventId,
        /// Whose it is.
        to: PairedTo,
    },
    /// Another fact is withdrawn from the standings.
    EventVoided {
        /// That fact.
        event: EventId,
        /// Why.
        reason: String,
    },
    /// A passage belongs to another bib.
    PassageReassigned {
        /// The passage.
        event: EventId,
        /// Whose it is.
        bib: Bib,
        /// Why.
        reason: String,
    },
    /// An entry did not start, abandoned, was disqualified, or is back.
    StatusChanged {
        /// Whose.
        bib: Bib,
        /// What it is now.
        status: MarkedStatus,
        /// From where on.
        checkpoint: Option<Slug>,
        /// Why.
        reason: Option<String>,
    },
    /// A penalty or a credit.
    TimeAdjusted {
        /// Whose.
        bib: Bib,
        /// Added to the elapsed time, milliseconds.
        delta_ms: i64,
        /// From that leg on; from the finish on where absent.
        leg: Option<Slug>,
        /// Why.
        reason: String,
    },
    /// A line of the review list is right as it is.
    ReviewAccepted {
        /// The observation.
        event: EventId,
        /// What is odd about it.
        code: Oddity,
        /// Where, if the observation has several lines of that code.
        checkpoint: Option<Slug>,
        /// Why.
        reason: String,
    },
    /// Results become official, or unofficial again.
    ResultsDeclared(RaceState),
    /// A line for the spectators' ticker.
    Announced {
        /// The line.
        text: String,
        /// Whom it is about.
        bib: Option<Bib>,
    },
}

/// For whom a gun was fired. Narrower wins: bibs over category over everyone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StartTarget {
    /// All entries.
    Everyone,
    /// One category.
    Category(Slug),
    /// These; never empty.
    Bibs(Vec<Bib>),
}

/// Whose a recorded time is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PairedTo {
    /// That bib's.
    Bib(Bib),
    /// The bib's that was recorded by that fact.
    Event(EventId),
}

/// A status that officials set by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MarkedStatus {
    /// Did not start.
    Dns,
    /// Abandoned (途中棄権).
    Dnf,
    /// Disqualified.
    Dsq,
    /// Takes an earlier status back.
    Active,
}

/// Whether results are final.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RaceState {
    /// May still change.
    #[default]
    Unofficial,
    /// Signed by the referee.
    Official,
}

impl Fact {
    /// Reads the JSON object of one fact.
    ///
    /// # Errors
    /// `unknown_field`, `missing_field`, `invalid_value`, `unknown_type` or
    /// `invalid_definition`, with the field's name in the detail.
    pub fn from_json(json: &str) -> Result<Self, Malformed> {
        if !json.trim_start().starts_with('{') {
            return Err(Malformed::new("invalid_value", "a fact is a JSON object"));
        }
        strict::read_json::<Wire>(json)?.into_fact()
    }

    /// The canonical JSON (RFC 8785) that the log keeps.
    #[must_use]
    pub fn canonical(&self) -> String {
        // Serialising strings, integers and objects with text keys cannot fail.
        serde_json_canonicalizer::to_string(&Wire::from(self)).unwrap_or_default()
    }
}

impl FactKind {
    /// The `type` on the wire.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::RaceDefined(_) => "race_defined",
            Self::EntryRegistered(_) => "entry_registered",
            Self::Started { .. } => "started",
            Self::PassageRecorded { .. } => "passage_recorded",
            Self::TimeRecorded { .. } => "time_recorded",
            Self::BibRecorded { .. } => "bib_recorded",
            Self::PassagePaired { .. } => "passage_paired",
            Self::ReviewAccepted { .. } => "review_accepted",
            Self::EventVoided { .. } => "event_voided",
            Self::PassageReassigned { .. } => "passage_reassigned",
            Self::StatusChanged { .. } => "status_changed",
            Self::TimeAdjusted { .. } => "time_adjusted",
            Self::ResultsDeclared(_) => "results_declared",
            Self::Announced { .. } => "announced",
        }
    }
}
