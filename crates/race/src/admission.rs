//! Whether a fact can be understood, against the race as it stands.
//!
//! An observation is never refused for being odd. What is refused names a
//! thing that the race does not have, or a moment that has not come. Facts of
//! one group are considered in order: the later ones see the earlier ones.

use std::collections::{HashMap, HashSet};

use crate::definition::Definition;
use crate::entering::Observation;
use crate::fact::{Fact, FactKind, PairedTo, StartTarget};
use crate::ids::{Bib, EventId, Slug};
use crate::instant::Instant;
use crate::projector::Projector;
use crate::strict::Malformed;
use crate::validate::ENTRIES_MAX;

/// How far ahead of the server a fact's time may lie, milliseconds: a start
/// may be entered the evening before.
const AHEAD_MAX_MS: i64 = 24 * 3_600_000;

/// Considers facts one after the other.
///
/// Holds what the facts of the group add to the race before they are
/// durable; forget it if they do not become so.
#[derive(Debug)]
pub struct Admission<'p> {
    projector: &'p Projector,
    pending: &'p mut Pending,
}

/// What admitted facts add to a race that the projector has not seen.
#[derive(Debug, Default)]
pub struct Pending {
    definition: Option<Box<Definition>>,
    observations: HashMap<EventId, (Observation, Slug)>,
    events: HashSet<EventId>,
    checkpoints: HashSet<Slug>,
    bibs: HashSet<Bib>,
}

impl Pending {
    /// The timing point of a passage, a time or a bib among them.
    #[must_use]
    pub fn observed_at(&self, event: &EventId) -> Option<&Slug> {
        self.observations.get(event).map(|(_, at)| at)
    }
}

impl<'p> Admission<'p> {
    /// Considers facts against `projector` and those in `pending`.
    pub fn new(projector: &'p Projector, pending: &'p mut Pending) -> Self {
        Self { projector, pending }
    }

    /// Whether the race already has a fact of that id, so that this one can
    /// only be a repetition or a conflict.
    #[must_use]
    pub fn knows(&self, id: &EventId) -> bool {
        self.pending.events.contains(id) || self.projector.ledger.place(id).is_some()
    }

    /// Lets a fact in, or says why it cannot be understood.
    ///
    /// # Errors
    /// `time_in_future`, `unknown_checkpoint`, `unknown_leg`,
    /// `unknown_category`, `unknown_event`, `not_a_passage`, `not_a_time`,
    /// `not_a_bib`,
    /// `invalid_entry`, `too_many_entries`, `wrong_race` or
    /// `definition_conflict`.
    pub fn consider(&mut self, fact: &Fact, now: Instant) -> Result<(), Malformed> {
        if let Some(time) = fact.time
            && time.ms() > now.ms() + AHEAD_MAX_MS
        {
            return refuse(
                "time_in_future",
                format!("time: {time} is more than 24 h ahead of the server"),
            );
        }
        self.check_kind(&fact.kind)?;
        self.remember(fact);
        Ok(())
    }

    fn check_kind(&self, kind: &FactKind) -> Result<(), Malformed> {
        match kind {
            FactKind::RaceDefined(definition) => self.check_definition(definition),
            FactKind::EntryRegistered(entry) => {
                let count = self.projector.entry_count() + self.pending.bibs.len();
                if count >= ENTRIES_MAX && !self.is_entered(&entry.bib) {
                    return refuse(
                        "too_many_entries",
                        format!("a race has at most {ENTRIES_MAX} entries"),
                    );
                }
                let Some(settings) = self.settings() else {
                    return Ok(());
                };
                settings
                    .check_entry(entry)
                    .or_else(|e| refuse("invalid_entry", e.to_string()))
            }
            FactKind::Started { leg, target } => {
                self.check_leg(leg.as_ref())?;
                match target {
                    StartTarget::Category(category) => self.check_category(category),
                    StartTarget::Everyone | StartTarget::Bibs(_) => Ok(()),
                }
            }
            FactKind::EventVoided { event, .. } => self.check_void(event),
            FactKind::PassageReassigned { event, .. } => {
                self.check_observed(event, &[Observation::Passage, Observation::Time])
            }
            FactKind::StatusChanged { checkpoint, .. } => {
                self.check_checkpoint(checkpoint.as_ref())
            }
            FactKind::TimeAdjusted { leg, .. } => self.check_leg(leg.as_ref()),
            FactKind::PassageRecorded { checkpoint, .. }
            | FactKind::TimeRecorded { checkpoint }
            | FactKind::BibRecorded { checkpoint, .. } => self.check_timing_point(checkpoint),
            FactKind::PassagePaired { event, to } => {
                self.check_observed(event, &[Observation::Time])?;
                match to {
                    PairedTo::Bib(_) => Ok(()),
                    PairedTo::Event(with) => self.check_observed(with, &[Observation::Bib]),
                }
            }
            FactKind::ReviewAccepted {
                event, checkpoint, ..
            } => {
                self.check_checkpoint(checkpoint.as_ref())?;
                self.check_known(event)
            }
            FactKind::ResultsDeclared(_) | FactKind::Announced { .. } => Ok(()),
        }
    }

    fn settings(&self) -> Option<&Definition> {
        self.pending
            .definition
            .as_deref()
            .or_else(|| self.projector.settings())
    }

    fn check_definition(&self, definition: &Definition) -> Result<(), Malformed> {
        if definition.id != self.projector.race {
            return refuse(
                "wrong_race",
                format!("race.id: this is `{}`", self.projector.race),
            );
        }
        let recorded = self.projector.recorded_at();
        match recorded
            .chain(&self.pending.checkpoints)
            .find(|checkpoint| !definition.has_timing_point(checkpoint))
        {
            Some(orphan) => refuse(
                "definition_conflict",
                format!(
                    "race.checkpoints: passages are recorded at `{orphan}`; keep it on the course"
                ),
            ),
            None => Ok(()),
        }
    }

