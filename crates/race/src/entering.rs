//! Facts as they come in: what each does to the race, and how that is undone
//! when it is withdrawn.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::arrivals::Arrival;
use crate::definition::{Definition, Entry};
use crate::fact::{Fact, FactKind, PairedTo, StartTarget};
use crate::guns::{Shot, Target};
use crate::ids::{Bib, EventId, Slug};
use crate::instant::Instant;
use crate::ledger::Place;
use crate::owners::Decision;
use crate::projector::Projector;
use crate::runner::StatusFact;
use crate::standings::Announcement;
use crate::times::Observed;

/// A passage as recorded and as it counts now.
#[derive(Debug)]
pub(crate) struct Passage {
    pub(crate) id: EventId,
    pub(crate) time: Instant,
    pub(crate) place: Place,
    /// Where, as an interned name.
    pub(crate) name: u32,
    /// Whose it was recorded as, if that was known.
    pub(crate) recorded: Option<u32>,
    /// Whose it is now, after pairings and reassignments.
    pub(crate) runner: Option<u32>,
}

/// A bib that was seen somewhere, when is not known.
#[derive(Debug)]
pub(crate) struct SeenBib {
    pub(crate) id: EventId,
    pub(crate) place: Place,
    pub(crate) runner: u32,
    /// Where, as an interned name.
    pub(crate) name: u32,
    /// Passages that were ever paired with it.
    paired: Vec<u32>,
}

