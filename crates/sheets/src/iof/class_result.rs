//! The results of a class: persons, or teams leg by leg.

use std::collections::HashMap;

use tasuki_race::{Checkpoint, CheckpointKind, EntryStatus, Slug, Split};

use super::document::{Document, seconds};
use super::result_list::List;
use super::status::{leg_status, status};
use crate::catalogue::in_language;
use crate::naming::{parts, without_club};
use crate::results::Placed;

/// The entries of a category, or those that are in none.
pub(super) struct Class<'r> {
    list: &'r List<'r>,
    category: Option<&'r Slug>,
    name: &'r str,
    pub(super) members: Vec<&'r Placed>,
    /// The shortest time that is ranked, by checkpoint.
    best_ms: HashMap<&'r Slug, i64>,
    /// The same of legs, by where they end, and the places of all.
    legs: HashMap<&'r Slug, (i64, Vec<u32>)>,
}

impl<'r> Class<'r> {
    /// The entries of a list that are in it.
    pub(super) fn of(
        list: &'r List<'r>,
        category: Option<&'r Slug>,
        name: &'r str,
        is_in: impl Fn(&&Placed) -> bool,
    ) -> Class<'r> {
        let mut members: Vec<&Placed> = list.results.rows.iter().filter(is_in).collect();
        // The list is in the order of the whole race, a class in its own.
        members.sort_by_key(|placed| placed.rank(category).unwrap_or(u32::MAX));
        let (mut best_ms, mut legs) = (HashMap::new(), HashMap::new());
        let splits = members.iter().flat_map(|placed| &placed.row.splits);
        for (checkpoint, split) in splits {
            if let Some(ms) = split
                .elapsed_ms
                .filter(|_| place(split, category).is_some())
            {
                let best = best_ms.entry(checkpoint).or_insert(ms);
                *best = ms.min(*best);
            }
            if let Some((ms, rank)) = split.leg_ms.zip(split.leg_rank) {
                let (best, ranks) = legs.entry(checkpoint).or_insert((ms, Vec::new()));
                *best = ms.min(*best);
                ranks.push(rank);
            }
        }
        for (_, ranks) in legs.values_mut() {
            ranks.sort_unstable();
        }
        Class {
            list,
            category,
            name,
            members,
            best_ms,
            legs,
        }
    }
}

fn place(split: &Split, category: Option<&Slug>) -> Option<u32> {
    match category {
        Some(category) => split.ranks.get(category).copied(),
        None => split.rank,
    }
}

