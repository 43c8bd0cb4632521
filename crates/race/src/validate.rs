//! Whether a definition holds together.

use std::collections::HashSet;
use std::fmt::Display;
use std::hash::Hash;

use crate::definition::{Checkpoint, CheckpointKind, Definition, Entry};
use crate::ids::Slug;

/// More entries than any road race has had.
pub(crate) const ENTRIES_MAX: usize = 100_000;
/// A checkpoint every 200 m of a 100 km race.
pub(crate) const CHECKPOINTS_MAX: usize = 500;
/// Sex, age group, club and company, several times over.
pub(crate) const CATEGORIES_MAX: usize = 500;
/// Each category of an entry costs a place in a ranking at each checkpoint.
pub(crate) const CATEGORIES_PER_ENTRY_MAX: usize = 16;
/// Reserves included.
pub(crate) const MEMBERS_MAX: usize = 200;
/// The length of the equator, which no race exceeds.
pub(crate) const DISTANCE_MAX_M: i64 = 40_075_000;
/// Official times are never coarser than a minute.
pub(crate) const RESOLUTION_MAX_MS: i64 = 60_000;
/// A day: no two visits need be further apart.
pub(crate) const LAP_MAX_MS: i64 = 86_400_000;
/// A kilometre an hour: slower than any walk.
pub(crate) const PACE_MAX_S_PER_KM: i64 = 3_600;
/// Ten days: no leg is longer.
pub(crate) const RECORD_MAX_MS: i64 = 864_000_000;

/// Why a definition does not hold together, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidDefinition(String);

fn refuse<T>(text: impl Display) -> Result<T, InvalidDefinition> {
    Err(InvalidDefinition(text.to_string()))
}

fn unique<'a, T: Hash + Eq + Display + 'a>(
    what: &str,
    ids: impl Iterator<Item = &'a T>,
) -> Result<HashSet<&'a T>, InvalidDefinition> {
    let mut seen = HashSet::new();
    for id in ids {
        if !seen.insert(id) {
            return refuse(format_args!(
                "{what}: `{id}` stands there twice; give each its own"
            ));
        }
    }
    Ok(seen)
}

fn at_most(what: &str, count: usize, max: usize) -> Result<(), InvalidDefinition> {
    if count > max {
        return refuse(format_args!("{what}: {count} are too many; at most {max}"));
    }
    Ok(())
}

fn within(what: impl Display, value: i64, min: i64, max: i64) -> Result<(), InvalidDefinition> {
    if !(min..=max).contains(&value) {
        return refuse(format_args!(
            "{what}: {value} is not between {min} and {max}"
        ));
    }
    Ok(())
}

impl Definition {
    /// Whether the course, the settings and the entries hold together.
    pub(crate) fn check(&self) -> Result<(), InvalidDefinition> {
        within("resolution_ms", self.resolution_ms, 1, RESOLUTION_MAX_MS)?;
        within(
            "fastest_pace_s_per_km",
            self.fastest_pace_s_per_km,
            1,
            PACE_MAX_S_PER_KM,
        )?;
        within("overdue_after_ms", self.overdue_after_ms, 0, LAP_MAX_MS)?;
        if jiff::tz::TimeZone::get(&self.timezone).is_err() {
            return refuse(format_args!(
                "timezone: `{}` is not an IANA time zone such as Asia/Tokyo",
                self.timezone.chars().take(40).collect::<String>()
            ));
        }
        self.check_checkpoints()?;
        self.check_legs()?;
        self.check_groups()?;
        self.check_entries()
    }

    fn check_checkpoints(&self) -> Result<(), InvalidDefinition> {
        at_most("checkpoints", self.checkpoints.len(), CHECKPOINTS_MAX)?;
        unique("checkpoints", self.checkpoints.iter().map(|c| &c.id))?;
        let last = self.checkpoints.len().saturating_sub(1);
        if last == 0 {
            return refuse("checkpoints: a course needs at least a start and a finish");
        }
        let mut before_m = 0;
        for (i, checkpoint) in self.checkpoints.iter().enumerate() {
            let place = format!("checkpoints[{i}] `{}`", checkpoint.id);
            within(
                format_args!("{place}: distance_m"),
                checkpoint.distance_m,
                0,
                DISTANCE_MAX_M,
            )?;
            if checkpoint.distance_m < before_m {
                return refuse(format_args!(
                    "{place}: distance_m {} lies before the checkpoint above it ({before_m}); \
                     list checkpoints in course order",
                    checkpoint.distance_m
                ));
            }
            before_m = checkpoint.distance_m;
            if (checkpoint.kind == CheckpointKind::Start) != (i == 0) {
                return refuse(format_args!(
                    "{place}: the first checkpoint is the start, and only that one"
                ));
            }
            if (checkpoint.kind == CheckpointKind::Finish) != (i == last) {
                return refuse(format_args!(
                    "{place}: the last checkpoint is the finish, and only that one"
                ));
            }
            self.check_visit(checkpoint, &place)?;
            if checkpoint.is_break && checkpoint.kind != CheckpointKind::Exchange {
                return refuse(format_args!("{place}: only an exchange can be a break"));
            }
        }
        Ok(())
    }

