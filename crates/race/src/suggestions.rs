//! What a doubtful observation may have been.
//!
//! Bibs are misread and mistyped in a few ways: a digit is dropped or doubled,
//! two are exchanged, a key beside the right one is hit. And who passes is
//! most often somebody who was due there about then.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use schemars::JsonSchema;
use serde::Serialize;

use crate::ids::{Bib, EventId, Slug};
use crate::instant::Instant;
use crate::name::Name;
use crate::projector::Projector;
use crate::review::{Oddity, ReviewItem};
use crate::scene::Scene;
use crate::standings::EntryStatus;

/// More would not be read.
const SUGGESTIONS_MAX: usize = 5;
/// Who was expected within this of a passage was due, milliseconds.
const DUE_WITHIN_MS: i64 = 180_000;

/// What an observation may have been.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Suggestion {
    /// Whose it may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bib: Option<Bib>,
    /// Who wears it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// Of a bib without a time: the time that may be its.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<EventId>,
    /// When that was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<Instant>,
    /// What speaks for it.
    pub because: Vec<Reason>,
}

/// What speaks for a suggestion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "SuggestionReason")]
pub enum Reason {
    /// A digit of the bib was left out.
    DigitDropped,
    /// One was typed too many.
    DigitAdded,
    /// Two neighbours changed places.
    DigitsExchanged,
    /// The key beside the right one was hit.
    NeighbouringKey,
    /// It was expected there about then.
    Due,
}

/// When somebody is expected at a timing point.
struct Due {
    at: Instant,
    runner: u32,
}

/// Suggests; keeps who is expected where while a list is gone through.
pub(crate) struct Suggester<'a> {
    scene: Scene<'a>,
    /// By timing point: those who are expected there, in order of time.
    due: FxHashMap<Slug, Vec<Due>>,
    /// By timing point: times without a bib, in order.
    times: BTreeMap<Slug, Vec<(Instant, EventId)>>,
}

impl<'a> Suggester<'a> {
    /// For the items of a list, which is in order of time.
    pub(crate) fn new(projector: &'a Projector, items: &[ReviewItem]) -> Self {
        let mut times: BTreeMap<Slug, Vec<(Instant, EventId)>> = BTreeMap::new();
        for item in items {
            if let (Oddity::UnidentifiedPassage, Some(time)) = (item.code, item.time) {
                let there = times.entry(item.checkpoint.clone()).or_default();
                there.push((time, item.event));
            }
        }
        Self {
            scene: projector.now(),
            due: FxHashMap::default(),
            times,
        }
    }

    pub(crate) fn suggest(&mut self, item: &ReviewItem) -> Vec<Suggestion> {
        match (item.code, &item.bib, item.time) {
            (Oddity::UntimedBib, Some(bib), _) => self.times_for(bib, &item.checkpoint),
            // Nothing is doubtful about who came after a status, or was not
            // seen on the way.
            (Oddity::MissedCheckpoint | Oddity::AfterStatus, ..) => Vec::new(),
            (_, bib, Some(time)) => self.bibs_for(bib.as_ref(), &item.checkpoint, time),
            (_, _, None) => Vec::new(),
        }
    }

    /// Who it may have been that passed there then.
    fn bibs_for(&mut self, read: Option<&Bib>, point: &Slug, time: Instant) -> Vec<Suggestion> {
        let mut found: BTreeMap<u32, Vec<Reason>> = BTreeMap::new();
        for (text, reason) in read.map(misreadings).unwrap_or_default() {
            if let Some(number) = self.scene.projector.runners.find(&text)
                && self.scene.standing(number).entry.is_some()
            {
                let reasons = found.entry(number).or_default();
                if !reasons.contains(&reason) {
                    reasons.push(reason);
                }
            }
        }
        let due = self.due_at(point);
        let earliest = time.ms() - DUE_WITHIN_MS;
        let from = due.partition_point(|it| it.at.ms() < earliest);
        let about_then = due[from..]
            .iter()
            .take_while(|it| it.at.ms() <= time.ms() + DUE_WITHIN_MS);
        let mut away: FxHashMap<u32, i64> = FxHashMap::default();
        for it in about_then {
            let distance = (it.at.ms() - time.ms()).abs();
            let nearest = away.entry(it.runner).or_insert(distance);
            *nearest = distance.min(*nearest);
        }
        for runner in away.keys() {
            found.entry(*runner).or_default().push(Reason::Due);
        }
        if let Some(number) = read.and_then(|bib| self.scene.projector.runners.find(bib.as_str())) {
            found.remove(&number);
        }
        let mut found: Vec<(u32, Vec<Reason>)> = found.into_iter().collect();
        // Misread and due before either alone; of those due, the nearest.
        found.sort_by_key(|(runner, reasons)| {
            let due = away.get(runner).copied();
            let misread = reasons.iter().any(|reason| *reason != Reason::Due);
            let rank = match (misread, due.is_some()) {
                (true, true) => 0,
                (true, false) => 1,
                _ => 2,
            };
            (rank, due, *runner)
        });
        found
            .into_iter()
            .take(SUGGESTIONS_MAX)
            .map(|(runner, because)| self.of_runner(runner, because))
            .collect()
    }

