//! Materialises what is looked at: rows, snapshots, the definition in force.

use std::collections::BTreeMap;

use crate::boards::{Field, overall_key, section_key, total_key};
use crate::definition::{CheckpointKind, Definition, Entry};
use crate::fact::{MarkedStatus, RaceState};
use crate::ids::{Bib, RaceId, Slug};
use crate::instant::Instant;
use crate::leaderboard::{Key, Leaderboard};
use crate::projector::Projector;
use crate::ranks::one_more;
use crate::runner::Standing;
use crate::selection::Selection;
use crate::standings::{
    Announcement, EntryStatus, Next, RecordMark, Row, SectionTime, Snapshot, Split,
};
use crate::times::{Duration, Mark};

/// How many announcements a snapshot holds.
const ANNOUNCEMENTS_SHOWN: usize = 50;

impl Projector {
    /// Which race this is.
    #[must_use]
    pub fn race(&self) -> &RaceId {
        &self.race
    }

    /// The last fact entered; 0 before the first.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// When the server received that fact.
    #[must_use]
    pub fn as_of(&self) -> Instant {
        self.as_of
    }

    /// Whether results are final.
    #[must_use]
    pub fn state(&self) -> RaceState {
        self.state
    }

    /// The course and settings in force, without the entries.
    #[must_use]
    pub fn settings(&self) -> Option<&Definition> {
        self.definition.as_deref()
    }

    /// The definition in force with all entries as they are now.
    #[must_use]
    pub fn definition(&self) -> Option<Definition> {
        let mut definition = self.settings()?.clone();
        definition.entries = self.entries().cloned().collect();
        Some(definition)
    }

