//! The definition of a race: its course, its settings, who takes part.
//!
//! Read strictly from the object of the wire contract and written back in a
//! normal form: legs that were left out are numbered, defaults are filled in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{Bib, RaceId, Slug};
use crate::name::Name;
use crate::strict::{self, Malformed, present};
use crate::validate::{
    CATEGORIES_MAX, CATEGORIES_PER_ENTRY_MAX, CHECKPOINTS_MAX, DISTANCE_MAX_M, ENTRIES_MAX,
    LAP_MAX_MS, MEMBERS_MAX, PACE_MAX_S_PER_KM, RECORD_MAX_MS, RESOLUTION_MAX_MS,
};

/// A race as an organiser describes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Race")]
pub struct Definition {
    /// The slug in its addresses.
    pub id: RaceId,
    /// What people call it.
    pub name: Name,
    /// IANA name of the zone in which clocks are shown.
    pub timezone: String,
    /// The grain of official times, 1 to 60,000 ms.
    #[serde(default = "default_resolution_ms")]
    #[schemars(range(min = 1, max = RESOLUTION_MAX_MS))]
    pub resolution_ms: i64,
    /// How an instant becomes an official reading.
    #[serde(default)]
    pub rounding: Rounding,
    /// In course order: a start, any splits and exchanges, a finish.
    #[schemars(length(min = 2, max = CHECKPOINTS_MAX))]
    pub checkpoints: Vec<Checkpoint>,
    /// One per stretch between start, exchanges and finish.
    #[serde(default)]
    #[schemars(length(max = CHECKPOINTS_MAX))]
    pub legs: Vec<Leg>,
    /// What entries may be ranked in besides the whole field.
    #[serde(default)]
    #[schemars(length(max = CATEGORIES_MAX))]
    pub categories: Vec<Category>,
    /// How ties, open entries and abandonments are ranked.
    #[serde(default)]
    pub ranking: Ranking,
    /// Groups of legs with a ranking of their own, such as 往路.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = CHECKPOINTS_MAX))]
    pub sections: Vec<Section>,
    /// Ranks under which a line is drawn, such as シード権.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = CATEGORIES_MAX))]
    pub cutlines: Vec<Cutline>,
    /// Faster than this is flagged as implausible, seconds per kilometre.
    #[serde(default = "default_fastest_pace")]
    #[schemars(range(min = 1, max = PACE_MAX_S_PER_KM))]
    pub fastest_pace_s_per_km: i64,
    /// An entry is overdue so long after its expected arrival, milliseconds.
    #[serde(
        default = "default_overdue_after_ms",
        skip_serializing_if = "is_default_overdue_after_ms"
    )]
    #[schemars(range(min = 0, max = LAP_MAX_MS), extend("default" = default_overdue_after_ms()))]
    pub overdue_after_ms: i64,
    /// Whether the race stands in the public list.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    #[schemars(extend("default" = true))]
    pub listed: bool,
    /// Whether everyone may read its log.
    #[serde(default, skip_serializing_if = "is_false")]
    #[schemars(extend("default" = false))]
    pub public_log: bool,
    /// Competitors or teams.
    #[serde(default)]
    #[schemars(length(max = ENTRIES_MAX))]
    pub entries: Vec<Entry>,
}

/// Where a passage can be observed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// Unique on the course.
    pub id: Slug,
    /// What people call it.
    pub name: Name,
    /// What happens there.
    pub kind: CheckpointKind,
    /// From the start along the course, metres.
    #[schemars(range(min = 0, max = DISTANCE_MAX_M))]
    pub distance_m: i64,
    /// Of an exchange: the next leg begins only by a `started` fact.
    #[serde(default, rename = "break", skip_serializing_if = "is_false")]
    #[schemars(extend("default" = false))]
    pub is_break: bool,
    /// The timing point, where the course visits it more than once: all its
    /// visits name the same place, and passages are recorded there.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub place: Option<Slug>,
    /// Of a visit of a place: a passage earlier than this after the visit
    /// before is a double read, milliseconds.
    #[serde(
        default = "default_min_lap_ms",
        skip_serializing_if = "is_default_min_lap_ms"
    )]
    #[schemars(range(min = 0, max = LAP_MAX_MS), extend("default" = default_min_lap_ms()))]
    pub min_lap_ms: i64,
}

/// What happens at a checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckpointKind {
    /// Where the first leg begins.
    Start,
    /// A time is taken, the leg goes on.
    Split,
    /// A leg ends and the next begins.
    Exchange,
    /// The last leg ends.
    Finish,
}

/// What one member of a team runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Leg {
    /// Unique in the race.
    pub id: Slug,
    /// What people call it, such as 1区.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub name: Option<Name>,
    /// The leg record to beat (区間記録).
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(range(min = 1, max = RECORD_MAX_MS))]
    pub record_ms: Option<i64>,
}

/// A group of entries with a ranking of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Unique in the race.
    pub id: Slug,
    /// What people call it.
    pub name: Name,
}