    fn of_runner(&self, runner: u32, because: Vec<Reason>) -> Suggestion {
        let entry = self.scene.standing(runner).entry.as_ref();
        Suggestion {
            bib: Some(self.scene.bib(runner).clone()),
            name: entry.map(|entry| entry.name.clone()),
            event: None,
            time: None,
            because,
        }
    }

    /// The times without a bib at a timing point, those first about which a
    /// bib was due.
    fn times_for(&mut self, bib: &Bib, point: &Slug) -> Vec<Suggestion> {
        let Some(mut times) = self.times.get(point).cloned() else {
            return Vec::new();
        };
        let runner = self.scene.projector.runners.find(bib.as_str());
        let due = self.due_at(point);
        let due = due.iter().find(|it| Some(it.runner) == runner);
        let due = due.map(|it| it.at.ms());
        let away = |time: Instant| due.map(|due| (time.ms() - due).abs());
        times.sort_by_key(|(time, event)| (away(*time), *time, *event));
        let suggestion = |(time, event): (Instant, EventId)| {
            let near = away(time).is_some_and(|away| away <= DUE_WITHIN_MS);
            Suggestion {
                bib: None,
                name: None,
                event: Some(event),
                time: Some(time),
                because: if near { vec![Reason::Due] } else { Vec::new() },
            }
        };
        times
            .into_iter()
            .take(SUGGESTIONS_MAX)
            .map(suggestion)
            .collect()
    }

    /// Everybody who is expected at a timing point, worked out once.
    fn due_at(&mut self, point: &Slug) -> &[Due] {
        let scene = &self.scene;
        self.due
            .entry(point.clone())
            .or_insert_with(|| all_due(scene, point))
    }
}

fn all_due(scene: &Scene<'_>, point: &Slug) -> Vec<Due> {
    let course = scene.conditions.course;
    let is_there = |station: &usize| {
        let it = &course.stations[*station];
        let place = it.visit.map(|visit| &course.places[visit.place]);
        it.id == *point || place == Some(point)
    };
    let stations: Vec<usize> = (0..course.stations.len()).filter(is_there).collect();
    let mut due = Vec::new();
    for runner in scene.runners() {
        let standing = scene.standing(runner);
        if scene.status(runner, standing) != EntryStatus::Running {
            continue;
        }
        let next = standing.times.next();
        // At a place that is visited again and again, the next visit.
        let Some(station) = stations.iter().find(|station| **station >= next) else {
            continue;
        };
        if let Some(at) = scene.due_at(runner, standing, *station) {
            due.push(Due { at, runner });
        }
    }
    due.sort_by_key(|it| (it.at, it.runner));
    due
}

/// The bibs that may have been meant, each with how it came to be misread.
fn misreadings(read: &Bib) -> Vec<(String, Reason)> {
    let read: Vec<char> = read.as_str().chars().collect();
    let mut meant = Vec::new();
    for at in 0..=read.len() {
        for digit in '0'..='9' {
            let mut text = read.clone();
            text.insert(at, digit);
            meant.push((text, Reason::DigitDropped));
        }
    }
    for at in 0..read.len() {
        let mut text = read.clone();
        text.remove(at);
        meant.push((text, Reason::DigitAdded));
        for key in neighbours(read[at]).chars() {
            let mut text = read.clone();
            text[at] = key;
            meant.push((text, Reason::NeighbouringKey));
        }
        if at + 1 < read.len() && read[at] != read[at + 1] {
            let mut text = read.clone();
            text.swap(at, at + 1);
            meant.push((text, Reason::DigitsExchanged));
        }
    }
    meant
        .into_iter()
        .map(|(text, reason)| (text.into_iter().collect(), reason))
        .collect()
}

/// The keys beside one, on a keypad with 123 at the top or at the bottom and 0
/// below the middle.
fn neighbours(key: char) -> &'static str {
    match key {
        '0' => "28",
        '1' => "24",
        '2' => "1350",
        '3' => "26",
        '4' => "157",
        '5' => "2468",
        '6' => "359",
        '7' => "48",
        '8' => "5790",
        '9' => "68",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(read: &str) -> Vec<(String, Reason)> {
        misreadings(&read.parse().expect("a bib"))
    }

    #[test]
    fn a_bib_is_misread_in_the_usual_ways() {
        let found = meant("132");
        for (bib, reason) in [
            ("1032", Reason::DigitDropped),
            ("1325", Reason::DigitDropped),
            ("13", Reason::DigitAdded),
            ("123", Reason::DigitsExchanged),
            ("162", Reason::NeighbouringKey),
        ] {
            assert!(found.contains(&(bib.to_owned(), reason)), "{bib}");
        }
        assert!(!found.iter().any(|(bib, _)| bib == "132"));
    }

    #[test]
    fn neighbours_are_so_both_ways() {
        for key in '0'..='9' {
            for other in neighbours(key).chars() {
                assert!(neighbours(other).contains(key), "{key} {other}");
            }
        }
    }
}
