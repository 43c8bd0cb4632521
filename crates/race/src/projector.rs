//! Folds facts into times and rankings, one after the other.
//!
//! A fact is entered at once; the entries that it touches are worked out anew
//! by [`Projector::settle`], which a caller runs after each batch. A passage
//! touches one entry: its times are walked again (the length of the course)
//! and it moves in a few ordered sets (logarithmic in the field). A decision
//! may touch everybody.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::boards::Boards;
use crate::clock::OfficialClock;
use crate::course::Course;
use crate::definition::Definition;
use crate::entering::{Deed, Passage};
use crate::fact::{Fact, RaceState};
use crate::guns::{Gun, Guns, Target};
use crate::ids::{EventId, RaceId, Slug};
use crate::instant::Instant;
use crate::ledger::{Ledger, Place};
use crate::runner::{Runners, Standing};
use crate::standings::Announcement;
use crate::times::{Known, Marked, Observed, Verdict, work_out};

/// The state of a race after some facts.
#[derive(Debug)]
pub struct Projector {
    pub(crate) race: RaceId,
    pub(crate) seq: u64,
    pub(crate) as_of: Instant,
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
    pub(crate) passages: Vec<Passage>,
    pub(crate) boards: Boards,
    /// By sequence number; withdrawn ones included.
    pub(crate) announcements: BTreeMap<u64, (Place, Announcement)>,
    pub(crate) guns: Guns,
    pub(crate) definitions: Vec<(Place, Arc<Definition>)>,
    pub(crate) declarations: Vec<(Place, RaceState)>,
    pub(crate) deeds: Vec<Deed>,
    /// Names of stations, numbered once: a course may be redefined.
    names: FxHashMap<Slug, u32>,
    /// By station of the course in force: its name's number.
    station_names: Vec<u32>,
    authors: FxHashMap<Box<str>, u32>,
    pub(crate) dirty: Vec<u32>,
    pub(crate) recompile: bool,
}

impl Projector {
    /// The state before the first fact.
    #[must_use]
    pub fn new(race: RaceId) -> Self {
        Self {
            race,
            seq: 0,
            as_of: Instant::from_ms(0),
            definition: None,
            revision: 0,
            course: Course::default(),
            clock: None,
            state: RaceState::default(),
            ledger: Ledger::default(),
            runners: Runners::default(),
            entered: 0,
            passages: Vec::new(),
            boards: Boards::default(),
            announcements: BTreeMap::new(),
            guns: Guns::default(),
            definitions: Vec::new(),
            declarations: Vec::new(),
            deeds: Vec::new(),
            names: FxHashMap::default(),
            station_names: Vec::new(),
            authors: FxHashMap::default(),
            dirty: Vec::new(),
            recompile: false,
        }
    }

    /// Enters the next fact of the log: number `seq`, received at `at`,
    /// recorded by `author`. Never fails: what names nothing known has no
    /// effect until something gives it one.
    pub fn apply(&mut self, seq: u64, at: Instant, author: &str, fact: &Fact) {
        self.seq = seq;
        self.as_of = at;
        let author = self.author_number(author);
        let Some(place) = self.ledger.enter(fact.id, author) else {
            return;
        };
        let deed = self.perform(place, seq, at, fact);
        self.deeds.push(deed);
    }

