//! Folds facts into times and rankings, one after the other.
//!
//! A fact is entered at once; the entries that it touches are worked out anew
//! before the next fact is entered, and the rankings are brought up to date by
//! [`Projector::settle`], when a caller wants to look. A passage touches one
//! entry: most often its walk along the course goes on from where it stood,
//! and it moves in a few ordered sets (logarithmic in the field; many moves
//! at once are merged). A decision may touch everybody.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::accepted::Accepted;
use crate::arrivals::Arrival;
use crate::boards::{Boards, Move};
use crate::clock::OfficialClock;
use crate::conditions::{Conditions, zero_clock};
use crate::course::Course;
use crate::definition::Definition;
use crate::entering::{Deed, Passage, SeenBib};
use crate::eras::Eras;
use crate::fact::{Fact, FactKind, RaceState};
use crate::guns::{Guns, Target};
use crate::ids::{EventId, RaceId};
use crate::instant::Instant;
use crate::ledger::{Ledger, Place};
use crate::names::Names;
use crate::owners::Owners;
use crate::runner::{Runners, Standing};
use crate::standings::Announcement;
use crate::times::{Observed, StationNames, Verdict};

/// The state of a race after some facts.
#[derive(Debug)]
pub struct Projector {
    pub(crate) race: RaceId,
    pub(crate) seq: u64,
    /// By place in the log: when the server received the fact.
    pub(crate) received: Vec<Instant>,
    pub(crate) definition: Option<Arc<Definition>>,
    /// Grows whenever the definition or an entry may have changed.
    pub(crate) revision: u64,
    pub(crate) course: Course,
    pub(crate) clock: Option<OfficialClock>,
    pub(crate) state: RaceState,
    pub(crate) ledger: Ledger,
    pub(crate) runners: Runners,
    /// Runners with an entry: asked for whenever a viewer joins.
    pub(crate) entered: usize,
    /// Runners that were ever entered outside the ranking.
    pub(crate) open: BTreeSet<u32>,
    /// Runners whose status officials ever set by hand.
    pub(crate) marked: BTreeSet<u32>,
    pub(crate) passages: Vec<Passage>,
    pub(crate) owners: Owners,
    pub(crate) seen_bibs: Vec<SeenBib>,
    pub(crate) accepted: Accepted,
    pub(crate) boards: Boards,
    /// The rankings on courses that were replaced.
    pub(crate) eras: Eras,
    /// By sequence number; withdrawn ones included.
    pub(crate) announcements: BTreeMap<u64, (Place, Announcement)>,
    pub(crate) guns: Guns,
    pub(crate) definitions: Vec<(Place, Arc<Definition>)>,
    pub(crate) declarations: Vec<(Place, RaceState)>,
    pub(crate) deeds: Vec<Deed>,
    pub(crate) names: Names,
    pub(crate) station_names: StationNames,
    authors: FxHashMap<Box<str>, u32>,
    dirty: Vec<u32>,
    pub(crate) recompile: bool,
    /// Passages that wait to be taken in.
    pub(crate) arrivals: Vec<Arrival>,
}

impl Projector {
    /// The state before the first fact.
    #[must_use]
    pub fn new(race: RaceId) -> Self {
        Self {
            race,
            seq: 0,
            received: Vec::new(),
            definition: None,
            revision: 0,
            course: Course::default(),
            clock: None,
            state: RaceState::default(),
            ledger: Ledger::default(),
            runners: Runners::default(),
            entered: 0,
            open: BTreeSet::new(),
            marked: BTreeSet::new(),
            passages: Vec::new(),
            owners: Owners::default(),
            seen_bibs: Vec::new(),
            accepted: Accepted::default(),
            boards: Boards::default(),
            eras: Eras::default(),
            announcements: BTreeMap::new(),
            guns: Guns::default(),
            definitions: Vec::new(),
            declarations: Vec::new(),
            deeds: Vec::new(),
            names: Names::default(),
            station_names: StationNames::default(),
            authors: FxHashMap::default(),
            dirty: Vec::new(),
            recompile: false,
            arrivals: Vec::new(),
        }
    }

    /// Enters the next fact of the log: number `seq`, received at `at`,
    /// recorded by `author`. Never fails: what names nothing known has no
    /// effect until something gives it one.
    pub fn apply(&mut self, seq: u64, at: Instant, author: &str, fact: &Fact) {
        // The past is remembered fact by fact. Of passages in a row each says
        // itself which fact it is.
        let passage = matches!(fact.kind, FactKind::PassageRecorded { .. });
        if !passage || self.arrivals.is_empty() {
            self.work_out_touched();
        }
        self.seq = seq;
        self.received.push(at);
        let author = self.author_number(author);
        let (place, new) = self.ledger.enter(fact.id, author);
        let deed = if new {
            self.perform(place, seq, at, fact)
        } else {
            Deed::Nothing
        };
        self.deeds.push(deed);
    }

    /// Makes ready to be looked at: works out what the last fact has touched,
    /// and brings the rankings up to date.
    pub fn settle(&mut self) {
        self.work_out_touched();
        self.boards.settle();
    }

    /// Works out anew every entry that the last fact has touched.
    fn work_out_touched(&mut self) {
        self.take_in_arrivals();
        if self.recompile {
            self.recompile_course();
        }
        if self.is_clock_wrong() {
            let zero = self.guns.arranged().zero();
            self.clock = zero_clock(zero, self.definition.as_deref());
            self.touch_timed();
        }
        if self.dirty.is_empty() {
            return;
        }
        let place = self.last_place();
        let dirty = std::mem::take(&mut self.dirty);
        let worked_out = dirty.len();
        for number in dirty {
            self.work_out(number, place);
        }
        self.eras.bound(&mut self.boards, place, worked_out);
    }

