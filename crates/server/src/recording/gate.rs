//! Stands before the log: lets in what can be understood, projects what has
//! become durable, and answers.
//!
//! Runs in the appender's one task, so facts are judged against exactly the
//! state that the log will have when they enter.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Instant as Stopwatch;

use tasuki_log::{Appended, Draft, Gate, Record};
use tasuki_race::{
    Admission, EventId, Fact, FactKind, Instant, Oddity, Pending, Projector, RaceId, ReviewItem,
    Slug, StartTarget,
};

use crate::canary::is_hidden;
use crate::identity::{Author, Authority};
use crate::races::{LiveRace, Projected};
use crate::recording::answer::{HeadShown, Outcome, Recorded, Rejection, Warning};
use crate::recording::permission::{Named, forbids};
use crate::recording::submission::{Purpose, Submission};
use crate::watching::Stage;

/// Why a request as a whole was not taken.
#[derive(Debug)]
pub(crate) enum Refusal {
    RaceExists,
    NoSuchRace,
}

/// The gate of all races.
pub(crate) struct RaceGate {
    stage: Stage,
    overlay: HashMap<RaceId, Overlay>,
}

/// What the present group adds to a race before it is durable.
#[derive(Default)]
struct Overlay {
    created: bool,
    pending: Pending,
    authors: HashMap<EventId, String>,
}

/// What was decided about a submission, for the answer.
pub(crate) enum Ticket {
    Refused(Refusal),
    Admitted { race: RaceId, slots: Vec<Slot> },
}

/// What was decided about one fact.
pub(crate) enum Slot {
    Rejected(Rejection),
    /// Became the next draft.
    Drafted(Box<Fact>),
}

impl RaceGate {
    pub(crate) fn new(stage: Stage) -> Self {
        Self {
            stage,
            overlay: HashMap::new(),
        }
    }

    fn refuses(&self, submission: &Submission) -> Option<Refusal> {
        let exists = self.stage.races.of_log(submission.race.as_str()).is_some()
            || self
                .overlay
                .get(&submission.race)
                .is_some_and(|overlay| overlay.created);
        match (submission.purpose, exists) {
            (Purpose::Create, true) => Some(Refusal::RaceExists),
            (Purpose::Record, false) => Some(Refusal::NoSuchRace),
            _ => None,
        }
    }
}

impl Gate for RaceGate {
    type Submission = Submission;
    type Ticket = Ticket;
    type Answer = Result<Recorded, Refusal>;

    fn weight(submission: &Submission) -> usize {
        submission.items.len()
    }

    fn admit(&mut self, submission: Submission, now: Instant) -> (Ticket, Vec<Draft>) {
        if let Some(refusal) = self.refuses(&submission) {
            return (Ticket::Refused(refusal), Vec::new());
        }
        let Submission {
            race,
            authority,
            purpose,
            items,
        } = submission;
        let live = self.stage.races.of_log(race.as_str());
        let guard = live.as_ref().map(|live| live.read());
        let unborn;
        let projector = match &guard {
            Some(projected) => &projected.projector,
            None => {
                unborn = Projector::new(race.clone());
                &unborn
            }
        };
        let overlay = self.overlay.entry(race.clone()).or_default();
        overlay.created |= purpose == Purpose::Create;
        let author = authority.author();
        let mut drafts = Vec::with_capacity(items.len());
        let mut slots = Vec::with_capacity(items.len());
        for item in items {
            let decided = item.and_then(|prepared| {
                overlay.consider(projector, &authority, &author, &prepared.fact, now)?;
                Ok(prepared)
            });
            slots.push(match decided {
                Err(rejection) => Slot::Rejected(rejection),
                Ok(prepared) => {
                    drafts.push(Draft {
                        race: race.clone(),
                        id: prepared.fact.id,
                        at: now,
                        by: author.by.clone(),
                        device: author.device.clone(),
                        event: prepared.canonical,
                    });
                    Slot::Drafted(Box::new(prepared.fact))
                }
            });
        }
        (Ticket::Admitted { race, slots }, drafts)
    }

    fn committed(&mut self, group: Vec<(Ticket, Vec<Appended>)>) -> Vec<Self::Answer> {
        let committed = Stopwatch::now();
        self.overlay.clear();
        let changed = tracing::debug_span!("project").in_scope(|| self.project(&group));
        if !changed.is_empty() {
            self.stage.metrics.projected(committed.elapsed());
        }
        let answers = group
            .into_iter()
            .map(|(ticket, appended)| self.answer(ticket, appended))
            .collect();
        for race in changed {
            race.announce(committed);
        }
        answers
    }

    fn abandoned(&mut self) {
        self.overlay.clear();
    }

    fn missed(&mut self, record: Record) {
        let live = self.stage.enter(&record, record.head());
        let mut projected = live.write();
        if let Err(error) = projected.replay(&record) {
            tracing::error!(race.id = %record.race, seq = record.seq, %error, "a fact cannot be read");
        }
        projected.projector.settle();
        drop(projected);
        live.announce(Stopwatch::now());
    }

    fn known(&self, race: &RaceId) -> u64 {
        let live = self.stage.races.of_log(race.as_str());
        match live {
            Some(live) => live.read().head.seq,
            // What the canary sang before is nothing to anybody.
            None if is_hidden(race) => u64::MAX,
            None => 0,
        }
    }
}

