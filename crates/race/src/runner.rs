//! Everything that is known about one bib, whether or not it is entered.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::definition::Entry;
use crate::entering::Passage;
use crate::fact::MarkedStatus;
use crate::ids::{Bib, Slug};
use crate::instant::Instant;
use crate::ledger::{Moment, Place};
use crate::numbers::Numbers;
use crate::times::{Observed, Times};
use crate::validate::CATEGORIES_PER_ENTRY_MAX;

/// A bib and the facts that name it, in log order.
#[derive(Debug)]
pub(crate) struct Runner {
    pub(crate) bib: Bib,
    pub(crate) registrations: Vec<(Place, Arc<Entry>)>,
    /// What most runners have nothing of.
    pub(crate) rare: Option<Box<Rare>>,
    /// Its passages in force, by station name, then time, then event id.
    pub(crate) passages: Vec<Observed>,
    /// As last worked out, and where that stands in the rankings.
    pub(crate) standing: Standing,
    /// Waits to be worked out anew.
    pub(crate) dirty: bool,
}

/// What was decided about a runner, and passages that it has lost.
#[derive(Debug, Default)]
pub(crate) struct Rare {
    pub(crate) statuses: Vec<(Place, StatusFact)>,
    pub(crate) adjustments: Vec<(Place, Option<Slug>, i64)>,
    /// Passages that were its own once and are not any more.
    pub(crate) former: Vec<u32>,
}

/// A `status_changed` fact.
#[derive(Clone, Debug)]
pub(crate) struct StatusFact {
    pub(crate) status: MarkedStatus,
    pub(crate) checkpoint: Option<Slug>,
    pub(crate) time: Option<Instant>,
}

/// An entry's times and what they count for.
#[derive(Debug, Default)]
pub(crate) struct Standing {
    /// The registration in force.
    pub(crate) entry: Option<Arc<Entry>>,
    /// Its categories that the race has, as positions.
    pub(crate) categories: Positions,
    /// `false` outside the ranking.
    pub(crate) ranked: bool,
    pub(crate) times: Times,
}

impl Runner {
    fn new(bib: Bib) -> Self {
        Self {
            bib,
            registrations: Vec::new(),
            rare: None,
            passages: Vec::new(),
            standing: Standing::default(),
            dirty: false,
        }
    }

    pub(crate) fn registered(&self, moment: Moment<'_>) -> Option<&Arc<Entry>> {
        moment.latest(&self.registrations).map(|(_, entry)| entry)
    }

    pub(crate) fn status(&self, moment: Moment<'_>) -> Option<&(Place, StatusFact)> {
        moment.latest(&self.rare.as_ref()?.statuses)
    }

    pub(crate) fn rare(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    /// Gives it one of the race's passages, `all`; most runners will have one
    /// at each of so many stations.
    pub(crate) fn give(&mut self, seen: Observed, all: &[Passage], stations: usize) {
        if self.passages.is_empty() {
            self.passages.reserve(stations);
        }
        // Ids are looked up only where they decide: they lie far away.
        let id = |seen: &Observed| all[seen.passage as usize].id;
        let before = |s: &Observed| match (s.name, s.time).cmp(&(seen.name, seen.time)) {
            Ordering::Equal => id(s) < id(&seen),
            order => order.is_lt(),
        };
        let at = self.passages.partition_point(before);
        self.passages.insert(at, seen);
    }

    /// Has nothing but an entry and passages, all of which count.
    pub(crate) fn is_plain(&self) -> bool {
        self.rare.is_none()
            && self.standing.entry.is_some()
            && self.standing.times.counted == self.passages.len()
    }
}

/// A few positions in a list of the course.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Positions {
    count: u8,
    at: [u16; CATEGORIES_PER_ENTRY_MAX],
}

impl Positions {
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> {
        let at = &self.at[..usize::from(self.count)];
        at.iter().map(|at| usize::from(*at))
    }

    pub(crate) fn contains(&self, position: usize) -> bool {
        self.iter().any(|at| at == position)
    }
}

impl FromIterator<usize> for Positions {
    /// As many as an entry may have; there are never more.
    fn from_iter<I: IntoIterator<Item = usize>>(positions: I) -> Self {
        let mut found = Self::default();
        for (slot, position) in found.at.iter_mut().zip(positions) {
            *slot = u16::try_from(position).unwrap_or(u16::MAX);
            found.count += 1;
        }
        found
    }
}

/// All bibs that any fact has named.
#[derive(Debug, Default)]
pub(crate) struct Runners {
    numbers: Numbers<Bib>,
    all: Vec<Runner>,
}

impl Runners {
    /// The number of a bib, given at its first mention.
    pub(crate) fn number(&mut self, bib: &Bib) -> u32 {
        let number = self.numbers.number(bib, self.all.len());
        if number as usize == self.all.len() {
            self.all.push(Runner::new(bib.clone()));
        }
        number
    }

    pub(crate) fn find(&self, bib: &str) -> Option<u32> {
        self.numbers.find(bib)
    }

    pub(crate) fn get(&self, number: u32) -> &Runner {
        &self.all[number as usize]
    }

    pub(crate) fn get_mut(&mut self, number: u32) -> &mut Runner {
        &mut self.all[number as usize]
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &Runner)> {
        (0..).zip(&self.all)
    }

    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }
}
