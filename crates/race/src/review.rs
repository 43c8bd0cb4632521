//! Odd observations: every one is kept, and shown until facts resolve it.

use std::collections::HashSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::definition::CheckpointKind;
use crate::entering::Passage;
use crate::fact::MarkedStatus;
use crate::ids::{Bib, EventId, Slug};
use crate::instant::Instant;
use crate::ledger::Place;
use crate::projector::Projector;
use crate::runner::{Standing, StatusFact};
use crate::suggestions::{Suggester, Suggestion};
use crate::times::{Observed, Verdict};

/// What is odd about an observation.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Oddity {
    /// No such entry (yet).
    UnknownBib,
    /// Another passage of the bib there counts.
    DuplicatePassage,
    /// Earlier than the start of that leg for the bib.
    BeforeStart,
    /// Earlier than a counted passage at an earlier checkpoint.
    OutOfOrder,
    /// After `dnf`, `dns` or `dsq`.
    AfterStatus,
    /// Faster than the race's `fastest_pace_s_per_km`.
    ImplausiblePace,
    /// A later checkpoint was passed, this one not.
    MissedCheckpoint,
    /// A time without a bib.
    UnidentifiedPassage,
    /// A bib without a time.
    UntimedBib,
}

/// A line of the review list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReviewItem {
    /// The observation; of a missed checkpoint, the passage that shows it.
    pub event: EventId,
    /// What is odd.
    pub code: Oddity,
    /// The same in words.
    pub detail: String,
    /// Whose it is, after reassignments; a time without a bib has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bib: Option<Bib>,
    /// Where.
    pub checkpoint: Slug,
    /// When; of a missed checkpoint, when the next one was passed. A bib
    /// without a time has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<Instant>,
    /// What it may have been, the most likely first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suggestions: Vec<Suggestion>,
}

impl Projector {
    /// The odd observations of the whole race, by time; those without a time
    /// come last.
    #[must_use]
    pub fn review(&self) -> Vec<ReviewItem> {
        let mut items = Vec::new();
        for (number, _) in self.runners.iter() {
            self.review_runner(number, &mut items);
        }
        items.extend(self.unidentified());
        items.extend(self.untimed());
        items.retain(|item| {
            let ReviewItem {
                event,
                code,
                checkpoint,
                ..
            } = item;
            !self.accepted.holds(event, *code, checkpoint, &self.ledger)
        });
        items.sort_by_key(|item| (item.time.is_none(), item.time, item.event, item.code));
        let mut suggester = Suggester::new(self, &items);
        for item in &mut items {
            item.suggestions = suggester.suggest(item);
        }
        items
    }

    /// What is odd about one passage that has just been entered.
    #[must_use]
    pub fn oddities(&self, event: &EventId) -> Vec<ReviewItem> {
        let Some(place) = self.ledger.place(event) else {
            return Vec::new();
        };
        let at = self
            .passages
            .partition_point(|passage| passage.place < place);
        let Some(passage) = self.passages.get(at).filter(|p| p.place == place) else {
            return Vec::new();
        };
        // A time that nobody has been named for yet is as it should be.
        let Some(number) = passage.runner else {
            return Vec::new();
        };
        let mut items = Vec::new();
        // The common case is seen without looking at the runner again.
        if !self.runners.get(number).is_plain() || !self.is_plausible(number, passage) {
            self.review_runner(number, &mut items);
        }
        // That a checkpoint was missed says nothing against the next one.
        items.retain(|item| item.event == *event && item.code != Oddity::MissedCheckpoint);
        items
    }

    fn is_plausible(&self, number: u32, passage: &Passage) -> bool {
        let marks = &self.runners.get(number).standing.times.marks;
        let station = self.course.station(self.names.name(passage.name));
        let mark = station.and_then(|station| marks[station]);
        mark.is_some_and(|mark| !mark.implausible)
    }

    /// Times whose bib is not known yet.
    fn unidentified(&self) -> impl Iterator<Item = ReviewItem> {
        let alone = self
            .passages
            .iter()
            .filter(|passage| passage.runner.is_none() && self.ledger.in_force(passage.place));
        alone.map(|passage| passage.item(self, Oddity::UnidentifiedPassage, "whose time is this?"))
    }