    fn check_visit(&self, checkpoint: &Checkpoint, place: &str) -> Result<(), InvalidDefinition> {
        let what = format_args!("{place}: min_lap_ms").to_string();
        within(what, checkpoint.min_lap_ms, 0, LAP_MAX_MS)?;
        let Some(visited) = &checkpoint.place else {
            return Ok(());
        };
        if self.checkpoints.iter().any(|c| c.id == *visited) {
            return refuse(format_args!(
                "{place}: place `{visited}` is also the id of a checkpoint; name the timing \
                 point apart from its visits"
            ));
        }
        Ok(())
    }

    fn check_legs(&self) -> Result<(), InvalidDefinition> {
        unique("legs", self.legs.iter().map(|l| &l.id))?;
        let stretches = self
            .checkpoints
            .iter()
            .filter(|c| c.kind.ends_leg())
            .count();
        if self.legs.len() != stretches {
            return refuse(format_args!(
                "legs: {} are named, but the exchanges and the finish end {stretches}; \
                 name each or leave `legs` out",
                self.legs.len()
            ));
        }
        for leg in &self.legs {
            if let Some(record_ms) = leg.record_ms {
                within(
                    format_args!("leg `{}`: record_ms", leg.id),
                    record_ms,
                    1,
                    RECORD_MAX_MS,
                )?;
            }
        }
        Ok(())
    }

    fn check_groups(&self) -> Result<(), InvalidDefinition> {
        at_most("categories", self.categories.len(), CATEGORIES_MAX)?;
        unique("categories", self.categories.iter().map(|c| &c.id))?;
        at_most("sections", self.sections.len(), CHECKPOINTS_MAX)?;
        unique("sections", self.sections.iter().map(|s| &s.id))?;
        for section in &self.sections {
            if section.legs.is_empty() {
                return refuse(format_args!("section `{}`: name its legs", section.id));
            }
            unique("legs of a section", section.legs.iter())?;
            if let Some(leg) = section.legs.iter().find(|l| !self.has_leg(l)) {
                return refuse(format_args!(
                    "section `{}`: there is no leg `{leg}`",
                    section.id
                ));
            }
        }
        at_most("cutlines", self.cutlines.len(), CATEGORIES_MAX)?;
        if self.cutlines.iter().any(|line| line.rank == 0) {
            return refuse("cutlines: ranks begin at 1");
        }
        Ok(())
    }

    fn check_entries(&self) -> Result<(), InvalidDefinition> {
        at_most("entries", self.entries.len(), ENTRIES_MAX)?;
        unique("entries", self.entries.iter().map(|e| &e.bib))?;
        let categories: HashSet<&Slug> = self.categories.iter().map(|c| &c.id).collect();
        self.entries
            .iter()
            .try_for_each(|entry| self.check_entry_in(entry, &categories))
    }

    /// Whether an entry fits this race.
    ///
    /// # Errors
    /// Names the category or leg that the race does not have.
    pub fn check_entry(&self, entry: &Entry) -> Result<(), InvalidDefinition> {
        self.check_entry_in(entry, &self.categories.iter().map(|c| &c.id).collect())
    }

    fn check_entry_in(
        &self,
        entry: &Entry,
        known: &HashSet<&Slug>,
    ) -> Result<(), InvalidDefinition> {
        let bib = &entry.bib;
        at_most(
            &format!("entry `{bib}`: categories"),
            entry.categories.len(),
            CATEGORIES_PER_ENTRY_MAX,
        )?;
        at_most(
            &format!("entry `{bib}`: members"),
            entry.members.len(),
            MEMBERS_MAX,
        )?;
        unique("categories of an entry", entry.categories.iter())?;
        if let Some(category) = entry.categories.iter().find(|c| !known.contains(c)) {
            return refuse(format_args!(
                "entry `{bib}`: there is no category `{category}`"
            ));
        }
        if let Some(member) = entry.members.iter().find(|m| !self.has_leg(&m.leg)) {
            return refuse(format_args!(
                "entry `{bib}`: there is no leg `{}`",
                member.leg
            ));
        }
        Ok(())
    }

    /// Whether passages can be recorded there: at a checkpoint, or at a place
    /// that several checkpoints are visits of.
    #[must_use]
    pub fn has_timing_point(&self, id: &Slug) -> bool {
        let here = |c: &Checkpoint| c.id == *id || c.place.as_ref() == Some(id);
        self.checkpoints.iter().any(here)
    }

    /// Whether the race has a leg of that id.
    #[must_use]
    pub fn has_leg(&self, id: &Slug) -> bool {
        self.legs.iter().any(|leg| leg.id == *id)
    }
}
