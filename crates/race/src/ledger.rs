//! Which facts are in force, now and at any moment before.
//!
//! A void withdraws a fact that stands earlier in the log, another void
//! included, which brings that one's fact back. Since a void only ever looks
//! back, there are no circles and the newest void always decides first.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use crate::ids::EventId;

/// The position of a fact in the log: its sequence number less one.
pub(crate) type Place = u32;

#[derive(Debug, Default)]
pub(crate) struct Ledger {
    places: FxHashMap<EventId, Place>,
    slots: Vec<Slot>,
    /// Of facts that any void has ever reached: since when they are in force,
    /// or not, in log order. Few facts are ever withdrawn.
    turns: FxHashMap<Place, Vec<(Place, bool)>>,
}

#[derive(Debug)]
struct Slot {
    /// Voids in force that name this fact.
    voids: u32,
    /// Where this fact is a void: the fact it names.
    target: Option<Place>,
    /// Who recorded it.
    author: u32,
}

impl Ledger {
    /// Gives the next fact its place; `false` if its id has been seen, so
    /// that it says nothing new.
    pub(crate) fn enter(&mut self, id: EventId, author: u32) -> (Place, bool) {
        let place = Place::try_from(self.slots.len()).unwrap_or(Place::MAX);
        self.slots.push(Slot {
            voids: 0,
            target: None,
            author,
        });
        match self.places.entry(id) {
            Entry::Occupied(_) => (place, false),
            Entry::Vacant(vacant) => {
                vacant.insert(place);
                (place, true)
            }
        }
    }

    pub(crate) fn place(&self, id: &EventId) -> Option<Place> {
        self.places.get(id).copied()
    }

    pub(crate) fn author(&self, place: Place) -> u32 {
        self.slots[place as usize].author
    }

    pub(crate) fn in_force(&self, place: Place) -> bool {
        self.slots[place as usize].voids == 0
    }

    /// The present.
    pub(crate) fn now(&self) -> Moment<'_> {
        Moment {
            ledger: self,
            last: None,
        }
    }

    /// When the fact at `last` was the newest.
    pub(crate) fn at(&self, last: Place) -> Moment<'_> {
        Moment {
            ledger: self,
            last: Some(last),
        }
    }

    /// Makes the newest fact, at `place`, a void of `target`, and returns the
    /// fact whose force has changed, voids themselves left out.
    pub(crate) fn void(&mut self, place: Place, target: Place) -> Option<Place> {
        self.slots[place as usize].target = Some(target);
        let mut at = target;
        let mut voiding = true;
        loop {
            let slot = &mut self.slots[at as usize];
            let was = slot.voids == 0;
            slot.voids = if voiding {
                slot.voids + 1
            } else {
                slot.voids - 1
            };
            let is = slot.voids == 0;
            if was == is {
                return None;
            }
            self.turns.entry(at).or_default().push((place, is));
            match slot.target {
                // A void that came into force withdraws its own target, and
                // one that was withdrawn gives it back.
                Some(next) => {
                    at = next;
                    voiding = is;
                }
                None => return Some(at),
            }
        }
    }
}

/// A moment of the log, at which some facts held and others did not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment<'a> {
    ledger: &'a Ledger,
    /// The newest fact then; `None` for the present.
    last: Option<Place>,
}

impl Moment<'_> {
    /// Whether a fact was there and in force.
    pub(crate) fn holds(&self, place: Place) -> bool {
        let Some(last) = self.last else {
            return self.ledger.in_force(place);
        };
        place <= last && self.held_at(place, last)
    }

    fn held_at(&self, place: Place, last: Place) -> bool {
        if self.ledger.turns.is_empty() {
            return true;
        }
        let turns = self.ledger.turns.get(&place);
        let so_far = turns.and_then(|turns| turns.iter().rev().find(|(at, _)| *at <= last));
        so_far.is_none_or(|(_, is)| *is)
    }

    /// The last in force of facts in log order.
    pub(crate) fn latest<'t, T>(&self, facts: &'t [(Place, T)]) -> Option<&'t (Place, T)> {
        facts.iter().rev().find(|(place, _)| self.holds(*place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_void_of_a_void_brings_the_fact_back() {
        let mut ledger = Ledger::default();
        for i in 0..4 {
            ledger.enter(EventId(Uuid::from_u128(i)), 0);
        }
        assert_eq!(ledger.void(1, 0), Some(0));
        assert!(!ledger.in_force(0));
        assert_eq!(ledger.void(2, 1), Some(0));
        assert!(ledger.in_force(0));
        assert_eq!(ledger.void(3, 2), Some(0));
        assert!(!ledger.in_force(0));
        let held = |last| ledger.at(last).holds(0);
        assert_eq!([0, 1, 2, 3].map(held), [true, false, true, false]);
    }

    #[test]
    fn two_voids_must_both_go() {
        let mut ledger = Ledger::default();
        for i in 0..5 {
            ledger.enter(EventId(Uuid::from_u128(i)), 0);
        }
        assert_eq!(ledger.void(1, 0), Some(0));
        assert_eq!(ledger.void(2, 0), None);
        assert_eq!(ledger.void(3, 1), None);
        assert!(!ledger.in_force(0));
        assert_eq!(ledger.void(4, 2), Some(0));
        assert!(ledger.in_force(0));
    }
}
