//! Places, asked for when somebody looks.

use std::cmp::Ordering;

use crate::boards::leg_key;
use crate::definition::{CheckpointKind, Ties, UnrankedLegs};
use crate::leaderboard::Key;
use crate::ranking::Ranking;
use crate::scene::Scene;

impl<'a> Scene<'a> {
    /// The place of `key` on a board of elapsed times; `at_finish` is where
    /// a countback decides.
    pub(crate) fn place_by_total(&self, board: Ranking<'a>, key: &Key, at_finish: bool) -> u32 {
        one_more(self.ahead_by_total(board, key, at_finish))
    }

    fn ahead_by_total(&self, board: Ranking<'a>, key: &Key, at_finish: bool) -> usize {
        match self.conditions.course.ranking.ties {
            Ties::Countback if at_finish => {
                let (before, from) = board.seek(&key.official_floor());
                let group: Vec<Key> = from.take_while(|k| k.same_official(key)).copied().collect();
                before + self.ahead_in_group(&group, key)
            }
            ties => self.ahead(board, key, ties),
        }
    }

    /// The place of `key`: one more than how many are before it.
    pub(crate) fn place<C: Copy + PartialEq>(
        &self,
        board: Ranking<'a, C>,
        key: &Key,
        ties: Ties,
    ) -> u32 {
        one_more(self.ahead(board, key, ties))
    }

    fn ahead<C: Copy + PartialEq>(&self, board: Ranking<'a, C>, key: &Key, ties: Ties) -> usize {
        match ties {
            Ties::Shared => board.count_before(&key.official_floor()),
            Ties::Arrival | Ties::Countback => self.before_on_the_road(board, key),
        }
    }

    /// How many are before `key` by time, and among those equal to the
    /// millisecond by bib.
    pub(crate) fn before_on_the_road<C: Copy + PartialEq>(
        &self,
        board: Ranking<'a, C>,
        key: &Key,
    ) -> usize {
        let (before, from) = board.seek(&key.time_floor());
        let equals = from.take_while(|k| k.same_time(key));
        let first =
            equals.filter(|k| k.runner != key.runner && self.bib(k.runner) < self.bib(key.runner));
        before + first.count()
    }

    /// Equal totals at the finish: whoever arrived first where the finish
    /// order decides, else whoever won more legs, came second more often, …
    fn ahead_in_group(&self, group: &[Key], key: &Key) -> usize {
        let restarted = |runner: u32| self.standing(runner).times.restarted;
        if !restarted(key.runner) && !group.iter().any(|k| restarted(k.runner)) {
            return group.iter().filter(|k| k.instant < key.instant).count();
        }
        let mine = self.leg_places(key.runner);
        let better = |k: &&Key| countback(&self.leg_places(k.runner), &mine).is_lt();
        group.iter().filter(better).count()
    }

    /// How many ranked entries are ahead of `key` in the race, itself left
    /// out: it need not be on the board.
    pub(crate) fn ranked_ahead(&self, key: &Key, at_finish: bool) -> usize {
        let board = self.overall(None);
        let ties = self.conditions.course.ranking.ties;
        if ties == Ties::Countback && at_finish {
            let (before, from) = board.seek(&key.official_floor());
            let ranked = |k: &&Key| self.is_ranked(k.runner) && k.runner != key.runner;
            let group: Vec<Key> = from
                .take_while(|k| k.same_official(key))
                .filter(ranked)
                .copied()
                .collect();
            let open = self.open_on_board(|k| *k < key.official_floor());
            return before - open + self.ahead_in_group(&group, key);
        }
        let open = self.open_on_board(|k| match ties {
            Ties::Shared => *k < key.official_floor(),
            Ties::Arrival | Ties::Countback => {
                let by_bib = k.same_time(key) && self.bib(k.runner) < self.bib(key.runner);
                *k < key.time_floor() || by_bib
            }
        });
        self.ahead(board, key, ties) - open
    }

    /// How many entries outside the ranking take places before a line that
    /// `before` draws.
    fn open_on_board(&self, before: impl Fn(&Key) -> bool) -> usize {
        if !self.conditions.course.ranking.unranked_take_places {
            return 0;
        }
        let open = self.projector.open.iter().copied();
        let open = open.filter(|number| !self.is_ranked(*number));
        let keys = open.filter_map(|number| {
            let standing = self.standing(number);
            standing.entry.as_ref()?;
            crate::boards::overall_key(standing, number, self.conditions.course)
        });
        keys.filter(before).count()
    }

    /// The leg ranks of a runner, best first.
    fn leg_places(&self, runner: u32) -> Vec<u32> {
        let stations = self.conditions.course.stations.iter().enumerate();
        let ends = stations.filter(|(_, s)| s.kind.ends_leg());
        let mut places: Vec<u32> = ends
            .filter_map(|(at, _)| self.leg_rank(runner, at))
            .collect();
        places.sort_unstable();
        places
    }

    /// The rank of the leg that a runner ended at a station.
    pub(crate) fn leg_rank(&self, runner: u32, station: usize) -> Option<u32> {
        let standing = self.standing(runner);
        let course = self.conditions.course;
        let settings = &course.ranking;
        let shown =
            standing.entry.as_ref()?.ranked || settings.unranked_legs == UnrankedLegs::Counted;
        let mark = standing.times.marks[station].filter(|_| shown)?;
        let key = leg_key(mark, runner)?;
        let leg = course.stations[station].leg;
        let ties = if leg == 0 {
            settings.first_leg_ties
        } else {
            settings.leg_ties
        };
        Some(self.place(self.legs(leg), &key, ties))
    }

    pub(crate) fn is_finish(&self, station: usize) -> bool {
        self.conditions.course.stations[station].kind == CheckpointKind::Finish
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
