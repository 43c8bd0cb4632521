//! Materialises what is looked at: rows, snapshots, the definition in force.

use std::collections::BTreeMap;

use crate::definition::{Definition, Entry};
use crate::fact::{MarkedStatus, RaceState};
use crate::ids::{Bib, RaceId, Slug};
use crate::instant::Instant;
use crate::key::Key;
use crate::ledger::Place;
use crate::past::Past;
use crate::placing::{overall_key, road_key, section_key, total_key, would_be_key};
use crate::projector::Projector;
use crate::ranking::{Order, Overall};
use crate::ranks::one_more;
use crate::runner::{Positions, Standing};
use crate::scene::Scene;
use crate::selection::Selection;
use crate::standings::{
    Announcement, EntryStatus, Minute, Next, RecordMark, Row, SectionTime, Snapshot, Split,
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
        let last = self.received.last();
        last.copied().unwrap_or(Instant::from_ms(0))
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

    /// The entry of a bib, as it is registered now.
    #[must_use]
    pub fn entry(&self, bib: &Bib) -> Option<&Entry> {
        let number = self.runners.find(bib.as_str())?;
        self.runners.get(number).standing.entry.as_deref()
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
        self.now().snapshot(selection)
    }

    /// The same as it was when fact number `seq` was the newest. `None` where
    /// there is no such fact, or where that past is no longer kept: then the
    /// log has to be projected anew up to there.
    #[must_use]
    pub fn snapshot_at(&self, seq: u64, selection: &Selection) -> Option<Snapshot> {
        let last = Place::try_from(seq.checked_sub(1)?).ok()?;
        let past = Past::at(self, last)?;
        Some(self.then(last, &past).snapshot(selection))
    }

    /// The newest fact that the server had received by then; 0 before the
    /// first.
    #[must_use]
    pub fn seq_at(&self, at: Instant) -> u64 {
        // The server's clock never goes back, but a log may have been put
        // together by hand: what counts is up to where everything had come.
        let received = self.received.iter().take_while(|received| **received <= at);
        received.count() as u64
    }

    /// An entry's rank by elapsed time at a checkpoint, in the whole field or
    /// in a category: one figure of its line, without the others.
    #[must_use]
    pub fn rank_at(&self, bib: &Bib, checkpoint: &Slug, category: Option<&Slug>) -> Option<u32> {
        let number = self.runners.find(bib.as_str())?;
        let station = self.course.station(checkpoint)?;
        let category = match category {
            Some(id) => Some(self.course.category(id)?),
            None => None,
        };
        let scene = self.now();
        let standing = scene.standing(number);
        if category.is_some_and(|category| !standing.categories.contains(category)) {
            return None;
        }
        let mark = standing.times.marks[station]?;
        let key = total_key(mark, number, 0).filter(|_| scene.is_ranked(number))?;
        let board = scene.totals(station, category);
        Some(scene.place_by_total(&board, &key, scene.is_finish(station)))
    }

    /// One entry's line, as in the snapshot; `None` for a bib without an
    /// entry.
    #[must_use]
    pub fn row(&self, bib: &Bib) -> Option<Row> {
        let number = self.runners.find(bib.as_str())?;
        self.now().row(number)
    }

    /// Whether a bib is entered.
    #[must_use]
    pub fn has_entry(&self, bib: &Bib) -> bool {
        let number = self.runners.find(bib.as_str());
        number.is_some_and(|n| self.runners.get(n).registered(self.ledger.now()).is_some())
    }
}