/// What a fact acts on, to undo it when it is withdrawn.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Deed {
    Definition,
    Registration(u32),
    Start(u32),
    Passage(u32),
    SeenBib(u32),
    /// A pairing or reassignment of that passage.
    Decision(u32),
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
                let runner = self.runners.number(bib);
                self.pass(place, fact, Some(runner), checkpoint)
            }
            FactKind::TimeRecorded { checkpoint } => self.pass(place, fact, None, checkpoint),
            FactKind::BibRecorded { bib, checkpoint } => self.see(place, fact, bib, checkpoint),
            FactKind::PassagePaired { event, to } => self.pair(place, event, to),
            FactKind::ReviewAccepted {
                event,
                code,
                checkpoint,
                ..
            } => {
                self.accepted.note(place, *event, *code, checkpoint.clone());
                Deed::Nothing
            }
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
                let rare = self.runners.get_mut(number).rare();
                rare.statuses.push((place, status));
                self.marked.insert(number);
                self.touch(number);
                Deed::Runner(number)
            }
            FactKind::TimeAdjusted {
                bib, delta_ms, leg, ..
            } => {
                let number = self.runners.number(bib);
                let rare = self.runners.get_mut(number).rare();
                rare.adjustments.push((place, leg.clone(), *delta_ms));
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
        let entry_is_ranked = entry.ranked;
        self.runners
            .get_mut(number)
            .registrations
            .push((place, entry));
        if !entry_is_ranked {
            self.open.insert(number);
        }
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
        let shot = Shot {
            place,
            time,
            leg: leg.cloned(),
            target,
        };
        let index = self.guns.add(shot, &self.course, &self.ledger);
        self.touch_targets(index);
        Deed::Start(u32::try_from(index).unwrap_or(u32::MAX))
    }

    fn pass(
        &mut self,
        place: Place,
        fact: &Fact,
        recorded: Option<u32>,
        checkpoint: &Slug,
    ) -> Deed {
        // A time that is missing is refused where facts are read.
        let Some(time) = fact.time else {
            return Deed::Nothing;
        };
        let name = self.names.number(checkpoint);
        let passage = index(self.passages.len());
        self.passages.push(Passage {
            id: fact.id,
            time,
            place,
            name,
            recorded,
            runner: recorded,
        });
        if let Some(runner) = recorded {
            let seen = Observed {
                name,
                passage,
                time,
            };
            self.arrive(Arrival {
                runner,
                place,
                seen,
            });
        }
        Deed::Passage(passage)
    }

    fn see(&mut self, place: Place, fact: &Fact, bib: &Bib, checkpoint: &Slug) -> Deed {
        let seen = SeenBib {
            id: fact.id,
            place,
            runner: self.runners.number(bib),
            name: self.names.number(checkpoint),
            paired: Vec::new(),
        };
        self.seen_bibs.push(seen);
        Deed::SeenBib(index(self.seen_bibs.len() - 1))
    }

    fn void(&mut self, place: Place, event: &EventId) -> Deed {
        if let Some(target) = self.ledger.place(event).filter(|target| *target < place)
            && let Some(changed) = self.ledger.void(place, target)
            && let Some(deed) = self.deeds.get(changed as usize).copied()
        {
            self.force_changed(changed, deed);
        }
        Deed::Nothing
    }

    /// What an earlier fact acted on.
    fn deed_of(&self, event: &EventId, before: Place) -> Option<Deed> {
        let target = self.ledger.place(event).filter(|target| *target < before)?;
        self.deeds.get(target as usize).copied()
    }

    fn reassign(&mut self, place: Place, event: &EventId, bib: &Bib) -> Deed {
        let Some(Deed::Passage(index)) = self.deed_of(event, place) else {
            return Deed::Nothing;
        };
        let runner = self.runners.number(bib);
        self.decide(place, index, runner, None)
    }

    fn pair(&mut self, place: Place, event: &EventId, to: &PairedTo) -> Deed {
        let Some(Deed::Passage(index)) = self.deed_of(event, place) else {
            return Deed::Nothing;
        };
        match to {
            PairedTo::Bib(bib) => {
                let runner = self.runners.number(bib);
                self.decide(place, index, runner, None)
            }
            PairedTo::Event(with) => {
                let Some(Deed::SeenBib(seen)) = self.deed_of(with, place) else {
                    return Deed::Nothing;
                };
                let name = self.passages[index as usize].name;
                let seen = &mut self.seen_bibs[seen as usize];
                if seen.name != name {
                    return Deed::Nothing;
                }
                seen.paired.push(index);
                let (runner, with) = (seen.runner, seen.place);
                self.decide(place, index, runner, Some(with))
            }
        }
    }

    fn decide(&mut self, place: Place, passage: u32, runner: u32, with: Option<Place>) -> Deed {
        let decision = Decision {
            place,
            runner,
            with,
        };
        self.owners.decide(passage, decision);
        self.reconsider(passage);
        Deed::Decision(passage)
    }

    /// A fact was withdrawn or brought back.
    fn force_changed(&mut self, place: Place, deed: Deed) {
        self.revision += u64::from(matches!(deed, Deed::Definition | Deed::Registration(_)));
        match deed {
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
                let index = index as usize;
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
            Deed::SeenBib(seen) => {
                let paired = self.seen_bibs[seen as usize].paired.clone();
                paired
                    .into_iter()
                    .for_each(|passage| self.reconsider(passage));
            }
            Deed::Decision(passage) => self.reconsider(passage),
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

    /// Gives a passage in force to its runner, if it has one.
    fn give(&mut self, index: u32) {
        let passage = &self.passages[index as usize];
        let Some(number) = passage.runner else {
            return;
        };
        let seen = Observed {
            name: passage.name,
            passage: index,
            time: passage.time,
        };
        let stations = self.course.stations.len();
        let runner = self.runners.get_mut(number);
        runner.give(seen, &self.passages, stations);
        if let Some(rare) = &mut runner.rare {
            rare.former.retain(|passage| *passage != index);
        }
        self.touch(number);
    }

    fn take(&mut self, index: u32) {
        let Some(number) = self.passages[index as usize].runner else {
            return;
        };
        let runner = self.runners.get_mut(number);
        let before = runner.passages.len();
        runner.passages.retain(|seen| seen.passage != index);
        if runner.passages.len() < before {
            runner.rare().former.push(index);
        }
        self.touch(number);
    }

    /// Finds out anew whose a passage is.
    fn reconsider(&mut self, index: u32) {
        let passage = &self.passages[index as usize];
        let (recorded, place) = (passage.recorded, passage.place);
        let owner = self.owners.owner(index, recorded, self.ledger.now());
        if owner == passage.runner {
            return;
        }
        let counts = self.ledger.in_force(place);
        if counts {
            self.take(index);
        }
        self.passages[index as usize].runner = owner;
        if counts {
            self.give(index);
        }
    }

    /// The timing point of a passage, a time or a bib that was recorded.
    #[must_use]
    pub fn observed_at(&self, event: &EventId) -> Option<&Slug> {
        let place = self.ledger.place(event)?;
        let name = match self.deeds.get(place as usize)? {
            Deed::Passage(index) => self.passages[*index as usize].name,
            Deed::SeenBib(index) => self.seen_bibs[*index as usize].name,
            _ => return None,
        };
        Some(self.names.name(name))
    }

    /// The timing points that anything was recorded at.
    pub(crate) fn recorded_at(&self) -> impl Iterator<Item = &Slug> {
        let passages = self.passages.iter().map(|passage| passage.name);
        let bibs = self.seen_bibs.iter().map(|seen| seen.name);
        let names: BTreeSet<u32> = passages.chain(bibs).collect();
        names.into_iter().map(|name| self.names.name(name))
    }

    /// What kind of observation a fact is, if it is one.
    pub(crate) fn observation(&self, event: &EventId) -> Option<Observation> {
        let place = self.ledger.place(event)?;
        match self.deeds.get(place as usize)? {
            Deed::Passage(index) => Some(match self.passages[*index as usize].recorded {
                Some(_) => Observation::Passage,
                None => Observation::Time,
            }),
            Deed::SeenBib(_) => Some(Observation::Bib),
            _ => None,
        }
    }
}

/// What was observed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Observation {
    /// A bib at a time.
    Passage,
    /// A time, whose is not known.
    Time,
    /// A bib, when is not known.
    Bib,
}

fn index(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
