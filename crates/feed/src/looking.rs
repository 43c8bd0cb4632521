//! What views show of the present, looked up for many at a time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tasuki_race::{Bib, Projector, RaceId, Row, Selection, Slug};

use crate::common::Common;
use crate::counts::Counts;
use crate::kept::Kept;
use crate::present::Present;
use crate::rows::Rows;
use crate::shown::{Patches, Shown};
use crate::view::View;

/// A look that has taken so long ends, and another one begins: whoever records
/// waits no longer than this and one view.
const LOOK_TIME_MAX: Duration = Duration::from_millis(2);

/// What the views of a race share.
// All are taken while the race is looked at, or alone, and never the other way
// round; and of two, `rows` first.
#[derive(Debug, Default)]
pub(crate) struct Looking {
    rows: Mutex<Rows>,
    common: Mutex<Kept<Common>>,
    counts: Mutex<Counts>,
}

/// What a look found.
#[derive(Debug)]
pub(crate) enum Looked {
    /// The view knows already.
    Known,
    Now {
        shown: Shown,
        /// Everything is shown: every fact is news.
        whole: bool,
    },
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Looking {
    /// What the first viewer of a selection is shown.
    pub(crate) fn first(&self, selection: &Selection, present: &impl Present) -> (RaceId, Shown) {
        let snapshot = present.look(|projector| {
            let selection = lock(&self.counts).shown(selection, projector);
            projector.snapshot(&selection)
        });
        let common = Common {
            state: snapshot.state,
            announcements: snapshot.announcements,
            cutlines: snapshot.cutlines,
        };
        let shown = Shown {
            seq: snapshot.seq,
            as_of: snapshot.as_of,
            common: Arc::new(common),
            rows: shared(snapshot.entries),
        };
        (snapshot.race, shown)
    }

    /// A view of a selection begins, and shares what it shows with others;
    /// `false` where there is no room for it.
    pub(crate) fn begin(&self, selection: &Selection, shown: &mut Shown) -> bool {
        lock(&self.common).share(&mut shown.common);
        let bibs = selection.bibs.as_ref();
        bibs.is_none_or(|bibs| lock(&self.rows).follow(bibs, &mut shown.rows))
    }

    /// It ends.
    pub(crate) fn end(&self, selection: &Selection) {
        if let Some(bibs) = &selection.bibs {
            lock(&self.rows).unfollow(bibs);
        }
    }

    /// What the first of some views show now, all of one state; at least one.
    pub(crate) fn look(&self, present: &impl Present, views: &[Arc<View>]) -> Vec<Looked> {
        present.look(|projector| {
            let begun = Instant::now();
            let mut looked = Vec::new();
            let common = lock(&self.common).set(Some(Common::of(projector)));
            let Some(common) = common else {
                return looked;
            };
            for view in views {
                looked.push(if view.knows(projector.seq()) {
                    Looked::Known
                } else {
                    self.look_at(view.selection(), projector, &common)
                });
                if begun.elapsed() >= LOOK_TIME_MAX {
                    break;
                }
            }
            looked
        })
    }

    fn look_at(
        &self,
        selection: &Selection,
        projector: &Projector,
        common: &Arc<Common>,
    ) -> Looked {
        let selection = lock(&self.counts).shown(selection, projector);
        let rows = match selection.bibs {
            None => shared(projector.snapshot(&selection).entries),
            Some(_) => followed(&mut lock(&self.rows), &selection, projector),
        };
        let shown = Shown {
            seq: projector.seq(),
            as_of: projector.as_of(),
            common: Arc::clone(common),
            rows,
        };
        let whole = selection == Selection::all();
        Looked::Now { shown, whole }
    }

    /// Lends the patches of what changed last; gives back what `write` gives,
    /// and how many rows were worked out and patches encoded.
    pub(crate) fn with_patches<T>(
        &self,
        write: impl FnOnce(&mut Patches<'_>) -> T,
    ) -> (T, usize, usize) {
        let (mut rows, mut common) = (lock(&self.rows), lock(&self.common));
        let mut patches = Patches {
            common: &mut common,
            rows: &mut rows,
            encoded: 0,
        };
        let written = write(&mut patches);
        let encoded = patches.encoded;
        (written, rows.take_worked_out(), encoded)
    }
}

fn shared(rows: BTreeMap<Bib, Row>) -> BTreeMap<Bib, Arc<Row>> {
    let rows = rows.into_iter();
    rows.map(|(bib, row)| (bib, Arc::new(row))).collect()
}

/// The rows of a selection with `bibs`, from those that are kept.
fn followed(
    rows: &mut Rows,
    selection: &Selection,
    projector: &Projector,
) -> BTreeMap<Bib, Arc<Row>> {
    if selection.top.is_some() {
        // Who is among the first is told by the ranking, not by a row.
        let snapshot = projector.snapshot(selection);
        let entries = snapshot.entries.into_iter();
        let kept = entries.map(|(bib, row)| {
            let row = rows.adopt(&bib, row, snapshot.seq);
            (bib, row)
        });
        return kept.collect();
    }
    let category = selection.category.as_ref();
    if category.is_some_and(|category| !has_category(projector, category)) {
        return BTreeMap::new();
    }
    let bibs = selection.bibs.iter().flatten();
    let found = bibs.filter_map(|bib| Some((bib.clone(), rows.row(bib, projector)?)));
    found
        .filter(|(_, row)| category.is_none_or(|category| row.categories.contains(category)))
        .collect()
}

fn has_category(projector: &Projector, category: &Slug) -> bool {
    let settings = projector.settings();
    settings.is_some_and(|d| d.categories.iter().any(|known| known.id == *category))
}
