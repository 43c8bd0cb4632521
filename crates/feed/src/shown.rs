//! What a view shows: a snapshot whose parts are shared with other views.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use tasuki_race::{Bib, Instant, RaceId, Row};

use crate::common::Common;
use crate::kept::Kept;
use crate::patch::text;
use crate::rows::Rows;

/// The state of a view.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    pub(crate) seq: u64,
    pub(crate) as_of: Instant,
    pub(crate) common: Arc<Common>,
    pub(crate) rows: BTreeMap<Bib, Arc<Row>>,
}

/// What patches are taken from: encoded by the first view that needs one.
pub(crate) struct Patches<'a> {
    pub(crate) common: &'a mut Kept<Common>,
    pub(crate) rows: &'a mut Rows,
    /// How many had to be encoded.
    pub(crate) encoded: usize,
}

/// As it goes over the wire.
#[derive(Serialize)]
struct Snapshot<'a> {
    race: &'a RaceId,
    seq: u64,
    as_of: Instant,
    #[serde(flatten)]
    common: &'a Common,
    entries: &'a BTreeMap<Bib, Arc<Row>>,
}

impl Shown {
    pub(crate) fn snapshot(&self, race: &RaceId) -> String {
        text(&Snapshot {
            race,
            seq: self.seq,
            as_of: self.as_of,
            common: &self.common,
            entries: &self.rows,
        })
    }

    /// Whether anything differs but the time. Parts that are one and the same
    /// are equal without a look.
    pub(crate) fn differs(&self, next: &Self) -> bool {
        self.common != next.common || self.rows != next.rows
    }

    /// The merge patch that leads to `next`, put together from shared parts.
    pub(crate) fn patch(&self, next: &Self, patches: &mut Patches<'_>) -> String {
        let mut patch = String::from("{");
        if self.common != next.common {
            let (from, to) = (Some(&self.common), Some(&next.common));
            patch += &patches.common.patch(from, to, &mut patches.encoded);
        }
        let entries = self.entries(next, patches);
        if !entries.is_empty() {
            patch += &format!("\"entries\":{{{entries}}},");
        }
        patch + &moment(next.seq, next.as_of)
    }

    fn entries(&self, next: &Self, patches: &mut Patches<'_>) -> String {
        let mut entries = String::new();
        let mut member = |bib: &Bib, patch: &str| {
            if !entries.is_empty() {
                entries.push(',');
            }
            entries += &text(bib);
            entries.push(':');
            entries += patch;
        };
        for bib in self.rows.keys().filter(|bib| !next.rows.contains_key(*bib)) {
            member(bib, "null");
        }
        for (bib, row) in &next.rows {
            let before = self.rows.get(bib);
            if before != Some(row) {
                let encoded = &mut patches.encoded;
                member(bib, &patches.rows.patch(bib, before, Some(row), encoded));
            }
        }
        entries
    }
}

/// The end of every patch.
pub(crate) fn moment(seq: u64, as_of: Instant) -> String {
    format!("\"as_of\":{},\"seq\":{seq}}}", text(&as_of))
}