    /// Works out anew every entry that facts have touched.
    pub fn settle(&mut self) {
        if self.recompile {
            self.recompile_course();
        }
        let zero = self.guns.zero();
        if zero != self.clock.map(|clock| clock.zero) {
            self.start_clock(zero);
            self.touch_all();
        }
        for number in std::mem::take(&mut self.dirty) {
            self.work_out(number);
        }
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

    pub(crate) fn touch_targets(&mut self, index: usize) {
        match self.guns.target(index).clone() {
            Target::Everyone | Target::Category(_) => self.touch_all(),
            Target::Runners(runners) => runners.into_iter().for_each(|number| self.touch(number)),
        }
    }

    pub(crate) fn name_number(&mut self, name: &Slug) -> u32 {
        let next = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        match self.names.get(name) {
            Some(&number) => number,
            None => *self.names.entry(name.clone()).or_insert(next),
        }
    }

    /// Lays the course that is in force now, and begins all rankings anew.
    pub(crate) fn recompile_course(&mut self) {
        self.recompile = false;
        let in_force = self
            .definitions
            .iter()
            .rev()
            .find(|(at, _)| self.ledger.in_force(*at));
        self.definition = in_force.map(|(_, definition)| Arc::clone(definition));
        self.course = self
            .definition
            .as_deref()
            .map(Course::of)
            .unwrap_or_default();
        let ids: Vec<Slug> = self.course.stations.iter().map(|s| s.id.clone()).collect();
        self.station_names = ids.iter().map(|id| self.name_number(id)).collect();
        self.boards = Boards::for_course(&self.course);
        for number in (0..).take(self.runners.len()) {
            self.runners.get_mut(number).standing = Standing::default();
        }
        self.entered = 0;
        self.guns.rearrange(&self.course, &self.ledger);
        self.start_clock(self.guns.zero());
        self.touch_all();
    }

    fn start_clock(&mut self, zero: Option<Instant>) {
        self.clock = zero
            .zip(self.definition.as_ref())
            .map(|(zero, definition)| OfficialClock {
                zero,
                resolution_ms: definition.resolution_ms,
                rounding: definition.rounding,
            });
    }

    fn work_out(&mut self, number: u32) {
        let mut new = Standing::default();
        self.look_at(number, &mut new, |_, _| ());
        let runner = self.runners.get_mut(number);
        runner.dirty = false;
        let old = std::mem::replace(&mut runner.standing, new);
        self.entered += usize::from(runner.standing.entry.is_some());
        self.entered -= usize::from(old.entry.is_some());
        self.boards.exchange(
            number,
            &old,
            &self.runners.get(number).standing,
            &self.course,
        );
    }

    /// Works out where a runner stands; tells `verdict` what becomes of each
    /// of its passages. A bib without an entry stands nowhere.
    pub(crate) fn look_at(
        &self,
        number: u32,
        standing: &mut Standing,
        verdict: impl FnMut(Observed, Verdict),
    ) {
        let runner = self.runners.get(number);
        let Some(entry) = runner.registered(&self.ledger) else {
            return;
        };
        standing.entry = Some(Arc::clone(entry));
        standing.categories = entry
            .categories
            .iter()
            .filter_map(|c| self.course.category(c))
            .collect();
        let guns: Vec<Option<Gun>> = (0..self.course.legs.len())
            .map(|leg| self.guns.gun(leg, number, &entry.categories, &self.course))
            .collect();
        let known = Known {
            course: &self.course,
            clock: self.clock,
            passages: &|station| runner.passages_at(self.station_names[station]),
            guns: &guns,
            adjustments: &self.adjustments(number),
            marked: self.marked(number),
            ranked: entry.ranked,
        };
        work_out(&known, &mut standing.times, verdict);
    }

    fn adjustments(&self, number: u32) -> Vec<(Option<usize>, i64)> {
        let in_force = |(place, ..): &&(Place, Option<Slug>, i64)| self.ledger.in_force(*place);
        let adjustments = self.runners.get(number).adjustments.iter().filter(in_force);
        adjustments
            .filter_map(|(_, leg, ms)| match leg {
                None => Some((None, *ms)),
                // A leg that the course no longer has adjusts nothing.
                Some(leg) => self.course.leg(leg).map(|leg| (Some(leg), *ms)),
            })
            .collect()
    }

    fn marked(&self, number: u32) -> Option<Marked> {
        let (_, fact) = self.runners.get(number).status(&self.ledger)?;
        let station = fact
            .checkpoint
            .as_ref()
            .and_then(|id| self.course.station(id));
        Some(Marked {
            status: fact.status,
            station,
            time: fact.time,
        })
    }
}