    /// Counts the changes of [`Projector::definition`]: the same number, the
    /// same definition.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// All entries, in the order in which their bibs were first named.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.runners
            .iter()
            .filter_map(|(_, runner)| runner.standing.entry.as_deref())
    }

    /// How many entries there are.
    #[must_use]
    pub fn entry_count(&self) -> usize {
        self.entered
    }

    /// The standings, or the part of them that is selected.
    ///
    /// Call [`Projector::settle`] first: facts entered since are not in it.
    #[must_use]
    pub fn snapshot(&self, selection: &Selection) -> Snapshot {
        let rows = self
            .select(selection)
            .into_iter()
            .filter_map(|number| Some((self.runners.get(number).bib.clone(), self.row(number)?)));
        Snapshot {
            race: self.race.clone(),
            seq: self.seq,
            as_of: self.as_of,
            state: self.state,
            entries: rows.collect(),
            announcements: self.announcements_shown(),
            cutlines: Vec::new(),
        }
    }

    fn announcements_shown(&self) -> BTreeMap<u64, Announcement> {
        let in_force = self
            .announcements
            .iter()
            .rev()
            .filter(|(_, (at, _))| self.ledger.in_force(*at));
        in_force
            .take(ANNOUNCEMENTS_SHOWN)
            .map(|(seq, (_, said))| (*seq, said.clone()))
            .collect()
    }

    fn select(&self, selection: &Selection) -> Vec<u32> {
        let category = match &selection.category {
            None => None,
            Some(id) => match self.course.category(id) {
                Some(category) => Some(category),
                None => return Vec::new(),
            },
        };
        let wanted = |number: &u32| {
            let runner = self.runners.get(*number);
            let in_category = category.is_none_or(|c| runner.standing.categories.contains(&c));
            in_category
                && selection
                    .bibs
                    .as_ref()
                    .is_none_or(|bibs| bibs.contains(&runner.bib))
        };
        if let Some(top) = selection.top {
            let board = of(&self.boards.overall, category);
            return self.first(board, top).into_iter().filter(wanted).collect();
        }
        match &selection.bibs {
            Some(bibs) => {
                let named = bibs
                    .iter()
                    .filter_map(|bib| self.runners.find(bib.as_str()));
                named.filter(wanted).collect()
            }
            None => self
                .runners
                .iter()
                .map(|(number, _)| number)
                .filter(wanted)
                .collect(),
        }
    }

    /// The first `count` of a board that show a rank.
    fn first(&self, board: &Leaderboard, count: usize) -> Vec<u32> {
        let shown = |key: &&Key| self.is_ranked(key.runner);
        let mut keys: Vec<&Key> = Vec::new();
        for key in board.iter().filter(shown) {
            // Equals to the millisecond are in order of bib: read them all
            // before the line is drawn.
            if keys.len() >= count && !keys.last().is_some_and(|last| last.same_time(key)) {
                break;
            }
            keys.push(key);
        }
        keys.sort_by(|a, b| {
            let bib = |key: &Key| &self.runners.get(key.runner).bib;
            a.time_floor()
                .cmp(&b.time_floor())
                .then_with(|| bib(a).cmp(bib(b)))
        });
        keys.into_iter().take(count).map(|key| key.runner).collect()
    }

    fn is_ranked(&self, number: u32) -> bool {
        self.runners
            .get(number)
            .standing
            .entry
            .as_ref()
            .is_some_and(|entry| entry.ranked)
    }

    /// One entry's line; `None` for a bib without an entry.
    fn row(&self, number: u32) -> Option<Row> {
        let standing = &self.runners.get(number).standing;
        let entry = standing.entry.as_ref()?;
        let status = self.status(standing);
        let last = standing.times.last;
        let key = overall_key(standing, number, &self.course).filter(|_| entry.ranked);
        let at_last = last.and_then(|at| standing.times.marks[at]);
        let dnf = status == EntryStatus::Dnf;
        let leg_shown = matches!(status, EntryStatus::Running | EntryStatus::Dnf);
        let finished = last.is_some_and(|at| self.is_finish(at));
        Some(Row {
            name: entry.name.clone(),
            categories: entry.categories.clone(),
            ranked: entry.ranked,
            status,
            leg: self.leg_after(last).filter(|_| leg_shown),
            last: last.map(|at| self.course.stations[at].id.clone()),
            elapsed_ms: at_last
                .and_then(|mark| mark.elapsed)
                .filter(|_| !dnf)
                .map(|e| e.official),
            rank: key.map(|key| self.place_by_total(&self.boards.overall.all, &key, finished)),
            ranks: self.category_places(&self.boards.overall, key, &standing.categories, finished),
            would_be: None,
            gap_ms: last
                .zip(at_last)
                .filter(|_| !dnf)
                .and_then(|(at, mark)| self.gap(standing, mark, at)),
            next: self
                .next_station(last)
                .filter(|_| status == EntryStatus::Running),
            splits: self.splits(number, standing),
            sections: self.section_times(number, standing),
        })
    }

    fn status(&self, standing: &Standing) -> EntryStatus {
        let times = &standing.times;
        match times.marked {
            Some(MarkedStatus::Dns) => EntryStatus::Dns,
            Some(MarkedStatus::Dnf) => EntryStatus::Dnf,
            Some(MarkedStatus::Dsq) => EntryStatus::Dsq,
            Some(MarkedStatus::Active) | None => match times.last {
                Some(last) if self.is_finish(last) => EntryStatus::Finished,
                Some(_) => EntryStatus::Running,
                None if times.started => EntryStatus::Running,
                None => EntryStatus::Entered,
            },
        }
    }

    fn leg_after(&self, last: Option<usize>) -> Option<Slug> {
        let station = self.course.stations.get(last.map_or(0, |last| last + 1))?;
        Some(self.course.legs[station.leg].id.clone())
    }

    fn next_station(&self, last: Option<usize>) -> Option<Next> {
        let mut ahead = self
            .course
            .stations
            .iter()
            .skip(last.map_or(0, |last| last + 1));
        let station = ahead.find(|station| station.kind != CheckpointKind::Start)?;
        Some(Next {
            checkpoint: station.id.clone(),
            expected: None,
        })
    }

    fn splits(&self, number: u32, standing: &Standing) -> BTreeMap<Slug, Split> {
        let marks = standing.times.marks.iter().enumerate();
        marks
            .filter_map(|(at, mark)| {
                let split = self.split(number, standing, at, (*mark)?);
                Some((self.course.stations[at].id.clone(), split))
            })
            .collect()
    }

    fn split(&self, number: u32, standing: &Standing, at: usize, mark: Mark) -> Split {
        let field = &self.boards.totals[at];
        let key = total_key(mark, number, 0).filter(|_| self.is_ranked(number));
        let finish = self.is_finish(at);
        let road = crate::boards::road_key(mark, number);
        Split {
            time: mark.time,
            elapsed_ms: mark.elapsed.map(|e| e.official),
            rank: key.map(|key| self.place_by_total(&field.all, &key, finish)),
            ranks: self.category_places(field, key, &standing.categories, finish),
            order: one_more(self.before_on_the_road(&self.boards.road[at], &road)),
            gap_ms: self.gap(standing, mark, at),
            leg_ms: mark.leg.map(|leg| leg.official),
            leg_rank: self.leg_rank(number, at),
            record: self.record(mark, at),
            reference: mark.reference,
        }
    }

    fn category_places(
        &self,
        field: &Field,
        key: Option<Key>,
        categories: &[usize],
        at_finish: bool,
    ) -> BTreeMap<Slug, u32> {
        let (Some(key), Some(definition)) = (key, self.settings()) else {
            return BTreeMap::new();
        };
        let place = |&at: &usize| {
            let place = self.place_by_total(&field.by_category[at], &key, at_finish);
            (definition.categories[at].id.clone(), place)
        };
        categories.iter().map(place).collect()
    }

    /// To the best ranked time at a station.
    fn gap(&self, standing: &Standing, mark: Mark, at: usize) -> Option<i64> {
        if matches!(
            standing.times.marked,
            Some(MarkedStatus::Dns | MarkedStatus::Dsq)
        ) {
            return None;
        }
        let elapsed = mark.elapsed?;
        let best = self.boards.totals[at]
            .all
            .iter()
            .find(|key| self.is_ranked(key.runner))?;
        Some(elapsed.official.saturating_sub(best.official))
    }

    fn record(&self, mark: Mark, at: usize) -> Option<RecordMark> {
        let Duration { official, .. } = mark.leg.filter(|_| mark.may_be_record)?;
        let record_ms = self.course.legs[self.course.stations[at].leg].record_ms?;
        match official.cmp(&record_ms) {
            std::cmp::Ordering::Less => Some(RecordMark::New),
            std::cmp::Ordering::Equal => Some(RecordMark::Equal),
            std::cmp::Ordering::Greater => None,
        }
    }

    fn section_times(&self, number: u32, standing: &Standing) -> BTreeMap<Slug, SectionTime> {
        let sections = standing
            .times
            .sections
            .iter()
            .zip(&self.course.sections)
            .enumerate();
        sections
            .filter_map(|(at, (sum, (id, _)))| {
                let (time, _) = (*sum)?;
                let key = section_key(standing, at, number, &self.course);
                let ties = self.course.ranking.ties;
                let rank = key.filter(|_| self.is_ranked(number));
                let rank = rank.map(|key| self.place(&self.boards.sections[at], &key, ties));
                Some((
                    id.clone(),
                    SectionTime {
                        elapsed_ms: time.official,
                        rank,
                    },
                ))
            })
            .collect()
    }

    /// Whether a bib is entered.
    #[must_use]
    pub fn has_entry(&self, bib: &Bib) -> bool {
        let number = self.runners.find(bib.as_str());
        number.is_some_and(|n| self.runners.get(n).registered(&self.ledger).is_some())
    }
}

fn of(field: &Field, category: Option<usize>) -> &Leaderboard {
    category.map_or(&field.all, |category| &field.by_category[category])
}
