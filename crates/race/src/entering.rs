//! Facts as they come in: what each does to the race, and how that is undone
//! when it is withdrawn.

use std::sync::Arc;

use crate::definition::{Definition, Entry};
use crate::fact::{Fact, FactKind, StartTarget};
use crate::guns::{Shot, Target};
use crate::ids::{Bib, EventId, Slug};
use crate::instant::Instant;
use crate::ledger::Place;
use crate::projector::Projector;
use crate::runner::StatusFact;
use crate::standings::Announcement;
use crate::times::Observed;

/// A passage as recorded and as it counts now.
#[derive(Debug)]
pub(crate) struct Passage {
    pub(crate) id: EventId,
    pub(crate) place: Place,
    pub(crate) time: Instant,
    pub(crate) name: u32,
    pub(crate) checkpoint: Slug,
    /// Whose it was recorded as.
    pub(crate) recorded: u32,
    /// Whose it is now, after reassignments.
    pub(crate) runner: u32,
    pub(crate) reassignments: Vec<(Place, u32)>,
}

/// What a fact acts on, to undo it when it is withdrawn.
#[derive(Clone, Debug)]
pub(crate) enum Deed {
    Definition,
    Registration(u32),
    Start(usize),
    Passage(u32),
    Reassignment(u32),
    Runner(u32),
    Declaration,
    /// Voids, announcements, and what names nothing known.
    Nothing,
}

impl Projector {
    pub(crate) fn perform(&mut self, place: Place, seq: u64, at: Instant, fact: &Fact) -> Deed {
        match &fact.kind {
            FactKind::RaceDefined(definition) => self.define(place, definition),
            FactKind::EntryRegistered(entry) => self.register(place, Arc::new((**entry).clone())),
            FactKind::Started { leg, target } => self.start(place, fact.time, leg.as_ref(), target),
            FactKind::PassageRecorded { bib, checkpoint } => {
                self.pass(place, fact, bib, checkpoint)
            }
            FactKind::TimeRecorded { .. }
            | FactKind::BibRecorded { .. }
            | FactKind::PassagePaired { .. }
            | FactKind::ReviewAccepted { .. } => Deed::Nothing,
            FactKind::EventVoided { event, .. } => self.void(place, event),
            FactKind::PassageReassigned { event, bib, .. } => self.reassign(place, event, bib),
            FactKind::StatusChanged {
                bib,
                status,
                checkpoint,
                ..
            } => {
                let number = self.runners.number(bib);
                let status = StatusFact {
                    status: *status,
                    checkpoint: checkpoint.clone(),
                    time: fact.time,
                };
                self.runners.get_mut(number).statuses.push((place, status));
                self.touch(number);
                Deed::Runner(number)
            }
            FactKind::TimeAdjusted {
                bib, delta_ms, leg, ..
            } => {
                let number = self.runners.number(bib);
                self.runners
                    .get_mut(number)
                    .adjustments
                    .push((place, leg.clone(), *delta_ms));
                self.touch(number);
                Deed::Runner(number)
            }
            FactKind::ResultsDeclared(state) => {
                self.declarations.push((place, *state));
                self.state = *state;
                Deed::Declaration
            }
            FactKind::Announced { text, bib } => {
                let time = fact.time.unwrap_or(at);
                let said = Announcement {
                    time,
                    text: text.clone(),
                    bib: bib.clone(),
                };
                self.announcements.insert(seq, (place, said));
                Deed::Nothing
            }
        }
    }

    fn define(&mut self, place: Place, definition: &Definition) -> Deed {
        for entry in &definition.entries {
            self.register(place, Arc::new(entry.clone()));
        }
        self.revision += 1;
        // The entries are kept once, with their runners.
        let bare = Definition {
            entries: Vec::new(),
            ..definition.clone()
        };
        self.definitions.push((place, Arc::new(bare)));
        self.recompile = true;
        Deed::Definition
    }

    fn register(&mut self, place: Place, entry: Arc<Entry>) -> Deed {
        self.revision += 1;
        let number = self.runners.number(&entry.bib);
        self.runners
            .get_mut(number)
            .registrations
            .push((place, entry));
        self.touch(number);
        Deed::Registration(number)
    }

    fn start(
        &mut self,
        place: Place,
        time: Option<Instant>,
        leg: Option<&Slug>,
        target: &StartTarget,
    ) -> Deed {
        // A `started` without a time is refused where facts are read.
        let Some(time) = time else {
            return Deed::Nothing;
        };
        let target = match target {
            StartTarget::Everyone => Target::Everyone,
            StartTarget::Category(category) => Target::Category(category.clone()),
            StartTarget::Bibs(bibs) => {
                let mut runners: Vec<u32> =
                    bibs.iter().map(|bib| self.runners.number(bib)).collect();
                runners.sort_unstable();
                runners.dedup();
                Target::Runners(runners)
            }
        };
        if self.recompile {
            self.recompile_course();
        }
        let shot = Shot {
            place,
            time,
            leg: leg.cloned(),
            target,
        };
        let index = self.guns.add(shot, &self.course, &self.ledger);
        self.touch_targets(index);
        Deed::Start(index)
    }