    /// The place of the newest fact.
    pub(crate) fn last_place(&self) -> Place {
        Place::try_from(self.received.len())
            .unwrap_or(Place::MAX)
            .saturating_sub(1)
    }

    fn author_number(&mut self, author: &str) -> u32 {
        if let Some(&number) = self.authors.get(author) {
            return number;
        }
        let number = u32::try_from(self.authors.len()).unwrap_or(u32::MAX);
        self.authors.insert(author.into(), number);
        number
    }

    /// Whether `author` recorded that fact.
    #[must_use]
    pub fn is_by(&self, event: &EventId, author: &str) -> bool {
        let place = self.ledger.place(event);
        place.is_some_and(|place| self.authors.get(author) == Some(&self.ledger.author(place)))
    }

    /// Whether that fact is the only definition in force.
    pub(crate) fn is_sole_definition(&self, event: &EventId) -> bool {
        let mut in_force = self
            .definitions
            .iter()
            .filter(|(at, _)| self.ledger.in_force(*at));
        let first = in_force.next().map(|(at, _)| *at);
        first.is_some() && first == self.ledger.place(event) && in_force.next().is_none()
    }

    /// The definition that would be in force if that fact, which is in force
    /// now, were withdrawn; `None` where it defines nothing.
    pub(crate) fn definition_without(&self, event: &EventId) -> Option<&Definition> {
        let place = self.ledger.place(event)?;
        let mut in_force = self
            .definitions
            .iter()
            .rev()
            .filter(|(at, _)| self.ledger.in_force(*at));
        let (latest, _) = in_force.next()?;
        (*latest == place)
            .then(|| in_force.next())
            .flatten()
            .map(|(_, definition)| &**definition)
    }

    pub(crate) fn touch(&mut self, number: u32) {
        let runner = self.runners.get_mut(number);
        if !runner.dirty {
            runner.dirty = true;
            self.dirty.push(number);
        }
    }

    fn touch_all(&mut self) {
        (0..)
            .take(self.runners.len())
            .for_each(|number| self.touch(number));
    }

    /// Touches everybody who has times.
    fn touch_timed(&mut self) {
        for number in (0..).take(self.runners.len()) {
            if !self.runners.get(number).passages.is_empty() {
                self.touch(number);
            }
        }
    }

    /// Touches those whose times a start may change.
    pub(crate) fn touch_targets(&mut self, index: usize) {
        match self.guns.target(index).clone() {
            Target::Everyone | Target::Category(_) => self.touch_timed(),
            Target::Runners(runners) => runners.into_iter().for_each(|number| self.touch(number)),
        }
    }

    /// Whether the race's zero has moved since times were worked out.
    fn is_clock_wrong(&self) -> bool {
        self.guns.arranged().zero() != self.clock.map(|clock| clock.zero)
    }

    /// Lays the course that is in force now.
    fn recompile_course(&mut self) {
        self.recompile = false;
        let in_force = self.ledger.now().latest(&self.definitions);
        self.definition = in_force.map(|(_, definition)| Arc::clone(definition));
        let course = self
            .definition
            .as_deref()
            .map(Course::of)
            .unwrap_or_default();
        self.station_names = course.names(|name| self.names.number(name));
        if !course.has_shape_of(&self.course) {
            self.begin_rankings(&course);
        }
        self.course = course;
        self.guns.rearrange(&self.course, &self.ledger);
        self.clock = zero_clock(self.guns.arranged().zero(), self.definition.as_deref());
        self.touch_all();
    }

    /// Begins all rankings anew, on another course.
    fn begin_rankings(&mut self, course: &Course) {
        self.boards.settle();
        let boards = std::mem::replace(&mut self.boards, Boards::for_course(course));
        self.eras.end(boards, self.last_place());
        for number in (0..).take(self.runners.len()) {
            self.runners.get_mut(number).standing = Standing::default();
        }
        self.entered = 0;
    }

    pub(crate) fn work_out(&mut self, number: u32, place: Place) {
        let mut new = Standing::default();
        self.look_at(number, &mut new, &mut |_, _| ());
        let runner = self.runners.get_mut(number);
        runner.dirty = false;
        let old = std::mem::replace(&mut runner.standing, new);
        let new = &self.runners.get(number).standing;
        self.entered += usize::from(new.entry.is_some());
        self.entered -= usize::from(old.entry.is_some());
        let step = Move {
            runner: number,
            old: &old,
            new,
            place,
        };
        self.boards.exchange(&step, &self.course);
    }

    /// The circumstances of the present.
    pub(crate) fn conditions(&self) -> Conditions<'_> {
        Conditions {
            course: &self.course,
            clock: self.clock,
            guns: self.guns.arranged(),
            names: &self.station_names,
            moment: self.ledger.now(),
        }
    }

    /// Works out where a runner stands; tells `verdict` what becomes of each
    /// of its passages. A bib without an entry stands nowhere.
    pub(crate) fn look_at(
        &self,
        number: u32,
        standing: &mut Standing,
        verdict: &mut dyn FnMut(Observed, Verdict),
    ) {
        let runner = self.runners.get(number);
        self.conditions().look_at(
            runner,
            number,
            &runner.passages,
            &self.passages,
            standing,
            verdict,
        );
    }
}
