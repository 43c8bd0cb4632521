//! Whether a fact can be understood, against the race as it stands.
//!
//! An observation is never refused for being odd. What is refused names a
//! thing that the race does not have, or a moment that has not come. Facts of
//! one group are considered in order: the later ones see the earlier ones.

use std::collections::HashSet;

use crate::definition::Definition;
use crate::fact::{Fact, FactKind, StartTarget};
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
    passages: HashSet<EventId>,
    events: HashSet<EventId>,
    checkpoints: HashSet<Slug>,
    bibs: HashSet<Bib>,
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
    /// `unknown_category`, `unknown_event`, `not_a_passage`,
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
                if self.projector.entry_count() + self.pending.bibs.len() >= ENTRIES_MAX {
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
            FactKind::PassageRecorded { checkpoint, .. } => self.check_checkpoint(Some(checkpoint)),
            FactKind::EventVoided { event, .. } => self.check_void(event),
            FactKind::PassageReassigned { event, .. } => self.check_passage(event),
            FactKind::StatusChanged { checkpoint, .. } => {
                self.check_checkpoint(checkpoint.as_ref())
            }
            FactKind::TimeAdjusted { leg, .. } => self.check_leg(leg.as_ref()),
            FactKind::TimeRecorded { checkpoint } | FactKind::BibRecorded { checkpoint, .. } => {
                self.check_checkpoint(Some(checkpoint))
            }
            FactKind::PassagePaired { event, .. } | FactKind::ReviewAccepted { event, .. } => {
                self.check_passage(event)
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
        let kept: HashSet<&Slug> = definition.checkpoints.iter().map(|c| &c.id).collect();
        let recorded = self.projector.passages.iter().map(|p| &p.checkpoint);
        match recorded
            .chain(&self.pending.checkpoints)
            .find(|checkpoint| !kept.contains(checkpoint))
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

    fn check_checkpoint(&self, checkpoint: Option<&Slug>) -> Result<(), Malformed> {
        let (Some(checkpoint), Some(settings)) = (checkpoint, self.settings()) else {
            return Ok(());
        };
        let mut all = settings.checkpoints.iter().map(|c| c.id.as_str());
        if all.any(|id| id == checkpoint.as_str()) {
            return Ok(());
        }
        let all: Vec<&str> = settings.checkpoints.iter().map(|c| c.id.as_str()).collect();
        refuse(
            "unknown_checkpoint",
            format!(
                "checkpoint: there is no `{checkpoint}`; the race has {}",
                listed(&all)
            ),
        )
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
        if !self.knows(event) {
            return refuse(
                "unknown_event",
                format!("event: the race has no fact `{event}`"),
            );
        }
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

    fn check_passage(&self, event: &EventId) -> Result<(), Malformed> {
        if !self.knows(event) {
            return refuse(
                "unknown_event",
                format!("event: the race has no fact `{event}`"),
            );
        }
        if self.pending.passages.contains(event) || self.projector.is_passage(event) {
            return Ok(());
        }
        refuse(
            "not_a_passage",
            format!("event: `{event}` is not a passage_recorded"),
        )
    }

    fn remember(&mut self, fact: &Fact) {
        self.pending.events.insert(fact.id);
        match &fact.kind {
            FactKind::RaceDefined(definition) => {
                self.pending.definition = Some(definition.clone());
                self.pending
                    .bibs
                    .extend(definition.entries.iter().map(|e| e.bib.clone()));
            }
            FactKind::EntryRegistered(entry) => {
                self.pending.bibs.insert(entry.bib.clone());
            }
            FactKind::PassageRecorded { checkpoint, .. } => {
                self.pending.passages.insert(fact.id);
                if !self.pending.checkpoints.contains(checkpoint) {
                    self.pending.checkpoints.insert(checkpoint.clone());
                }
            }
            _ => {}
        }
    }
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
