//! What a selection shows of a race of that size.

use std::collections::HashMap;

use tasuki_race::{Projector, Selection, Slug};

/// Where nothing narrower is asked for, more entries than these are not shown:
/// a phone must not be sent thousands of rows.
const ENTRIES_SHOWN_MAX: usize = 1_000;
/// How many are shown then.
const TOP_DEFAULT: usize = 100;

/// How many entries there are, counted anew when one may have changed.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// The projector's revision that was counted.
    revision: Option<u64>,
    by_category: HashMap<Slug, usize>,
}

impl Counts {
    /// What is shown of a selection: of many entries the first, unless more
    /// was asked for.
    pub(crate) fn shown(&mut self, selection: &Selection, projector: &Projector) -> Selection {
        let mut shown = selection.clone();
        let asked = selection.top.is_some() || selection.bibs.is_some();
        if !asked && self.entries(selection, projector) > ENTRIES_SHOWN_MAX {
            shown.top = Some(TOP_DEFAULT);
        }
        shown
    }

    fn entries(&mut self, selection: &Selection, projector: &Projector) -> usize {
        let all = projector.entry_count();
        let Some(category) = &selection.category else {
            return all;
        };
        if all <= ENTRIES_SHOWN_MAX {
            return all;
        }
        if self.revision != Some(projector.revision()) {
            self.revision = Some(projector.revision());
            self.by_category.clear();
            for category in projector.entries().flat_map(|entry| &entry.categories) {
                *self.by_category.entry(category.clone()).or_default() += 1;
            }
        }
        self.by_category.get(category).copied().unwrap_or(0)
    }
}