impl Class<'_> {
    pub(super) fn write(&self, document: &mut Document) {
        let resolution = seconds(self.list.results.definition.resolution_ms);
        let attributes = [("timeResolution", resolution.as_str())];
        document.element("ClassResult", &attributes, |document| {
            document.element("Class", &[], |document| {
                if let Some(category) = self.category {
                    document.text("Id", category.as_str());
                }
                document.text("Name", self.name);
            });
            for placed in &self.members {
                if self.list.is_relay() {
                    self.team(document, placed);
                } else {
                    self.person(document, placed);
                }
            }
        });
    }

    fn person(&self, document: &mut Document, placed: &Placed) {
        let (name, club) = without_club(in_language(&placed.row.name, self.list.language));
        let total_ms = placed.total_ms();
        let status = status(placed);
        let finish = self.list.results.finish();
        let split = finish.and_then(|finish| placed.row.splits.get(finish));
        document.element("PersonResult", &[], |document| {
            write_person(document, name);
            if let Some(club) = club {
                document.element("Organisation", &[], |document| document.text("Name", club));
            }
            document.element("Result", &[], |document| {
                document.text("BibNumber", placed.bib.as_str());
                let start = placed.guns.first().copied().flatten();
                document.maybe("StartTime", start.map(|at| self.list.date_time(at)));
                let arrival = split.map(|split| self.list.date_time(split.time));
                document.maybe("FinishTime", arrival);
                document.maybe("Time", total_ms.map(seconds));
                let ranked = split.filter(|_| status == "OK");
                let behind = ranked.and_then(|split| self.behind(finish?, split));
                document.maybe("TimeBehind", behind);
                let position = ranked.and_then(|split| place(split, self.category));
                document.maybe("Position", position.map(|place| place.to_string()));
                document.text("Status", status);
                self.splits(document, placed, |checkpoint| {
                    checkpoint.kind == CheckpointKind::Split
                });
            });
        });
    }

    fn behind(&self, checkpoint: &Slug, split: &Split) -> Option<String> {
        place(split, self.category)?;
        let best = self.best_ms.get(checkpoint)?;
        split.elapsed_ms.map(|ms| seconds(ms - best))
    }

    /// Times since the start at the checkpoints that are wanted.
    fn splits(
        &self,
        document: &mut Document,
        placed: &Placed,
        wanted: impl Fn(&Checkpoint) -> bool,
    ) {
        let checkpoints = &self.list.results.definition.checkpoints;
        for checkpoint in checkpoints.iter().filter(|checkpoint| wanted(checkpoint)) {
            let split = placed.row.splits.get(&checkpoint.id);
            split_time(
                document,
                &checkpoint.id,
                split,
                split.and_then(|s| s.elapsed_ms),
                placed,
            );
        }
    }

    fn team(&self, document: &mut Document, placed: &Placed) {
        let definition = &self.list.results.definition;
        document.element("TeamResult", &[], |document| {
            document.text("Name", in_language(&placed.row.name, self.list.language));
            document.text("BibNumber", placed.bib.as_str());
            let mut first = 0;
            let mut number = 0;
            for (at, checkpoint) in definition.checkpoints.iter().enumerate() {
                if checkpoint.kind.ends_leg() {
                    let stretch = &definition.checkpoints[first..=at];
                    let before = first.checked_sub(1).map(|at| &definition.checkpoints[at]);
                    self.member(document, placed, number, before, stretch);
                    (first, number) = (at + 1, number + 1);
                }
            }
        });
    }

    /// One member's leg, which ends at the last checkpoint of its stretch.
    fn member(
        &self,
        document: &mut Document,
        placed: &Placed,
        number: usize,
        before: Option<&Checkpoint>,
        stretch: &[Checkpoint],
    ) {
        let (Some(leg), Some(end)) = (
            self.list.results.definition.legs.get(number),
            stretch.last(),
        ) else {
            return;
        };
        let arrived = |checkpoint: &Checkpoint| placed.row.splits.get(&checkpoint.id);
        let (begin, split) = (before.and_then(arrived), arrived(end));
        let status = leg_status(placed, number, split, &self.list.results.definition.legs);
        document.element("TeamMemberResult", &[], |document| {
            if let Some(name) = placed.member(&leg.id) {
                write_person(document, in_language(name, self.list.language));
            }
            document.element("Result", &[], |document| {
                document.text("Leg", &(number + 1).to_string());
                document.text("BibNumber", placed.bib.as_str());
                // Without a gun a leg begins when the one before it ends.
                let gun = placed.guns.get(number).copied().flatten();
                let start = gun.or(begin
                    .filter(|_| before.is_some_and(|b| !b.is_break))
                    .map(|b| b.time));
                document.maybe("StartTime", start.map(|at| self.list.date_time(at)));
                let arrival = split.map(|split| self.list.date_time(split.time));
                document.maybe("FinishTime", arrival);
                let time = split.and_then(|split| split.leg_ms);
                document.maybe("Time", time.map(seconds));
                if let Some(split) = split.filter(|_| status == "OK") {
                    self.leg_place(document, &end.id, split);
                }
                document.text("Status", status);
                if let Some(split) = split {
                    self.overall(document, &end.id, split, placed);
                }
                let begun_ms = match before {
                    None => Some(0),
                    // After a missed exchange nobody knows when the leg began.
                    Some(_) => split
                        .and_then(|split| Some(split.elapsed_ms? - split.leg_ms?))
                        .or_else(|| begin.and_then(|begin| begin.elapsed_ms)),
                };
                for checkpoint in stretch {
                    if checkpoint.kind == CheckpointKind::Split {
                        let split = arrived(checkpoint);
                        let since = split
                            .and_then(|split| split.elapsed_ms)
                            .zip(begun_ms)
                            .map(|(ms, begun)| ms - begun);
                        split_time(document, &checkpoint.id, split, since, placed);
                    }
                }
            });
        });
    }

    /// Place and time behind among the legs of the class.
    fn leg_place(&self, document: &mut Document, end: &Slug, split: &Split) {
        let (Some((ms, rank)), Some((best, ranks))) =
            (split.leg_ms.zip(split.leg_rank), self.legs.get(end))
        else {
            return;
        };
        let of_leg = [("type", "Leg")];
        document.text_with("TimeBehind", &of_leg, &seconds(ms - best));
        let ahead = ranks.partition_point(|other| *other < rank);
        document.text_with("Position", &of_leg, &(ahead + 1).to_string());
    }

    /// How the team stood when the leg ended.
    fn overall(&self, document: &mut Document, end: &Slug, split: &Split, placed: &Placed) {
        let Some(elapsed_ms) = split.elapsed_ms else {
            return;
        };
        let status = match (status(placed), place(split, self.category)) {
            (_, Some(_)) => "OK",
            ("OK" | "Active" | "NotCompeting" | "MissingPunch", None) => "NotCompeting",
            (status, None) => status,
        };
        document.element("OverallResult", &[], |document| {
            document.text("Time", &seconds(elapsed_ms));
            document.maybe("TimeBehind", self.behind(end, split));
            let position = place(split, self.category);
            document.maybe("Position", position.map(|place| place.to_string()));
            document.text("Status", status);
        });
    }
}

fn split_time(
    document: &mut Document,
    checkpoint: &Slug,
    split: Option<&Split>,
    since_ms: Option<i64>,
    placed: &Placed,
) {
    if split.is_some() {
        document.element("SplitTime", &[], |document| {
            document.text("ControlCode", checkpoint.as_str());
            document.maybe("Time", since_ms.map(seconds));
        });
    } else if placed.row.status == EntryStatus::Finished {
        // Who has finished has missed it; others may still come by.
        document.element("SplitTime", &[("status", "Missing")], |document| {
            document.text("ControlCode", checkpoint.as_str());
        });
    }
}

fn write_person(document: &mut Document, name: &str) {
    let (family, given) = parts(name);
    document.element("Person", &[], |document| {
        document.element("Name", &[], |document| {
            document.text("Family", family);
            document.text("Given", given);
        });
    });
}
