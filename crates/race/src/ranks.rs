//! Places, asked for when somebody looks.

use std::cmp::Ordering;

use crate::definition::{CheckpointKind, Ties, UnrankedLegs};
use crate::leaderboard::{Key, Leaderboard};
use crate::projector::Projector;

impl Projector {
    /// The place of `key` on a board of elapsed times; `at_finish` is where
    /// a countback decides.
    pub(crate) fn place_by_total(&self, board: &Leaderboard, key: &Key, at_finish: bool) -> u32 {
        match self.course.ranking.ties {
            Ties::Countback if at_finish => self.place_by_countback(board, key),
            ties => self.place(board, key, ties),
        }
    }

    /// The place of `key`: one more than how many are before it.
    pub(crate) fn place(&self, board: &Leaderboard, key: &Key, ties: Ties) -> u32 {
        let before = match ties {
            Ties::Shared => board.count_before(&key.official_floor()),
            Ties::Arrival | Ties::Countback => self.before_on_the_road(board, key),
        };
        one_more(before)
    }

    /// How many are before `key` by time, and among those equal to the
    /// millisecond by bib.
    pub(crate) fn before_on_the_road(&self, board: &Leaderboard, key: &Key) -> usize {
        let floor = key.time_floor();
        let (before, from) = board.seek(&floor);
        let bib = |k: &Key| &self.runners.get(k.runner).bib;
        let equals = from.take_while(|k| k.same_time(key));
        let first = equals.filter(|k| k.runner != key.runner && bib(k) < bib(key));
        before + first.count()
    }

    /// Equal totals at the finish: whoever arrived first where the finish
    /// order decides, else whoever won more legs, came second more often, …
    fn place_by_countback(&self, board: &Leaderboard, key: &Key) -> u32 {
        let floor = key.official_floor();
        let equal = |k: &&Key| (k.to_go, k.official) == (key.to_go, key.official);
        let (before, from) = board.seek(&floor);
        let group: Vec<&Key> = from.take_while(equal).collect();
        let restarted = |k: &&Key| self.runners.get(k.runner).standing.times.restarted;
        let better = if group.iter().any(restarted) {
            let mine = self.leg_places(key.runner);
            group
                .iter()
                .filter(|k| countback(&self.leg_places(k.runner), &mine).is_lt())
                .count()
        } else {
            group.iter().filter(|k| k.instant < key.instant).count()
        };
        one_more(before + better)
    }

    /// The leg ranks of a runner, best first.
    fn leg_places(&self, runner: u32) -> Vec<u32> {
        let stations = self.course.stations.iter().enumerate();
        let ends = stations.filter(|(_, s)| s.kind.ends_leg());
        let mut places: Vec<u32> = ends
            .filter_map(|(at, _)| self.leg_rank(runner, at))
            .collect();
        places.sort_unstable();
        places
    }

    /// The rank of the leg that a runner ended at a station.
    pub(crate) fn leg_rank(&self, runner: u32, station: usize) -> Option<u32> {
        let standing = &self.runners.get(runner).standing;
        let settings = &self.course.ranking;
        let shown =
            standing.entry.as_ref()?.ranked || settings.unranked_legs == UnrankedLegs::Counted;
        let mark = standing.times.marks[station].filter(|_| shown)?;
        let key = crate::boards::leg_key(mark, runner)?;
        let leg = self.course.stations[station].leg;
        let ties = if leg == 0 {
            settings.first_leg_ties
        } else {
            settings.leg_ties
        };
        Some(self.place(&self.boards.legs[leg], &key, ties))
    }

    pub(crate) fn is_finish(&self, station: usize) -> bool {
        self.course.stations[station].kind == CheckpointKind::Finish
    }
}

/// Less is better: more first places, then more second places, …
fn countback(a: &[u32], b: &[u32]) -> Ordering {
    // Sorted lists: the first difference decides, and where one list ends
    // early the longer one has a place more.
    for (x, y) in a.iter().zip(b) {
        if x != y {
            return x.cmp(y);
        }
    }
    b.len().cmp(&a.len())
}

pub(crate) fn one_more(before: usize) -> u32 {
    u32::try_from(before).unwrap_or(u32::MAX - 1) + 1
}