impl Scene<'_> {
    pub(crate) fn snapshot(&self, selection: &Selection) -> Snapshot {
        let rows = self
            .select(selection)
            .into_iter()
            .filter_map(|number| Some((self.bib(number).clone(), self.row(number)?)));
        Snapshot {
            race: self.projector.race.clone(),
            seq: self.seq,
            as_of: self.as_of,
            state: self.state,
            entries: rows.collect(),
            announcements: self.announcements_shown(),
            cutlines: self.cutlines(),
        }
    }

    fn announcements_shown(&self) -> BTreeMap<u64, Announcement> {
        let in_force = self
            .projector
            .announcements
            .range(..=self.seq)
            .rev()
            .filter(|(_, (at, _))| self.conditions.moment.holds(*at));
        in_force
            .take(ANNOUNCEMENTS_SHOWN)
            .map(|(seq, (_, said))| (*seq, said.clone()))
            .collect()
    }

    fn select(&self, selection: &Selection) -> Vec<u32> {
        let category = match &selection.category {
            None => None,
            Some(id) => match self.conditions.course.category(id) {
                Some(category) => Some(category),
                None => return Vec::new(),
            },
        };
        let wanted = |number: &u32| {
            let standing = self.standing(*number);
            let named = selection.bibs.as_ref();
            category.is_none_or(|c| standing.categories.contains(c))
                && named.is_none_or(|bibs| bibs.contains(self.bib(*number)))
        };
        if let Some(top) = selection.top {
            let first = self.first(&self.overall(category), top);
            return first.into_iter().filter(wanted).collect();
        }
        match &selection.bibs {
            Some(bibs) => {
                let named = bibs
                    .iter()
                    .filter_map(|bib| self.projector.runners.find(bib.as_str()));
                named.filter(wanted).collect()
            }
            None => self.runners().filter(wanted).collect(),
        }
    }

    /// The first `count` of the race that show a rank.
    fn first(&self, board: &Overall<'_>, count: usize) -> Vec<u32> {
        let mut keys: Vec<Key> = Vec::new();
        for key in board.iter().filter(|key| self.is_ranked(key.runner())) {
            // Equals to the millisecond are in order of bib: read them all
            // before the line is drawn.
            if keys.len() >= count && !keys.last().is_some_and(|last| last.same_time(&key)) {
                break;
            }
            keys.push(key);
        }
        keys.sort_by(|a, b| {
            let bib = |key: &Key| self.bib(key.runner());
            a.time_floor()
                .cmp(&b.time_floor())
                .then_with(|| bib(a).cmp(bib(b)))
        });
        keys.into_iter()
            .take(count)
            .map(|key| key.runner())
            .collect()
    }

    /// One entry's line; `None` for a bib without an entry.
    pub(crate) fn row(&self, number: u32) -> Option<Row> {
        let course = self.conditions.course;
        let standing = self.standing(number);
        let entry = standing.entry.as_ref()?;
        let status = self.status(number, standing);
        let last = standing.times.last;
        let key = overall_key(standing, number).filter(|_| entry.ranked);
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
            last: last.map(|at| course.stations[at].id.clone()),
            elapsed_ms: at_last
                .and_then(|mark| mark.elapsed)
                .filter(|_| !dnf)
                .map(|e| e.official),
            rank: key.map(|key| self.place_by_total(&self.overall(None), &key, finished)),
            ranks: self.category_places(
                |category| self.overall(Some(category)),
                key,
                &standing.categories,
                finished,
            ),
            would_be: would_be_key(standing, number)
                .filter(|_| !entry.ranked)
                .map(|key| one_more(self.ranked_ahead(&key, finished))),
            gap_ms: last
                .zip(at_last)
                .filter(|_| !dnf)
                .and_then(|(at, mark)| self.gap(standing, mark, at)),
            next: self
                .next_station(number, standing)
                .filter(|_| status == EntryStatus::Running),
            splits: self.splits(number, standing),
            sections: self.section_times(number, standing),
        })
    }

    pub(crate) fn status(&self, number: u32, standing: &Standing) -> EntryStatus {
        let times = &standing.times;
        match times.marked {
            Some(MarkedStatus::Dns) => EntryStatus::Dns,
            Some(MarkedStatus::Dnf) => EntryStatus::Dnf,
            Some(MarkedStatus::Dsq) => EntryStatus::Dsq,
            Some(MarkedStatus::Active) | None => match times.last {
                Some(last) if self.is_finish(last) => EntryStatus::Finished,
                Some(_) => EntryStatus::Running,
                None if self.has_started(number, standing) => EntryStatus::Running,
                None => EntryStatus::Entered,
            },
        }
    }

    /// Whether the gun of its first leg has been fired.
    fn has_started(&self, number: u32, standing: &Standing) -> bool {
        let entry = standing.entry.as_ref();
        entry.is_some_and(|entry| self.conditions.gun(0, number, &entry.categories).is_some())
    }

    fn leg_after(&self, last: Option<usize>) -> Option<Slug> {
        let course = self.conditions.course;
        let station = course.stations.get(last.map_or(0, |last| last + 1))?;
        Some(course.legs[station.leg].id.clone())
    }

    fn next_station(&self, number: u32, standing: &Standing) -> Option<Next> {
        let next = standing.times.next();
        let station = self.conditions.course.stations.get(next)?;
        Some(Next {
            checkpoint: station.id.clone(),
            expected: self.due_next(number, standing).map(Minute::nearest),
        })
    }

    fn splits(&self, number: u32, standing: &Standing) -> BTreeMap<Slug, Split> {
        let marks = standing.times.marks.iter().enumerate();
        marks
            .filter_map(|(at, mark)| {
                let split = self.split(number, standing, at, (*mark)?);
                Some((self.conditions.course.stations[at].id.clone(), split))
            })
            .collect()
    }

    fn split(&self, number: u32, standing: &Standing, at: usize, mark: Mark) -> Split {
        let key = total_key(mark, number, 0).filter(|_| self.is_ranked(number));
        let finish = self.is_finish(at);
        let road = road_key(mark, number);
        Split {
            time: mark.time,
            elapsed_ms: mark.elapsed.map(|e| e.official),
            rank: key.map(|key| self.place_by_total(&self.totals(at, None), &key, finish)),
            ranks: self.category_places(
                |category| self.totals(at, Some(category)),
                key,
                &standing.categories,
                finish,
            ),
            order: one_more(self.before_on_the_road(&self.road(at), &road)),
            gap_ms: self.gap(standing, mark, at),
            leg_ms: mark.leg.map(|leg| leg.official),
            leg_rank: self.leg_rank(number, at),
            record: self.record(mark, at),
            reference: mark.reference,
        }
    }

    fn category_places<O: Order>(
        &self,
        board: impl Fn(usize) -> O,
        key: Option<Key>,
        categories: &Positions,
        at_finish: bool,
    ) -> BTreeMap<Slug, u32> {
        let Some(key) = key else {
            return BTreeMap::new();
        };
        let ids = &self.conditions.course.category_ids;
        let place = |at: usize| {
            let place = self.place_by_total(&board(at), &key, at_finish);
            (ids[at].clone(), place)
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
        let best = self
            .totals(at, None)
            .iter()
            .find(|key| self.is_ranked(key.runner()))?;
        Some(elapsed.official.saturating_sub(best.official()))
    }

    fn record(&self, mark: Mark, at: usize) -> Option<RecordMark> {
        let Duration { official, .. } = mark.leg.filter(|_| mark.may_be_record)?;
        let course = self.conditions.course;
        let record_ms = course.legs[course.stations[at].leg].record_ms?;
        match official.cmp(&record_ms) {
            std::cmp::Ordering::Less => Some(RecordMark::New),
            std::cmp::Ordering::Equal => Some(RecordMark::Equal),
            std::cmp::Ordering::Greater => None,
        }
    }

    fn section_times(&self, number: u32, standing: &Standing) -> BTreeMap<Slug, SectionTime> {
        let course = self.conditions.course;
        let sections = standing
            .times
            .sections
            .iter()
            .zip(&course.sections)
            .enumerate();
        sections
            .filter_map(|(at, (sum, (id, _)))| {
                let (time, _) = (*sum)?;
                let key = section_key(standing, at, number);
                let ties = course.ranking.ties;
                let rank = key.filter(|_| self.is_ranked(number));
                let rank = rank.map(|key| self.place(&self.sections(at), &key, ties));
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
}
