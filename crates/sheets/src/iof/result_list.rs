//! Results as a `ResultList`: persons of an individual race, teams and their
//! members of a relay, a class for each category.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tasuki_race::{Checkpoint, CheckpointKind, EntryStatus, Instant, RaceState, Slug, Split};

use super::NAMESPACE;
use super::document::Document;
use crate::catalogue::in_language;
use crate::naming::{parts, without_club};
use crate::results::{Placed, Results};
use crate::results_csv::Language;

impl Results {
    /// The results as an IOF XML 3.0 `ResultList`, names in that language.
    #[must_use]
    pub fn xml(&self, language: Language) -> Vec<u8> {
        let zone = TimeZone::get(&self.definition.timezone).unwrap_or(TimeZone::UTC);
        let list = List {
            results: self,
            zone,
            language: language.tag(),
        };
        let status = match self.state {
            RaceState::Official => "Complete",
            RaceState::Unofficial => "Snapshot",
        };
        let attributes = [
            ("xmlns", NAMESPACE),
            ("iofVersion", "3.0"),
            ("createTime", &list.date_time(self.as_of)),
            ("creator", concat!("tasuki ", env!("CARGO_PKG_VERSION"))),
            ("status", status),
        ];
        let mut document = Document::begin();
        document.element("ResultList", &attributes, |document| {
            list.event(document);
            for class in list.classes() {
                class.write(document);
            }
        });
        document.finish()
    }
}

struct List<'r> {
    results: &'r Results,
    zone: TimeZone,
    language: &'static str,
}

/// The entries of a category, or those that are in none.
struct Class<'r> {
    list: &'r List<'r>,
    category: Option<&'r Slug>,
    name: &'r str,
    members: Vec<&'r Placed>,
    /// The shortest time that is ranked, by checkpoint.
    best_ms: HashMap<&'r Slug, i64>,
    /// The same of legs, by where they end, and the places of all.
    legs: HashMap<&'r Slug, (i64, Vec<u32>)>,
}

impl<'r> List<'r> {
    fn event(&self, document: &mut Document) {
        let definition = &self.results.definition;
        document.element("Event", &[], |document| {
            document.text("Id", definition.id.as_str());
            document.text("Name", in_language(&definition.name, self.language));
            if let Some(zero) = self.results.zero {
                document.element("StartTime", &[], |document| {
                    document.text("Date", &self.written(zero, "%Y-%m-%d"));
                    document.text("Time", &self.written(zero, "%H:%M:%S%:z"));
                });
            }
            let form = if self.is_relay() {
                "Relay"
            } else {
                "Individual"
            };
            document.text("Form", form);
        });
    }

    fn is_relay(&self) -> bool {
        self.results.definition.legs.len() > 1
    }

    /// A class for each category, and one for who is in none.
    fn classes(&'r self) -> Vec<Class<'r>> {
        let definition = &self.results.definition;
        let wanted = self.results.category.as_ref();
        let categories = definition
            .categories
            .iter()
            .filter(|category| wanted.is_none_or(|wanted| category.id == *wanted));
        let mut classes: Vec<Class<'r>> = categories
            .map(|category| {
                let is_in = |placed: &&Placed| placed.row.categories.contains(&category.id);
                let name = in_language(&category.name, self.language);
                self.class(Some(&category.id), name, is_in)
            })
            .collect();
        if wanted.is_none() {
            let name = in_language(&definition.name, self.language);
            let rest = self.class(None, name, |placed| placed.row.categories.is_empty());
            if !rest.members.is_empty() {
                classes.push(rest);
            }
        }
        classes
    }

    fn class(
        &'r self,
        category: Option<&'r Slug>,
        name: &'r str,
        is_in: impl Fn(&&Placed) -> bool,
    ) -> Class<'r> {
        let mut members: Vec<&Placed> = self.results.rows.iter().filter(is_in).collect();
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
            list: self,
            category,
            name,
            members,
            best_ms,
            legs,
        }
    }

    fn date_time(&self, instant: Instant) -> String {
        let format = if instant.ms() % 1_000 == 0 {
            "%Y-%m-%dT%H:%M:%S%:z"
        } else {
            "%Y-%m-%dT%H:%M:%S%.3f%:z"
        };
        self.written(instant, format)
    }

    fn written(&self, instant: Instant, format: &str) -> String {
        let stamp = Timestamp::from_millisecond(instant.ms()).unwrap_or_default();
        stamp
            .to_zoned(self.zone.clone())
            .strftime(format)
            .to_string()
    }
}

fn place(split: &Split, category: Option<&Slug>) -> Option<u32> {
    match category {
        Some(category) => split.ranks.get(category).copied(),
        None => split.rank,
    }
}

/// Seconds, as many digits as there are.
fn seconds(ms: i64) -> String {
    let sign = if ms < 0 { "-" } else { "" };
    let (whole, rest) = (ms.unsigned_abs() / 1_000, ms.unsigned_abs() % 1_000);
    if rest == 0 {
        return format!("{sign}{whole}");
    }
    let digits = format!("{rest:03}");
    format!("{sign}{whole}.{}", digits.trim_end_matches('0'))
}

impl Class<'_> {
    fn write(&self, document: &mut Document) {
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

/// How the standard calls where an entry stands.
fn status(placed: &Placed) -> &'static str {
    match placed.row.status {
        EntryStatus::Entered => "Inactive",
        EntryStatus::Running => "Active",
        EntryStatus::Finished if !placed.row.ranked => "NotCompeting",
        // A time is missing on the way, and with it the total.
        EntryStatus::Finished if placed.row.rank.is_none() => "MissingPunch",
        EntryStatus::Finished => "OK",
        EntryStatus::Dns => "DidNotStart",
        EntryStatus::Dnf => "DidNotFinish",
        EntryStatus::Dsq => "Disqualified",
    }
}

fn leg_status(
    placed: &Placed,
    number: usize,
    split: Option<&Split>,
    legs: &[tasuki_race::Leg],
) -> &'static str {
    let row = &placed.row;
    match row.status {
        EntryStatus::Dns => return "DidNotStart",
        EntryStatus::Dsq => return "Disqualified",
        _ => {}
    }
    if let Some(split) = split {
        return match split.leg_ms {
            None => "MissingPunch",
            Some(_) if split.reference || split.leg_rank.is_none() => "NotCompeting",
            Some(_) => "OK",
        };
    }
    let running = row.leg.as_ref();
    let present = running.and_then(|leg| legs.iter().position(|known| known.id == *leg));
    match (row.status, present) {
        (EntryStatus::Finished, _) => "MissingPunch",
        (_, Some(present)) if number < present => "MissingPunch",
        (EntryStatus::Running, Some(present)) if number == present => "Active",
        (EntryStatus::Dnf, Some(present)) if number == present => "DidNotFinish",
        (EntryStatus::Dnf, _) => "DidNotStart",
        _ => "Inactive",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_have_no_more_digits_than_needed() {
        assert_eq!(seconds(3_723_000), "3723");
        assert_eq!(seconds(3_723_450), "3723.45");
        assert_eq!(seconds(-500), "-0.5");
        assert_eq!(seconds(7), "0.007");
    }
}