    fn check_leg(&self, leg: Option<&Slug>) -> Result<(), Malformed> {
        let (Some(leg), Some(settings)) = (leg, self.settings()) else {
            return Ok(());
        };
        if settings.has_leg(leg) {
            return Ok(());
        }
        let legs: Vec<&str> = settings.legs.iter().map(|l| l.id.as_str()).collect();
        refuse(
            "unknown_leg",
            format!("leg: there is no `{leg}`; the race has {}", listed(&legs)),
        )
    }

    /// Of statuses: a checkpoint of the course.
    fn check_checkpoint(&self, checkpoint: Option<&Slug>) -> Result<(), Malformed> {
        let (Some(checkpoint), Some(settings)) = (checkpoint, self.settings()) else {
            return Ok(());
        };
        let all: Vec<&str> = settings.checkpoints.iter().map(|c| c.id.as_str()).collect();
        check_among(checkpoint, &all)
    }

    /// Of observations: also a place that checkpoints are visits of.
    fn check_timing_point(&self, point: &Slug) -> Result<(), Malformed> {
        let Some(settings) = self.settings() else {
            return Ok(());
        };
        if settings.has_timing_point(point) {
            return Ok(());
        }
        let places = settings.checkpoints.iter();
        let points = places.map(|c| c.place.as_ref().unwrap_or(&c.id).as_str());
        let mut points: Vec<&str> = points.collect();
        points.dedup();
        check_among(point, &points)
    }

    fn check_category(&self, category: &Slug) -> Result<(), Malformed> {
        let known = |s: &Definition| s.categories.iter().any(|c| c.id == *category);
        if self.settings().is_none_or(known) {
            return Ok(());
        }
        refuse(
            "unknown_category",
            format!("category: there is no `{category}`"),
        )
    }

    fn check_void(&self, event: &EventId) -> Result<(), Malformed> {
        self.check_known(event)?;
        if self.pending.definition.is_none() && self.projector.is_sole_definition(event) {
            return refuse(
                "definition_conflict",
                "event: this defines the race; send a corrected `race_defined` instead".to_owned(),
            );
        }
        match self.projector.definition_without(event) {
            Some(definition) => self.check_definition(definition),
            None => Ok(()),
        }
    }

    fn check_known(&self, event: &EventId) -> Result<(), Malformed> {
        if self.knows(event) {
            return Ok(());
        }
        refuse(
            "unknown_event",
            format!("event: the race has no fact `{event}`"),
        )
    }

    fn check_observed(&self, event: &EventId, wanted: &[Observation]) -> Result<(), Malformed> {
        self.check_known(event)?;
        let pending = self.pending.observations.get(event);
        let pending = pending.map(|(observed, _)| *observed);
        let observed = pending.or_else(|| self.projector.observation(event));
        if observed.is_some_and(|observed| wanted.contains(&observed)) {
            return Ok(());
        }
        let (code, kind) = match wanted {
            [Observation::Time] => ("not_a_time", "time_recorded"),
            [Observation::Bib] => ("not_a_bib", "bib_recorded"),
            _ => ("not_a_passage", "passage_recorded"),
        };
        refuse(code, format!("event: `{event}` is not a {kind}"))
    }

    fn remember(&mut self, fact: &Fact) {
        self.pending.events.insert(fact.id);
        match &fact.kind {
            FactKind::RaceDefined(definition) => {
                self.pending.definition = Some(definition.clone());
                for entry in &definition.entries {
                    self.enter(&entry.bib);
                }
            }
            FactKind::EntryRegistered(entry) => self.enter(&entry.bib),
            FactKind::PassageRecorded { checkpoint, .. } => {
                self.observe(fact.id, Observation::Passage, checkpoint);
            }
            FactKind::TimeRecorded { checkpoint } => {
                self.observe(fact.id, Observation::Time, checkpoint);
            }
            FactKind::BibRecorded { checkpoint, .. } => {
                self.observe(fact.id, Observation::Bib, checkpoint);
            }
            _ => {}
        }
    }

    /// Only bibs that are new count against the bound.
    fn is_entered(&self, bib: &Bib) -> bool {
        self.projector.has_entry(bib) || self.pending.bibs.contains(bib)
    }

    fn enter(&mut self, bib: &Bib) {
        if !self.is_entered(bib) {
            self.pending.bibs.insert(bib.clone());
        }
    }

    fn observe(&mut self, id: EventId, observation: Observation, checkpoint: &Slug) {
        let seen = (observation, checkpoint.clone());
        self.pending.observations.insert(id, seen);
        if !self.pending.checkpoints.contains(checkpoint) {
            self.pending.checkpoints.insert(checkpoint.clone());
        }
    }
}

fn check_among(checkpoint: &Slug, known: &[&str]) -> Result<(), Malformed> {
    if known.contains(&checkpoint.as_str()) {
        return Ok(());
    }
    let listed = listed(known);
    refuse(
        "unknown_checkpoint",
        format!("checkpoint: there is no `{checkpoint}`; the race has {listed}"),
    )
}

/// Names at most this many, so that an answer stays readable.
const LISTED_MAX: usize = 20;

fn listed(ids: &[&str]) -> String {
    let more = if ids.len() > LISTED_MAX { ", …" } else { "" };
    format!("{}{more}", ids[..ids.len().min(LISTED_MAX)].join(", "))
}

fn refuse<T>(code: &'static str, detail: String) -> Result<T, Malformed> {
    Err(Malformed::new(code, detail))
}
