//! The rows of followed bibs, kept once however many follow them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use tasuki_race::{Bib, Projector, Row};

use crate::kept::Kept;
use crate::patch::{Patched, between};

/// Bibs followed at a time: everybody in the largest race (100,000 entries),
/// and as many that nobody wears yet.
const FOLLOWED_MAX: usize = 200_000;

/// By bib: its row as it was last worked out.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    followed: HashMap<Bib, Followed>,
    /// Rows worked out since the last [`Rows::take_worked_out`].
    worked_out: usize,
}

#[derive(Debug, Default)]
struct Followed {
    /// Views that show it; forgotten with the last one.
    views: usize,
    /// The fact up to which the row was worked out; 0: not yet.
    seq: u64,
    row: Kept<Row>,
}

impl Patched for Row {
    fn patch(old: Option<&Self>, new: Option<&Self>) -> String {
        between(old, new)
    }
}

impl Rows {
    /// A view begins to show some bibs, and shares the rows that it has;
    /// `false`, and nothing done, where there are too many.
    pub(crate) fn follow(
        &mut self,
        bibs: &BTreeSet<Bib>,
        rows: &mut BTreeMap<Bib, Arc<Row>>,
    ) -> bool {
        let new = bibs.iter().filter(|bib| !self.followed.contains_key(*bib));
        if self.followed.len() + new.count() > FOLLOWED_MAX {
            return false;
        }
        for bib in bibs {
            let followed = self.followed.entry(bib.clone()).or_default();
            followed.views += 1;
            if let Some(row) = rows.get_mut(bib) {
                followed.row.share(row);
            }
        }
        true
    }

    /// A view shows them no longer.
    pub(crate) fn unfollow(&mut self, bibs: &BTreeSet<Bib>) {
        for bib in bibs {
            if let Some(followed) = self.followed.get_mut(bib) {
                followed.views -= 1;
                if followed.views == 0 {
                    self.followed.remove(bib);
                }
            }
        }
    }

    /// The present row of a followed bib, worked out by whoever asks first.
    pub(crate) fn row(&mut self, bib: &Bib, projector: &Projector) -> Option<Arc<Row>> {
        let followed = self.followed.get_mut(bib)?;
        if followed.seq == projector.seq() {
            return followed.row.now().cloned();
        }
        self.worked_out += 1;
        followed.seq = projector.seq();
        followed.row.set(projector.row(bib))
    }

    /// The same for a row that was worked out elsewhere.
    pub(crate) fn adopt(&mut self, bib: &Bib, row: Row, seq: u64) -> Arc<Row> {
        let Some(followed) = self.followed.get_mut(bib) else {
            return Arc::new(row);
        };
        self.worked_out += 1;
        followed.seq = seq;
        let row = Arc::new(row);
        followed.row.keep(row)
    }

    /// The patch of a row between two states of a view.
    pub(crate) fn patch(
        &mut self,
        bib: &Bib,
        from: Option<&Arc<Row>>,
        to: Option<&Arc<Row>>,
        encoded: &mut usize,
    ) -> Arc<str> {
        match self.followed.get_mut(bib) {
            Some(followed) => followed.row.patch(from, to, encoded),
            None => Kept::default().patch(from, to, encoded),
        }
    }

    pub(crate) fn take_worked_out(&mut self) -> usize {
        std::mem::take(&mut self.worked_out)
    }
}