/// A competitor or team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Unique in the race.
    pub bib: Bib,
    /// Runner or team.
    pub name: Name,
    /// The categories it is ranked in.
    #[serde(default)]
    #[schemars(length(max = CATEGORIES_PER_ENTRY_MAX))]
    pub categories: Vec<Slug>,
    /// `false`: has times but no rank, and takes nobody's (オープン参加).
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    #[schemars(extend("default" = true))]
    pub ranked: bool,
    /// Who runs which leg.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = MEMBERS_MAX))]
    pub members: Vec<Member>,
}

/// Who runs a leg.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// The leg.
    pub leg: Slug,
    /// The runner.
    pub name: Name,
}

/// Legs that are ranked together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Unique in the race.
    pub id: Slug,
    /// What people call it.
    pub name: Name,
    /// The legs whose times are summed.
    #[schemars(length(min = 1, max = CHECKPOINTS_MAX))]
    pub legs: Vec<Slug>,
}

/// A line drawn under a rank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cutline {
    /// The last rank above the line.
    #[schemars(range(min = 1))]
    pub rank: u32,
    /// What being above it is worth.
    pub name: Name,
}

/// How an instant becomes an official reading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// To the next grain: the rule for road races.
    #[default]
    Up,
    /// To the last grain.
    Down,
    /// To the nearest grain, halves up.
    Nearest,
}

/// Settings of `ranking`; what they do is in the rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Ranking {
    /// Equal elapsed times.
    pub ties: Ties,
    /// Equal times of a leg.
    pub leg_ties: Ties,
    /// Equal times of the first leg, which is a race on the road.
    pub first_leg_ties: Ties,
    /// Whether an entry outside the ranking still pushes others down.
    pub unranked_take_places: bool,
    /// Entries outside the ranking in the leg rankings.
    pub unranked_legs: UnrankedLegs,
    /// Legs run after an abandonment.
    pub after_dnf: AfterDnf,
}

impl Default for Ranking {
    fn default() -> Self {
        Self {
            ties: Ties::Arrival,
            leg_ties: Ties::Shared,
            first_leg_ties: Ties::Arrival,
            unranked_take_places: false,
            unranked_legs: UnrankedLegs::Excluded,
            after_dnf: AfterDnf::Reference,
        }
    }
}

/// What equal times give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ties {
    /// One rank for all: 1, 2, 2, 4.
    Shared,
    /// Split by unrounded time, then instant of passage, then bib.
    Arrival,
    /// By who arrived first where that decides, else by leg places.
    Countback,
}

/// Entries outside the ranking in the leg rankings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnrankedLegs {
    /// No rank, no place taken.
    Excluded,
    /// Ranked like the others.
    Counted,
    /// A place taken, none shown.
    Skip,
}

/// Legs run after an abandonment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AfterDnf {
    /// Timed, marked as a reference, not ranked.
    Reference,
    /// Ranked as legs.
    Counted,
}

impl Definition {
    /// Reads and checks the object of the wire contract, and numbers legs
    /// that were left out.
    ///
    /// # Errors
    /// Says where and what to change: an unknown field, a missing one, a
    /// value that does not fit, or a course that does not hold together.
    pub fn from_json(json: &str) -> Result<Self, Malformed> {
        let mut definition: Self = strict::read_json(json)?;
        definition.normalise()?;
        Ok(definition)
    }

    pub(crate) fn normalise(&mut self) -> Result<(), Malformed> {
        if self.legs.is_empty() {
            self.legs = self.numbered_legs();
        }
        self.check()
            .map_err(|e| Malformed::new("invalid_definition", e.to_string()))
    }

    fn numbered_legs(&self) -> Vec<Leg> {
        let ends = self.checkpoints.iter().filter(|c| c.kind.ends_leg());
        ends.zip(1_u32..)
            .filter_map(|(_, number)| number.to_string().parse().ok())
            .map(|id| Leg {
                id,
                name: None,
                record_ms: None,
            })
            .collect()
    }
}

impl CheckpointKind {
    /// Whether a leg ends there.
    #[must_use]
    pub fn ends_leg(self) -> bool {
        matches!(self, Self::Exchange | Self::Finish)
    }
}

fn default_resolution_ms() -> i64 {
    1000
}

fn default_fastest_pace() -> i64 {
    120
}

/// Ten seconds: a mat reads a chip several times while it is crossed.
fn default_min_lap_ms() -> i64 {
    10_000
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the shape that serde calls"
)]
fn is_default_min_lap_ms(value: &i64) -> bool {
    *value == default_min_lap_ms()
}

/// Ten minutes: less is a long queue for water.
fn default_overdue_after_ms() -> i64 {
    600_000
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the shape that serde calls"
)]
fn is_default_overdue_after_ms(value: &i64) -> bool {
    *value == default_overdue_after_ms()
}

fn yes() -> bool {
    true
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the shape that serde calls"
)]
pub(crate) fn is_true(value: &bool) -> bool {
    *value
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the shape that serde calls"
)]
pub(crate) fn is_false(value: &bool) -> bool {
    !*value
}
