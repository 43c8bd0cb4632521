//! The tale of a small race: a plausible one, disturbed by everything odd.
//!
//! A plan says when each leg would begin and when each bib would pass each
//! checkpoint. Its guns and passages are dealt as facts, in order or shuffled,
//! and between them stand other starts, corrections and mistakes
//! (`disturbance`, `redefinition`).

use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use tasuki_race::{Bib, Definition, EventId, Fact, FactKind, Instant, Slug, StartTarget};

use super::course::{after_gun, bib, event_id, slug};
use super::definition::{BEAT_MS, one_of};
use super::plan::{Plan, STRETCH_BEATS_MAX};

/// Bibs that no definition names: registered late, or never.
const STRANGERS: [&str; 4] = ["101", "07", "X9", "女3"];
/// What a device without a clock says: the epoch, or as far away as it can
/// write.
const DEAD_CLOCKS_MS: [i64; 3] = [0, -62_167_219_200_000, 253_402_207_200_000];

/// The definition as the first fact, then `n` more in the order of the log.
///
/// The ids are unique, and facts name each other by them: earlier ones, later
/// ones, themselves, and some that are nowhere.
pub fn facts(rng: &mut StdRng, definition: &Definition, n: usize) -> Vec<Fact> {
    let mut tale = Tale::new(rng, definition, n);
    (0..=n).map(|place| tale.fact(place)).collect()
}

/// What kinds of facts there are to tell.
#[derive(Clone, Copy)]
enum Turn {
    Passage,
    Start,
    Void,
    Reassign,
    Status,
    Adjust,
    Register,
    Redefine,
    Declare,
    Announce,
}

const TURNS: [Turn; 10] = [
    Turn::Passage,
    Turn::Start,
    Turn::Void,
    Turn::Reassign,
    Turn::Status,
    Turn::Adjust,
    Turn::Register,
    Turn::Redefine,
    Turn::Declare,
    Turn::Announce,
];

/// A race being told.
pub(super) struct Tale<'a> {
    pub(super) rng: &'a mut StdRng,
    /// As it was last defined.
    pub(super) definition: Definition,
    /// The ids of all facts, also of those still to come.
    pub(super) ids: Vec<EventId>,
    /// The ids of the passages told so far.
    pub(super) passages: Vec<EventId>,
    /// Everyone who may be seen, registered or not.
    pub(super) bibs: Vec<Bib>,
    /// What would be if nothing went wrong.
    plan: Plan,
    /// What of the plan is still to be told, the next one last.
    deck: Vec<(Bib, Slug)>,
    /// How often each of [`TURNS`] is taken.
    weights: [u32; TURNS.len()],
}

impl<'a> Tale<'a> {
    fn new(rng: &'a mut StdRng, definition: &Definition, n: usize) -> Self {
        let ids = (0..=n).map(|_| event_id(rng)).collect();
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
        let odd = [9, 5, 4, 4, 4, 3, 2, 1, 2].map(|most| rng.random_range(0..=most) / calm);
        let mut weights = [50; TURNS.len()];
        weights[1..].copy_from_slice(&odd);
        let definition = definition.clone();
        Self {
            rng,
            definition,
            ids,
            passages: Vec::new(),
            bibs,
            plan,
            deck,
            weights,
        }
    }

    fn fact(&mut self, place: usize) -> Fact {
        let (time, kind) = match place {
            0 => (
                None,
                FactKind::RaceDefined(Box::new(self.definition.clone())),
            ),
            _ => match self.plan.guns.pop() {
                Some((leg, time)) => (Some(time), gun(leg)),
                None => self.turn(place),
            },
        };
        let note = self
            .rng
            .random_ratio(1, 20)
            .then(|| "seen from the car".to_owned());
        Fact {
            id: self.ids[place],
            time,
            note,
            kind,
        }
    }

    fn turn(&mut self, place: usize) -> (Option<Instant>, FactKind) {
        let turns = TURNS.into_iter().zip(self.weights).collect::<Vec<_>>();
        let turn = turns
            .choose_weighted(self.rng, |(_, weight)| *weight)
            .map(|(turn, _)| *turn);
        match turn.unwrap_or(Turn::Passage) {
            Turn::Passage => self.passage(place),
            Turn::Start => self.start(),
            Turn::Void => self.void(),
            Turn::Reassign => self.reassignment(),
            Turn::Status => self.status(),
            Turn::Adjust => self.adjustment(),
            Turn::Register => self.registration(),
            Turn::Redefine => self.redefinition(),
            Turn::Declare => self.declaration(),
            Turn::Announce => self.announcement(),
        }
    }

    /// The next of the plan; or one seen twice, at a wrong time, or nowhere.
    fn passage(&mut self, place: usize) -> (Option<Instant>, FactKind) {
        let dealt = if self.rng.random_ratio(9, 10) {
            self.deck.pop()
        } else {
            None
        };
        let (bib, checkpoint) = dealt.unwrap_or_else(|| (self.any_bib(), self.any_checkpoint()));
        let planned = self
            .plan
            .passages
            .get(&(bib.clone(), checkpoint.clone()))
            .copied();
        let time = match planned {
            Some(time) if self.rng.random_ratio(9, 10) => self.nearly(time),
            _ if self.rng.random_ratio(1, 20) => {
                Instant::from_ms(one_of(self.rng, &DEAD_CLOCKS_MS))
            }
            _ => self.any_time(),
        };
        self.passages.push(self.ids[place]);
        (Some(time), FactKind::PassageRecorded { bib, checkpoint })
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

    /// A leg of the race; now and then one that it does not have.
    pub(super) fn any_leg(&mut self) -> Slug {
        let any = self
            .definition
            .legs
            .choose(self.rng)
            .map(|leg| leg.id.clone());
        any.filter(|_| !self.rng.random_ratio(1, 20))
            .unwrap_or_else(|| slug("no-such-leg"))
    }

    /// Any moment from shortly before the gun to after the plan's last passage.
    pub(super) fn any_time(&mut self) -> Instant {
        let stretches = i64::try_from(self.definition.checkpoints.len()).unwrap_or(i64::MAX);
        let beats = self
            .rng
            .random_range(-3..=stretches.saturating_mul(STRETCH_BEATS_MAX));
        self.nearly(after_gun(beats * BEAT_MS))
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
    fn nearly(&mut self, time: Instant) -> Instant {
        let beside_ms = [0, 0, 0, 0, 0, 0, 1, -1, 4, 499, BEAT_MS, -BEAT_MS];
        Instant::from_ms(time.ms() + one_of(self.rng, &beside_ms))
    }
}

fn gun(leg: Slug) -> FactKind {
    FactKind::Started {
        leg: Some(leg),
        target: StartTarget::Everyone,
    }
}
