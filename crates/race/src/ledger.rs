//! Which facts are in force.
//!
//! A void withdraws a fact that stands earlier in the log, another void
//! included, which brings that one's fact back. Since a void only ever looks
//! back, there are no circles and the newest void always decides first.

use rustc_hash::FxHashMap;

use crate::ids::EventId;

/// The position of a fact in the log: its sequence number less one.
pub(crate) type Place = u32;

#[derive(Debug, Default)]
pub(crate) struct Ledger {
    places: FxHashMap<EventId, Place>,
    slots: Vec<Slot>,
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
    /// Enters the next fact; `None` if its id has been seen.
    pub(crate) fn enter(&mut self, id: EventId, author: u32) -> Option<Place> {
        let place = Place::try_from(self.slots.len()).ok()?;
        match self.places.entry(id) {
            std::collections::hash_map::Entry::Occupied(_) => None,
            std::collections::hash_map::Entry::Vacant(vacant) => {
                vacant.insert(place);
                self.slots.push(Slot {
                    voids: 0,
                    target: None,
                    author,
                });
                Some(place)
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

    /// Makes the newest fact, at `place`, a void of `target`, and returns the
    /// facts whose force has changed, voids themselves left out.
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
