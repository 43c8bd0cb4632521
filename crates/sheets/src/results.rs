//! The results of a race, gathered at one moment: what the exports are
//! written from, without the race.

use std::sync::Arc;

use tasuki_race::{
    Bib, Definition, Entry, EntryStatus, Instant, Name, Projector, RaceState, Row, Selection, Slug,
};

/// The standings with what start lists know of the entries.
#[derive(Debug)]
pub struct Results {
    pub(crate) definition: Definition,
    pub(crate) zero: Option<Instant>,
    pub(crate) state: RaceState,
    pub(crate) as_of: Instant,
    /// The category that they were narrowed to.
    pub(crate) category: Option<Slug>,
    /// In the order of a result list.
    pub(crate) rows: Vec<Placed>,
}

/// An entry and where it stands.
#[derive(Debug)]
pub(crate) struct Placed {
    pub(crate) bib: Bib,
    pub(crate) entry: Arc<Entry>,
    pub(crate) row: Row,
    /// By leg: the start that holds by a gun.
    pub(crate) guns: Vec<Option<Instant>>,
}

impl Results {
    /// Gathers what is known now, of one category or of everybody. `None`
    /// where the race has lost its definition.
    #[must_use]
    pub fn gather(race: &Projector, category: Option<&Slug>) -> Option<Self> {
        let definition = race.settings()?.clone();
        let selection = Selection {
            category: category.cloned(),
            ..Selection::all()
        };
        let snapshot = race.snapshot(&selection);
        let placed = |(bib, row)| {
            let entry = Arc::clone(race.registration(&bib).entry?);
            let guns = definition.legs.iter().map(|leg| race.gun(&bib, &leg.id));
            Some(Placed {
                guns: guns.collect(),
                bib,
                entry,
                row,
            })
        };
        let mut rows: Vec<Placed> = snapshot.entries.into_iter().filter_map(placed).collect();
        rows.sort_by_cached_key(|placed| placed.key(category));
        Some(Self {
            definition,
            zero: race.zero(),
            state: snapshot.state,
            as_of: snapshot.as_of,
            category: category.cloned(),
            rows,
        })
    }

    /// How many entries are in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether nobody is entered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub(crate) fn finish(&self) -> Option<&Slug> {
        self.definition.checkpoints.last().map(|finish| &finish.id)
    }
}

/// By rank; then who has none, by how far they came; bibs as people count.
type Key = (u32, u8, i64, usize, String);

impl Placed {
    fn key(&self, category: Option<&Slug>) -> Key {
        let rank = self.rank(category).unwrap_or(u32::MAX);
        let status = match self.row.status {
            EntryStatus::Finished => 0,
            EntryStatus::Running => 1,
            EntryStatus::Dnf => 2,
            EntryStatus::Dsq => 3,
            EntryStatus::Dns => 4,
            EntryStatus::Entered => 5,
        };
        let elapsed_ms = self.row.elapsed_ms.unwrap_or(i64::MAX);
        let bib = self.bib.to_string();
        (rank, status, elapsed_ms, bib.len(), bib)
    }

    /// The place in a category, or in the whole race.
    pub(crate) fn rank(&self, category: Option<&Slug>) -> Option<u32> {
        match category {
            Some(category) => self.row.ranks.get(category).copied(),
            None => self.row.rank,
        }
    }

    /// The official total of who has finished.
    pub(crate) fn total_ms(&self) -> Option<i64> {
        let finished = self.row.status == EntryStatus::Finished;
        self.row.elapsed_ms.filter(|_| finished)
    }

    /// Who runs a leg; the first where several are named.
    pub(crate) fn member(&self, leg: &Slug) -> Option<&Name> {
        let mut members = self.entry.members.iter();
        members
            .find(|member| member.leg == *leg)
            .map(|member| &member.name)
    }
}
