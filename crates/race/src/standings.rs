//! What a viewer is shown: the snapshot of the wire contract.
//!
//! Absent means not known; nothing here depends on when it is asked for.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use crate::definition::{is_false, is_true};
use crate::fact::RaceState;
use crate::ids::{Bib, RaceId, Slug};
use crate::instant::Instant;
use crate::name::Name;

/// The standings as the log stood at `seq`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Standings")]
pub struct Snapshot {
    /// Which race.
    pub race: RaceId,
    /// The last fact that is in it.
    pub seq: u64,
    /// When the server received that fact.
    pub as_of: Instant,
    /// Whether results are final.
    pub state: RaceState,
    /// The selected entries.
    pub entries: BTreeMap<Bib, Row>,
    /// The last fifty, by the sequence number of their fact.
    pub announcements: BTreeMap<u64, Announcement>,
    /// The race's cutlines, and where they are drawn now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cutlines: Vec<Line>,
}

/// A cutline of the race (シード権).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "CutlineDrawn")]
pub struct Line {
    /// The last rank above the line.
    pub rank: u32,
    /// What being above it is worth.
    pub name: Name,
    /// The last ranked entry above it, once there are as many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<Bib>,
}

/// One entry's line on the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "StandingsRow")]
pub struct Row {
    /// Runner or team.
    pub name: Name,
    /// The categories it is ranked in.
    pub categories: Vec<Slug>,
    /// `false` (and only then there) outside the ranking.
    #[serde(skip_serializing_if = "is_true")]
    pub ranked: bool,
    /// Where it stands in the race.
    pub status: EntryStatus,
    /// The leg being run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leg: Option<Slug>,
    /// The last checkpoint passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<Slug>,
    /// Official time there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elapsed_ms: Option<i64>,
    /// Place in the race.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<u32>,
    /// Place in each of its categories.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub ranks: BTreeMap<Slug, u32>,
    /// Outside the ranking: the place that it would take among the ranked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub would_be: Option<u32>,
    /// To the best ranked time at `last`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gap_ms: Option<i64>,
    /// Where it is expected next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<Next>,
    /// By checkpoint.
    pub splits: BTreeMap<Slug, Split>,
    /// Finished sections.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub sections: BTreeMap<Slug, SectionTime>,
}

/// Where an entry stands in the race.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntryStatus {
    /// On the start list.
    Entered,
    /// Started.
    Running,
    /// Passed the finish.
    Finished,
    /// Did not start.
    Dns,
    /// Abandoned.
    Dnf,
    /// Disqualified.
    Dsq,
}

/// Where an entry is expected next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "NextArrival")]
pub struct Next {
    /// The checkpoint after the last one passed.
    pub checkpoint: Slug,
    /// About when, where that can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<Minute>,
}

/// An instant to the minute, written `2026-01-02T01:10Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Minute(i64);

impl Minute {
    /// The minute nearest to an instant.
    #[must_use]
    pub fn nearest(instant: Instant) -> Self {
        Self((instant.ms() + 30_000).div_euclid(60_000))
    }
}

impl fmt::Display for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = Instant::from_ms(self.0 * 60_000).to_string();
        // 2026-01-02T01:10:00.000Z without its seconds.
        write!(f, "{}Z", text.get(..16).unwrap_or(&text))
    }
}

impl Serialize for Minute {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A passage that counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Split {
    /// When, on the road's clock.
    pub time: Instant,
    /// Official time since the entry's start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elapsed_ms: Option<i64>,
    /// Place by `elapsed_ms`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<u32>,
    /// Place in each of its categories.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub ranks: BTreeMap<Slug, u32>,
    /// Place by `time`: the order on the road (見た目の順位).
    pub order: u32,
    /// To the best ranked time here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gap_ms: Option<i64>,
    /// Time of the leg that ends here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leg_ms: Option<i64>,
    /// Place by `leg_ms`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leg_rank: Option<u32>,
    /// How `leg_ms` compares with the leg's record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<RecordMark>,
    /// `true` (and only then there): run after an abandonment.
    #[serde(skip_serializing_if = "is_false")]
    pub reference: bool,
}

/// How a leg time compares with the leg's record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordMark {
    /// Faster (区間新).
    New,
    /// The same time.
    Equal,
}

/// The sum of a section's legs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SectionTime {
    /// Official time.
    pub elapsed_ms: i64,
    /// Place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<u32>,
}

/// A line for the spectators' ticker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Announcement {
    /// When it was said.
    pub time: Instant,
    /// The line.
    pub text: String,
    /// Whom it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bib: Option<Bib>,
}
