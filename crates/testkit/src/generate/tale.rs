//! The tale of a small race: a plausible one, disturbed by everything odd.
//!
//! A plan says when each leg would begin and when each bib would pass each
//! checkpoint. Its guns and passages are dealt as facts, in order or shuffled,
//! some in halves (`sightings`, `halves`), and between them stand other starts, corrections
//! and mistakes (`disturbance`, `redefinition`).

use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use tasuki_race::{Bib, Definition, EventId, Fact, FactKind, Instant, Slug};

use super::course::{after_gun, bib, event_id, slug};
use super::definition::one_of;
use super::halves::Halves;
use super::plan::{Gun, Plan, STRETCH_BEATS_MAX};

/// Bibs that no definition names: registered late, or never.
const STRANGERS: [&str; 4] = ["101", "07", "X9", "女3"];
/// The definition as the first fact, then `n` more in the order of the log.
///
/// The ids are unique, and facts name earlier ones by them, as the contract
/// wants it: a pairing a time, a reassignment a passage, a void anything, now
/// and then even a definition, whose names are used all the same.
pub fn facts(rng: &mut StdRng, definition: &Definition, n: usize) -> Vec<Fact> {
    let mut tale = Tale::new(rng, definition);
    (0..=n).map(|_| tale.fact()).collect()
}

/// What kinds of facts there are to tell.
#[derive(Clone, Copy)]
enum Turn {
    Passage,
    Start,
    Void,
    Reassign,
    Halve,
    Pair,
    Accept,
    Status,
    Adjust,
    Register,
    Redefine,
    Declare,
    Announce,
}

const TURNS: [Turn; 13] = [
    Turn::Passage,
    Turn::Start,
    Turn::Void,
    Turn::Reassign,
    Turn::Halve,
    Turn::Pair,
    Turn::Accept,
    Turn::Status,
    Turn::Adjust,
    Turn::Register,
    Turn::Redefine,
    Turn::Declare,
    Turn::Announce,
];

/// How often each of them is taken at the most, for fifty passages.
const ODD: [u32; TURNS.len() - 1] = [9, 5, 4, 20, 16, 3, 6, 4, 3, 2, 1, 2];

/// The time of a fact, and what it says.
pub(super) type Told = (Option<Instant>, FactKind);

/// A race being told.
pub(super) struct Tale<'a> {
    pub(super) rng: &'a mut StdRng,
    /// As it was last defined.
    pub(super) definition: Definition,
    /// The ids of the facts told so far.
    pub(super) ids: Vec<EventId>,
    /// The ids of the passages among them, times without bibs included.
    pub(super) passages: Vec<EventId>,
    /// The times without bibs, and the bibs without times.
    pub(super) halves: Halves,
    /// Everyone who may be seen, registered or not.
    pub(super) bibs: Vec<Bib>,
    /// What would be if nothing went wrong.
    pub(super) plan: Plan,
    /// What of the plan is still to be told, the next one last.
    pub(super) deck: Vec<(Bib, Slug)>,
    /// How often each of [`TURNS`] is taken.
    weights: [u32; TURNS.len()],
}

impl<'a> Tale<'a> {
    fn new(rng: &'a mut StdRng, definition: &Definition) -> Self {
        let strangers = STRANGERS
            .iter()
            .filter(|_| rng.random_bool(0.4))
            .map(|text| bib(text));
        let mut bibs: Vec<Bib> = definition
            .entries
            .iter()
            .map(|entry| entry.bib.clone())
            .collect();
        bibs.extend(strangers.collect::<Vec<_>>());
        bibs.push(bib("404"));
        let plan = Plan::new(rng, definition, &bibs);
        let deck = plan.deck(rng);
        // In a calm race hardly anything happens but passages.
        let calm: u32 = if rng.random_bool(0.4) { 6 } else { 1 };
        let odd = ODD.map(|most| rng.random_range(0..=most) / calm);
        let mut weights = [50; TURNS.len()];
        weights[1..].copy_from_slice(&odd);
        let definition = definition.clone();
        Self {
            rng,
            definition,
            ids: Vec::new(),
            passages: Vec::new(),
            halves: Halves::default(),
            bibs,
            plan,
            deck,
            weights,
        }
    }