    fn pass(&mut self, place: Place, fact: &Fact, bib: &Bib, checkpoint: &Slug) -> Deed {
        let Some(time) = fact.time else {
            return Deed::Nothing;
        };
        let runner = self.runners.number(bib);
        let name = self.name_number(checkpoint);
        let index = u32::try_from(self.passages.len()).unwrap_or(u32::MAX);
        self.passages.push(Passage {
            id: fact.id,
            place,
            time,
            name,
            checkpoint: checkpoint.clone(),
            recorded: runner,
            runner,
            reassignments: Vec::new(),
        });
        self.give(index);
        Deed::Passage(index)
    }

    fn void(&mut self, place: Place, event: &EventId) -> Deed {
        if let Some(target) = self.ledger.place(event).filter(|target| *target < place)
            && let Some(changed) = self.ledger.void(place, target)
            && let Some(deed) = self.deeds.get(changed as usize).cloned()
        {
            self.force_changed(changed, &deed);
        }
        Deed::Nothing
    }

    fn reassign(&mut self, place: Place, event: &EventId, bib: &Bib) -> Deed {
        let target = self.ledger.place(event).filter(|target| *target < place);
        let Some(Deed::Passage(index)) = target.and_then(|t| self.deeds.get(t as usize)).cloned()
        else {
            return Deed::Nothing;
        };
        let runner = self.runners.number(bib);
        self.passages[index as usize]
            .reassignments
            .push((place, runner));
        self.reconsider(index);
        Deed::Reassignment(index)
    }

    /// A fact was withdrawn or brought back.
    fn force_changed(&mut self, place: Place, deed: &Deed) {
        self.revision += u64::from(matches!(deed, Deed::Definition | Deed::Registration(_)));
        match *deed {
            Deed::Definition => {
                self.recompile = true;
                let named: Vec<u32> = self
                    .runners
                    .iter()
                    .filter(|(_, r)| r.registrations.iter().any(|(at, _)| *at == place))
                    .map(|(number, _)| number)
                    .collect();
                named.into_iter().for_each(|number| self.touch(number));
            }
            Deed::Registration(number) | Deed::Runner(number) => self.touch(number),
            Deed::Start(index) => {
                self.guns.refresh(index, &self.course, &self.ledger);
                self.touch_targets(index);
            }
            Deed::Passage(index) => {
                if self.ledger.in_force(place) {
                    self.give(index);
                } else {
                    self.take(index);
                }
            }
            Deed::Reassignment(index) => self.reconsider(index),
            Deed::Declaration => {
                let in_force = self
                    .declarations
                    .iter()
                    .rev()
                    .find(|(at, _)| self.ledger.in_force(*at));
                self.state = in_force.map(|(_, state)| *state).unwrap_or_default();
            }
            Deed::Nothing => {}
        }
    }

    /// Gives a passage in force to its runner.
    fn give(&mut self, index: u32) {
        let passage = &self.passages[index as usize];
        let (number, time, name, id) = (passage.runner, passage.time, passage.name, passage.id);
        let seen = Observed {
            name,
            time,
            passage: index,
        };
        let all = &self.passages;
        let runner = self.runners.get_mut(number);
        let at = runner
            .passages
            .partition_point(|s| (s.name, s.time, all[s.passage as usize].id) < (name, time, id));
        runner.passages.insert(at, seen);
        self.touch(number);
    }

    fn take(&mut self, index: u32) {
        let number = self.passages[index as usize].runner;
        self.runners
            .get_mut(number)
            .passages
            .retain(|seen| seen.passage != index);
        self.touch(number);
    }

    /// Finds out anew whose a passage is.
    fn reconsider(&mut self, index: u32) {
        let passage = &self.passages[index as usize];
        let in_force = passage
            .reassignments
            .iter()
            .rev()
            .find(|(at, _)| self.ledger.in_force(*at));
        let owner = in_force.map_or(passage.recorded, |(_, runner)| *runner);
        let counts = self.ledger.in_force(passage.place);
        if counts {
            self.take(index);
        }
        self.passages[index as usize].runner = owner;
        if counts {
            self.give(index);
        }
    }

    pub(crate) fn is_passage(&self, event: &EventId) -> bool {
        let place = self.ledger.place(event);
        place.is_some_and(|place| matches!(self.deeds.get(place as usize), Some(Deed::Passage(_))))
    }
}
