//! Places, asked for when somebody looks.

use std::cmp::Ordering;

use crate::definition::{CheckpointKind, Ties, UnrankedLegs};
use crate::key::Key;
use crate::placing::{leg_key, overall_key};
use crate::ranking::Order;
use crate::scene::Scene;

impl Scene<'_> {
    /// The place of `key` on a board of elapsed times; `at_finish` is where
    /// a countback decides.
    pub(crate) fn place_by_total(&self, board: &impl Order, key: &Key, at_finish: bool) -> u32 {
        one_more(match self.conditions.course.ranking.ties {
            Ties::Countback if at_finish => {
                let before = board.count_before(&key.official_floor());
                before + self.ahead_in_group(&equals(board, key), key)
            }
            ties => self.ahead(board, key, ties),
        })
    }

    /// The place of `key`: one more than how many are before it.
    pub(crate) fn place(&self, board: &impl Order, key: &Key, ties: Ties) -> u32 {
        one_more(self.ahead(board, key, ties))
    }

    fn ahead(&self, board: &impl Order, key: &Key, ties: Ties) -> usize {
        match ties {
            Ties::Shared => board.count_before(&key.official_floor()),
            Ties::Arrival | Ties::Countback => self.before_on_the_road(board, key),
        }
    }

    /// How many are before `key` by time, and among those equal to the
    /// millisecond by bib.
    pub(crate) fn before_on_the_road(&self, board: &impl Order, key: &Key) -> usize {
        let floor = key.time_floor();
        let mut before = board.count_before(&floor);
        board.each_equal(&floor, &|k| k.same_time(key), &mut |k| {
            let first = k.runner() != key.runner() && self.bib(k.runner()) < self.bib(key.runner());
            before += usize::from(first);
        });
        before
    }

    /// Equal totals at the finish: whoever arrived first where the finish
    /// order decides, else whoever won more legs, came second more often, …
    fn ahead_in_group(&self, group: &[Key], key: &Key) -> usize {
        let restarted = |runner: u32| self.standing(runner).times.restarted;
        if !restarted(key.runner()) && !group.iter().any(|k| restarted(k.runner())) {
            return group.iter().filter(|k| k.instant() < key.instant()).count();
        }
        let mine = self.leg_places(key.runner());
        let better = |k: &&Key| countback(&self.leg_places(k.runner()), &mine).is_lt();
        group.iter().filter(better).count()
    }

    /// How many ranked entries are ahead of `key` in the race, itself left
    /// out: it need not be on the board.
    pub(crate) fn ranked_ahead(&self, key: &Key, at_finish: bool) -> usize {
        let board = self.overall(None);
        let ties = self.conditions.course.ranking.ties;
        if ties == Ties::Countback && at_finish {
            let before = board.count_before(&key.official_floor());
            let mut group = equals(&board, key);
            group.retain(|k| self.is_ranked(k.runner()) && k.runner() != key.runner());
            let open = self.open_on_board(|k| *k < key.official_floor());
            return before - open + self.ahead_in_group(&group, key);
        }
        let open = self.open_on_board(|k| match ties {
            Ties::Shared => *k < key.official_floor(),
            Ties::Arrival | Ties::Countback => {
                let by_bib = k.same_time(key) && self.bib(k.runner()) < self.bib(key.runner());
                *k < key.time_floor() || by_bib
            }
        });
        self.ahead(&board, key, ties) - open
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
            overall_key(standing, number)
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
        Some(self.place(&self.legs(leg), &key, ties))
    }

    pub(crate) fn is_finish(&self, station: usize) -> bool {
        self.conditions.course.stations[station].kind == CheckpointKind::Finish
    }
}

/// All of the same official time, in order.
pub(crate) fn equals(board: &impl Order, key: &Key) -> Vec<Key> {
    let mut group = Vec::new();
    let same = |k: &Key| k.same_official(key);
    board.each_equal(&key.official_floor(), &same, &mut |k| group.push(*k));
    group
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
