//! What a race is asked about single things: for who compares a list on paper
//! with what the log holds.

use std::sync::Arc;

use crate::definition::Entry;
use crate::ids::{Bib, EventId, Slug};
use crate::instant::Instant;
use crate::projector::Projector;

/// What the log says about the entry of a bib.
#[derive(Clone, Copy, Debug, Default)]
pub struct Registration<'p> {
    /// The number of the last fact that registered the bib, withdrawn or not:
    /// what is derived from it cannot repeat an earlier registration.
    pub last: Option<u64>,
    /// The entry in force.
    pub entry: Option<&'p Arc<Entry>>,
}

impl Projector {
    /// The race's zero: the earliest start of the first leg in force.
    #[must_use]
    pub fn zero(&self) -> Option<Instant> {
        self.guns.arranged().zero()
    }

    /// How the bib is registered.
    #[must_use]
    pub fn registration(&self, bib: &Bib) -> Registration<'_> {
        let Some(number) = self.runners.find(bib.as_str()) else {
            return Registration::default();
        };
        let runner = self.runners.get(number);
        let last = runner.registrations.last();
        Registration {
            last: last.map(|(place, _)| u64::from(*place) + 1),
            entry: runner.registered(self.ledger.now()),
        }
    }

    /// Whether the log has a fact of that id.
    #[must_use]
    pub fn has_fact(&self, id: &EventId) -> bool {
        self.ledger.place(id).is_some()
    }

    /// Whether that fact was withdrawn.
    #[must_use]
    pub fn is_withdrawn(&self, id: &EventId) -> bool {
        let place = self.ledger.place(id);
        place.is_some_and(|place| !self.ledger.in_force(place))
    }

    /// When the bib was seen at a checkpoint, by the passages in force that are
    /// recorded there, the earliest first.
    pub fn passages_at(&self, bib: &Bib, checkpoint: &Slug) -> impl Iterator<Item = Instant> {
        let name = self.names.find(checkpoint);
        let number = self.runners.find(bib.as_str());
        let seen = number.map(|number| self.runners.get(number).passages.as_slice());
        let seen = seen.unwrap_or_default().iter();
        seen.filter(move |seen| Some(seen.name) == name)
            .map(|seen| seen.time)
    }

    /// The start of a leg that holds for an entry by a `started` fact. One for
    /// everyone holds for the first leg, after a break, and for who had not
    /// yet arrived.
    #[must_use]
    pub fn gun(&self, bib: &Bib, leg: &Slug) -> Option<Instant> {
        let leg = self.course.leg(leg)?;
        let number = self.runners.find(bib.as_str())?;
        let runner = self.runners.get(number);
        let entry = runner.registered(self.ledger.now())?;
        let gun = self
            .guns
            .arranged()
            .gun(leg, number, &entry.categories, &self.course)?;
        let before = leg.checked_sub(1).map(|before| &self.course.legs[before]);
        let arrived =
            before.and_then(|before| runner.standing.times.marks.get(before.end).copied());
        let arrived = arrived.flatten().map(|mark| mark.time);
        let is_bound = gun.narrow
            || self.course.legs[leg].after_break
            || arrived.is_none_or(|arrived| arrived > gun.time);
        is_bound.then_some(gun.time)
    }

    /// The start that holds for a bib because it is named, or its category.
    #[must_use]
    pub fn own_gun(&self, bib: &Bib, leg: &Slug) -> Option<Instant> {
        let leg = self.course.leg(leg)?;
        let number = self.runners.find(bib.as_str())?;
        let entry = self.runners.get(number).registered(self.ledger.now());
        let categories = entry.map_or(&[][..], |entry| &entry.categories);
        let gun = self
            .guns
            .arranged()
            .gun(leg, number, categories, &self.course)?;
        gun.narrow.then_some(gun.time)
    }
}
