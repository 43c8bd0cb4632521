//! What part of the standings a viewer wants.

use std::collections::BTreeSet;

use crate::ids::{Bib, Slug};

/// A part of the standings. Ranks stay those of the whole race.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Selection {
    /// Only entries of that category.
    pub category: Option<Slug>,
    /// Only the first so many, by rank (in the category, where one is named).
    pub top: Option<usize>,
    /// Only these entries.
    pub bibs: Option<BTreeSet<Bib>>,
}

impl Selection {
    /// Everybody.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }
}
