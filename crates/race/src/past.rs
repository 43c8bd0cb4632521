//! What a look into the past works out, each thing once.
//!
//! Nothing is replayed: the times of the entries that are shown are worked
//! out from the facts that held then, and rankings are read as they stood. It
//! costs as much as is looked at, and is forgotten with the answer.

use std::cell::OnceCell;

use crate::block::Carried;
use crate::clock::OfficialClock;
use crate::conditions::{Conditions, zero_clock};
use crate::course::Course;
use crate::guns::Arranged;
use crate::key::Key;
use crate::leaderboard::Leaderboard;
use crate::ledger::{Moment, Place};
use crate::paces::{Pace, median_of};
use crate::projector::Projector;
use crate::ranking::{Ranking, Then};
use crate::runner::Standing;
use crate::times::{Observed, StationNames};
use crate::totals::Here;

/// A moment of the past.
pub(crate) struct Past {
    last: Place,
    course: Course,
    clock: Option<OfficialClock>,
    guns: Arranged,
    names: StationNames,
    standings: Vec<OnceCell<Box<Standing>>>,
    /// By station: the field, then each category.
    totals: Vec<Vec<OnceCell<Then>>>,
    road: Vec<OnceCell<Then>>,
    legs: Vec<OnceCell<Then>>,
    sections: Vec<OnceCell<Then>>,
    /// The field, then each category.
    overall: Vec<OnceCell<Vec<Key>>>,
    medians: Vec<OnceCell<(Option<u32>, Option<u32>)>>,
    /// By runner.
    last_stations: OnceCell<Vec<Option<u16>>>,
}

fn cells<T>(count: usize) -> Vec<OnceCell<T>> {
    std::iter::repeat_with(OnceCell::new).take(count).collect()
}

/// The field, then each category.
fn position(category: Option<usize>) -> usize {
    category.map_or(0, |category| category + 1)
}

impl Past {
    /// When the fact at `last` was the newest; `None` where that is forgotten
    /// or has not been.
    pub(crate) fn at(projector: &Projector, last: Place) -> Option<Self> {
        if last > projector.last_place() || !projector.eras.reach(last) {
            return None;
        }
        let moment = projector.ledger.at(last);
        let definition = moment.latest(&projector.definitions);
        let course = definition.map(|(_, definition)| Course::of(definition));
        let course = course.unwrap_or_default();
        let names = course.names(|name| projector.names.find(name).unwrap_or(u32::MAX));
        let guns = projector.guns.at(moment, &course);
        let fields = course.category_count() + 1;
        let stations = course.stations.len();
        Some(Self {
            last,
            clock: zero_clock(guns.zero(), definition.map(|(_, definition)| &**definition)),
            guns,
            names,
            standings: cells(projector.runners.len()),
            totals: std::iter::repeat_with(|| cells(fields))
                .take(stations)
                .collect(),
            road: cells(stations),
            legs: cells(course.legs.len()),
            sections: cells(course.sections.len()),
            overall: cells(fields),
            medians: cells(stations),
            last_stations: OnceCell::new(),
            course,
        })
    }

    /// The circumstances of that moment.
    pub(crate) fn conditions<'a>(&'a self, projector: &'a Projector) -> Conditions<'a> {
        Conditions {
            course: &self.course,
            clock: self.clock,
            guns: &self.guns,
            names: &self.names,
            moment: projector.ledger.at(self.last),
        }
    }

    pub(crate) fn standing(
        &self,
        number: u32,
        projector: &Projector,
        conditions: &Conditions<'_>,
    ) -> &Standing {
        self.standings[number as usize].get_or_init(|| {
            let passages = passages_then(number, projector, conditions.moment);
            let mut standing = Box::<Standing>::default();
            let runner = projector.runners.get(number);
            conditions.look_at(
                runner,
                number,
                &passages,
                &projector.passages,
                &mut standing,
                &mut |_, _| (),
            );
            standing
        })
    }

    pub(crate) fn totals<'a>(
        &'a self,
        board: &'a Leaderboard<Here>,
        station: usize,
        category: Option<usize>,
    ) -> Ranking<'a, Here> {
        self.read(board, &self.totals[station][position(category)])
    }

    pub(crate) fn road<'a>(
        &'a self,
        board: &'a Leaderboard<Pace>,
        station: usize,
    ) -> Ranking<'a, Pace> {
        self.read(board, &self.road[station])
    }

    pub(crate) fn leg<'a>(&'a self, board: &'a Leaderboard, leg: usize) -> Ranking<'a> {
        self.read(board, &self.legs[leg])
    }

    pub(crate) fn section<'a>(&'a self, board: &'a Leaderboard, section: usize) -> Ranking<'a> {
        self.read(board, &self.sections[section])
    }

    pub(crate) fn overall(
        &self,
        category: Option<usize>,
        put_together: impl FnOnce() -> Vec<Key>,
    ) -> &[Key] {
        self.overall[position(category)].get_or_init(put_together)
    }

    pub(crate) fn last_stations(&self, find: impl FnOnce() -> Vec<Option<u16>>) -> &[Option<u16>] {
        self.last_stations.get_or_init(find)
    }

    pub(crate) fn medians(
        &self,
        board: &Leaderboard<Pace>,
        station: usize,
    ) -> (Option<u32>, Option<u32>) {
        *self.medians[station].get_or_init(|| {
            let paces = paces_then(board, self.last);
            let stretch = median_of(paces.iter().map(|pace| pace.stretch_s).collect());
            let so_far = median_of(paces.iter().map(|pace| pace.so_far_s).collect());
            (stretch, so_far)
        })
    }

    fn read<'a, C: Carried>(
        &self,
        board: &'a Leaderboard<C>,
        then: &'a OnceCell<Then>,
    ) -> Ranking<'a, C> {
        Ranking::at(board, then.get_or_init(|| Then::of(board, self.last)))
    }
}

/// What the passages that stood on a board said of the stretch.
fn paces_then(board: &Leaderboard<Pace>, last: Place) -> Vec<Pace> {
    let standing = board.blocks().iter().flat_map(|block| {
        let carried = block.carried.iter().zip(&block.since);
        carried.filter(|(_, since)| **since <= last)
    });
    let standing = standing.map(|(pace, _)| *pace);
    let gone = board.gone().iter();
    let gone = gone.filter(|gone| gone.since <= last && last < gone.until);
    standing.chain(gone.map(|gone| gone.carried)).collect()
}

/// The passages that were a runner's at a moment, in their order.
fn passages_then(number: u32, projector: &Projector, moment: Moment<'_>) -> Vec<Observed> {
    let runner = projector.runners.get(number);
    let was_its = |index: u32| {
        let passage = &projector.passages[index as usize];
        let owner = projector.owners.owner(index, passage.recorded, moment);
        moment.holds(passage.place) && owner == Some(number)
    };
    let now = runner.passages.iter().copied();
    let mut passages: Vec<Observed> = now.filter(|seen| was_its(seen.passage)).collect();
    let Some(rare) = &runner.rare else {
        return passages;
    };
    let former = rare.former.iter().copied();
    let former = former.filter(|index| was_its(*index));
    passages.extend(former.map(|index| {
        let passage = &projector.passages[index as usize];
        Observed {
            name: passage.name,
            passage: index,
            time: passage.time,
        }
    }));
    let id = |seen: &Observed| projector.passages[seen.passage as usize].id;
    passages.sort_by_key(|seen| (seen.name, seen.time, id(seen)));
    passages
}
