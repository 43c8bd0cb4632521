//! Everything that is known about one bib, whether or not it is entered.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::definition::Entry;
use crate::fact::MarkedStatus;
use crate::ids::{Bib, Slug};
use crate::instant::Instant;
use crate::ledger::{Moment, Place};
use crate::times::{Observed, Times};

/// A bib and the facts that name it, in log order.
#[derive(Debug)]
pub(crate) struct Runner {
    pub(crate) bib: Bib,
    pub(crate) registrations: Vec<(Place, Arc<Entry>)>,
    pub(crate) statuses: Vec<(Place, StatusFact)>,
    pub(crate) adjustments: Vec<(Place, Option<Slug>, i64)>,
    /// Its passages in force, by station name, then time, then event id.
    pub(crate) passages: Vec<Observed>,
    /// Passages that were its own once and are not any more.
    pub(crate) former: Vec<u32>,
    /// As last worked out, and where that stands in the rankings.
    pub(crate) standing: Standing,
    /// Waits to be worked out anew.
    pub(crate) dirty: bool,
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
    pub(crate) categories: Vec<usize>,
    pub(crate) times: Times,
}

impl Runner {
    fn new(bib: Bib) -> Self {
        Self {
            bib,
            registrations: Vec::new(),
            statuses: Vec::new(),
            adjustments: Vec::new(),
            passages: Vec::new(),
            former: Vec::new(),
            standing: Standing::default(),
            dirty: false,
        }
    }

    pub(crate) fn registered(&self, moment: Moment<'_>) -> Option<&Arc<Entry>> {
        moment.latest(&self.registrations).map(|(_, entry)| entry)
    }

    pub(crate) fn status(&self, moment: Moment<'_>) -> Option<&(Place, StatusFact)> {
        moment.latest(&self.statuses)
    }

    /// Has nothing but an entry and passages, all of which count.
    pub(crate) fn is_plain(&self) -> bool {
        self.statuses.is_empty()
            && self.adjustments.is_empty()
            && self.standing.entry.is_some()
            && self.standing.times.counted == self.passages.len()
    }
}

/// All bibs that any fact has named.
#[derive(Debug, Default)]
pub(crate) struct Runners {
    by_bib: FxHashMap<Bib, u32>,
    all: Vec<Runner>,
}

impl Runners {
    /// The number of a bib, given at its first mention.
    pub(crate) fn number(&mut self, bib: &Bib) -> u32 {
        if let Some(&number) = self.by_bib.get(bib) {
            return number;
        }
        let number = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.by_bib.insert(bib.clone(), number);
        self.all.push(Runner::new(bib.clone()));
        number
    }

    pub(crate) fn find(&self, bib: &str) -> Option<u32> {
        self.by_bib.get(bib).copied()
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