    /// Bibs whose time is not known yet.
    fn untimed(&self) -> impl Iterator<Item = ReviewItem> {
        let paired = self.owners.paired(self.ledger.now());
        let holds = |passage: u32| self.ledger.in_force(self.passages[passage as usize].place);
        let paired: HashSet<Place> = paired
            .filter(|(passage, _)| holds(*passage))
            .map(|(_, with)| with)
            .collect();
        let alone = self
            .seen_bibs
            .iter()
            .filter(move |seen| self.ledger.in_force(seen.place) && !paired.contains(&seen.place));
        alone.map(|seen| ReviewItem {
            event: seen.id,
            code: Oddity::UntimedBib,
            detail: "at what time did this bib pass?".to_owned(),
            bib: Some(self.runners.get(seen.runner).bib.clone()),
            checkpoint: self.names.name(seen.name).clone(),
            time: None,
            suggestions: Vec::new(),
        })
    }

    fn review_runner(&self, number: u32, items: &mut Vec<ReviewItem>) {
        let runner = self.runners.get(number);
        if runner.registered(self.ledger.now()).is_none() {
            for seen in &runner.passages {
                let detail = format!("no entry wears `{}`", runner.bib);
                items.push(self.item(*seen, Oddity::UnknownBib, detail));
            }
            return;
        }
        let mut standing = Standing::default();
        self.look_at(number, &mut standing, &mut |seen, verdict| {
            items.extend(self.judge(seen, verdict));
        });
        let status = runner.status(self.ledger.now());
        for (station, mark) in standing.times.marks.iter().enumerate() {
            let Some(mark) = mark else {
                items.extend(self.missed(station, &standing));
                continue;
            };
            let passage = &self.passages[mark.passage as usize];
            if status.is_some_and(|status| self.is_after(status, passage, station, &standing)) {
                let detail = "the entry is out of the race";
                items.push(self.at(station, passage.item(self, Oddity::AfterStatus, detail)));
            }
            if mark.implausible {
                let limit = self.course.fastest_pace_s_per_km;
                let detail =
                    format!("faster than {limit} s per kilometre since the checkpoint before");
                items.push(self.at(station, passage.item(self, Oddity::ImplausiblePace, detail)));
            }
        }
    }

    fn judge(&self, seen: Observed, verdict: Verdict) -> Option<ReviewItem> {
        let (code, detail) = match verdict {
            Verdict::Counted => return None,
            Verdict::Duplicate => (
                Oddity::DuplicatePassage,
                "another passage of this bib counts here",
            ),
            Verdict::BeforeStart => (Oddity::BeforeStart, "earlier than the start of this leg"),
            Verdict::OutOfOrder => (
                Oddity::OutOfOrder,
                "earlier than a passage at an earlier checkpoint",
            ),
        };
        Some(self.item(seen, code, detail))
    }

    fn item(&self, seen: Observed, code: Oddity, detail: impl Into<String>) -> ReviewItem {
        self.passages[seen.passage as usize].item(self, code, detail)
    }

    fn missed(&self, station: usize, standing: &Standing) -> Option<ReviewItem> {
        let here = &self.course.stations[station];
        if here.kind == CheckpointKind::Start {
            return None;
        }
        let later = standing.times.marks[station..].iter().flatten().next()?;
        let passage = &self.passages[later.passage as usize];
        let detail = format!("not seen here, but at `{}`", self.names.name(passage.name));
        Some(self.at(
            station,
            passage.item(self, Oddity::MissedCheckpoint, detail),
        ))
    }

    /// An item that is about a station of the course, not only about where
    /// the passage was recorded.
    fn at(&self, station: usize, item: ReviewItem) -> ReviewItem {
        ReviewItem {
            checkpoint: self.course.stations[station].id.clone(),
            ..item
        }
    }

    /// Whether a counted passage lies after the entry went out of the race.
    fn is_after(
        &self,
        (decided, fact): &(Place, StatusFact),
        passage: &Passage,
        station: usize,
        standing: &Standing,
    ) -> bool {
        let named = fact
            .checkpoint
            .as_ref()
            .and_then(|id| self.course.station(id));
        match fact.status {
            MarkedStatus::Active => false,
            MarkedStatus::Dns => true,
            MarkedStatus::Dnf | MarkedStatus::Dsq => {
                match (named.or(standing.times.cut), fact.time) {
                    (Some(cut), _) => station >= cut,
                    (None, Some(time)) => passage.time > time,
                    // Nobody said from where on: what came in later is doubtful.
                    (None, None) => passage.place > *decided,
                }
            }
        }
    }
}

impl Passage {
    fn item(&self, projector: &Projector, code: Oddity, detail: impl Into<String>) -> ReviewItem {
        ReviewItem {
            event: self.id,
            code,
            detail: detail.into(),
            bib: self
                .runner
                .map(|number| projector.runners.get(number).bib.clone()),
            checkpoint: projector.names.name(self.name).clone(),
            time: Some(self.time),
            suggestions: Vec::new(),
        }
    }
}