    fn fact(&mut self) -> Fact {
        let id = event_id(self.rng);
        let (time, kind) = if self.ids.is_empty() {
            let definition = Box::new(self.definition.clone());
            (None, FactKind::RaceDefined(definition))
        } else {
            match self.plan.guns.pop() {
                Some(gun) => started(gun),
                None => self.turn(id),
            }
        };
        self.ids.push(id);
        let note = self
            .rng
            .random_ratio(1, 20)
            .then(|| "seen from the car".to_owned());
        Fact {
            id,
            time,
            note,
            kind,
        }
    }

    fn turn(&mut self, id: EventId) -> Told {
        let turns = TURNS.into_iter().zip(self.weights).collect::<Vec<_>>();
        let turn = turns
            .choose_weighted(self.rng, |(_, weight)| *weight)
            .map(|(turn, _)| *turn);
        match turn.unwrap_or(Turn::Passage) {
            Turn::Passage => self.passage(id),
            Turn::Start => self.start(),
            Turn::Void => self.void(),
            Turn::Reassign => self.reassignment(id),
            Turn::Halve => self.half(id),
            Turn::Pair => self.pairing(id),
            Turn::Accept => self.acceptance(id),
            Turn::Status => self.status(),
            Turn::Adjust => self.adjustment(),
            Turn::Register => self.registration(),
            Turn::Redefine => self.redefinition(),
            Turn::Declare => self.declaration(),
            Turn::Announce => self.announcement(),
        }
    }

    pub(super) fn any_bib(&mut self) -> Bib {
        self.bibs
            .choose(self.rng)
            .cloned()
            .unwrap_or_else(|| bib("1"))
    }

    pub(super) fn any_checkpoint(&mut self) -> Slug {
        let any = self.definition.checkpoints.choose(self.rng);
        any.map_or_else(|| slug("nowhere"), |checkpoint| checkpoint.id.clone())
    }

    pub(super) fn any_leg(&mut self) -> Slug {
        let any = self.definition.legs.choose(self.rng);
        any.map_or_else(|| slug("1"), |leg| leg.id.clone())
    }

    /// Any moment from shortly before the gun to after the plan's last passage.
    pub(super) fn any_time(&mut self) -> Instant {
        let stretches = i64::try_from(self.definition.checkpoints.len()).unwrap_or(i64::MAX);
        let beats = self
            .rng
            .random_range(-3..=stretches.saturating_mul(STRETCH_BEATS_MAX));
        self.nearly(after_gun(beats * self.plan.beat_ms))
    }

    /// When some bib is planned to pass a checkpoint: where ties and the
    /// boundaries of starts lie.
    pub(super) fn a_planned_time(&mut self) -> Instant {
        let all: Vec<Instant> = self.plan.passages.values().copied().collect();
        match all.choose(self.rng) {
            Some(&time) if self.rng.random_ratio(3, 4) => self.nearly(time),
            _ => self.any_time(),
        }
    }

    /// Mostly that moment, else a little beside it, within a grain or not.
    pub(super) fn nearly(&mut self, time: Instant) -> Instant {
        let beat_ms = self.plan.beat_ms;
        let beside_ms = [0, 0, 0, 0, 0, 0, 1, -1, 4, 499, beat_ms, -beat_ms];
        Instant::from_ms(time.ms() + one_of(self.rng, &beside_ms))
    }
}

fn started(gun: Gun) -> Told {
    let (leg, target) = (Some(gun.leg), gun.target);
    (Some(gun.time), FactKind::Started { leg, target })
}