impl RaceGate {
    /// Projects what a group has added to the log, race by race.
    fn project(&self, group: &[(Ticket, Vec<Appended>)]) -> Vec<Arc<LiveRace>> {
        let mut changed: HashMap<RaceId, Vec<(&Record, &Fact)>> = HashMap::new();
        for (ticket, appended) in group {
            let Ticket::Admitted { race, slots } = ticket else {
                continue;
            };
            for (fact, appended) in drafted(slots).zip(appended) {
                if let Appended::Accepted(record) = appended {
                    changed
                        .entry(race.clone())
                        .or_default()
                        .push((record, fact));
                }
            }
        }
        let apply = |facts: Vec<(&Record, &Fact)>| {
            let (first, _) = facts.first()?;
            let live = self.stage.enter(first, first.head());
            let mut projected = live.write();
            facts
                .into_iter()
                .for_each(|(record, fact)| projected.apply(record, fact));
            projected.projector.settle();
            drop(projected);
            Some(live)
        };
        changed.into_values().filter_map(apply).collect()
    }

    fn answer(&self, ticket: Ticket, appended: Vec<Appended>) -> Result<Recorded, Refusal> {
        let (race, slots) = match ticket {
            Ticket::Refused(refusal) => return Err(refusal),
            Ticket::Admitted { race, slots } => (race, slots),
        };
        let live = self
            .stage
            .races
            .of_log(race.as_str())
            .ok_or(Refusal::NoSuchRace)?;
        let projected = live.read();
        let mut head = projected.head;
        let mut appended = appended.into_iter();
        let mut results = Vec::with_capacity(slots.len());
        for slot in slots {
            results.push(match slot {
                Slot::Rejected(rejection) => rejection.into(),
                Slot::Drafted(fact) => match appended.next() {
                    Some(Appended::Accepted(record)) => {
                        // What others added in the same transaction is theirs.
                        head = record.head();
                        let warnings = warnings(&projected, &fact);
                        Outcome::Accepted {
                            id: fact.id,
                            seq: record.seq,
                            warnings,
                        }
                    }
                    Some(Appended::Duplicate { seq }) => Outcome::Duplicate { id: fact.id, seq },
                    Some(Appended::Conflict { seq }) => conflict(&fact, seq),
                    // The appender gives one outcome per draft.
                    None => continue,
                },
            });
        }
        let head = HeadShown {
            seq: head.seq,
            hash: head.hash.to_string(),
        };
        Ok(Recorded { results, head })
    }
}

fn drafted(slots: &[Slot]) -> impl Iterator<Item = &Fact> {
    slots.iter().filter_map(|slot| match slot {
        Slot::Drafted(fact) => Some(&**fact),
        Slot::Rejected(_) => None,
    })
}

fn conflict(fact: &Fact, seq: u64) -> Outcome {
    let detail = format!("id: it belongs to another fact, number {seq}; give each fact its own");
    Rejection {
        id: Some(fact.id.to_string()),
        code: "id_conflict",
        detail,
    }
    .into()
}

/// The facts of the log and those of the present group.
struct InGroup<'a> {
    projector: &'a Projector,
    overlay: &'a Overlay,
    author: &'a Author,
}

impl Named for InGroup<'_> {
    fn is_own(&self, event: &EventId) -> bool {
        let author = self.author.key();
        let pending = self.overlay.authors.get(event);
        self.projector.is_by(event, author) || pending.is_some_and(|by| by == author)
    }

    fn observed_at(&self, event: &EventId) -> Option<Slug> {
        let pending = self.overlay.pending.observed_at(event);
        pending
            .or_else(|| self.projector.observed_at(event))
            .cloned()
    }
}

impl Overlay {
    fn consider(
        &mut self,
        projector: &Projector,
        authority: &Authority,
        author: &Author,
        fact: &Fact,
        now: Instant,
    ) -> Result<(), Rejection> {
        let reject = |code, detail| Rejection {
            id: Some(fact.id.to_string()),
            code,
            detail,
        };
        let named = InGroup {
            projector,
            overlay: self,
            author,
        };
        if let Some(detail) = forbids(authority, fact, &named) {
            return Err(reject("forbidden", detail));
        }
        let mut admission = Admission::new(projector, &mut self.pending);
        // A repetition is judged by the log: it is the same or a conflict.
        if !admission.knows(&fact.id) {
            admission
                .consider(fact, now)
                .map_err(|e| reject(e.code, e.detail))?;
            self.authors.insert(fact.id, author.key().to_owned());
        }
        Ok(())
    }
}

/// What is odd about a passage.
fn odd(projector: &Projector, event: &EventId) -> Vec<Warning> {
    let items = projector.oddities(event).into_iter();
    let warning = |item: ReviewItem| Warning {
        code: item.code,
        detail: item.detail,
    };
    items.map(warning).collect()
}

/// What is odd about a fact that has been projected.
fn warnings(projected: &Projected, fact: &Fact) -> Vec<Warning> {
    let projector = &projected.projector;
    let named: HashSet<_> = match &fact.kind {
        FactKind::PassageRecorded { .. } => return odd(projector, &fact.id),
        FactKind::PassagePaired { event, .. } => return odd(projector, event),
        FactKind::BibRecorded { bib, .. }
        | FactKind::StatusChanged { bib, .. }
        | FactKind::TimeAdjusted { bib, .. }
        | FactKind::PassageReassigned { bib, .. } => [bib].into(),
        FactKind::Started {
            target: StartTarget::Bibs(bibs),
            ..
        } => bibs.iter().collect(),
        _ => return Vec::new(),
    };
    let unknown = named.into_iter().filter(|bib| !projector.has_entry(bib));
    let warning = |bib| Warning {
        code: Oddity::UnknownBib,
        detail: format!("no entry wears `{bib}`"),
    };
    unknown.map(warning).collect()
}
