//! The guns: which `started` fact holds for whom, and the race's zero.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::course::Course;
use crate::ids::Slug;
use crate::instant::Instant;
use crate::ledger::{Ledger, Moment, Place};

/// A `started` fact as it was recorded.
#[derive(Debug)]
pub(crate) struct Shot {
    pub(crate) place: Place,
    pub(crate) time: Instant,
    /// The first leg where absent.
    pub(crate) leg: Option<Slug>,
    pub(crate) target: Target,
}

/// For whom it was fired.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Target {
    Everyone,
    Category(Slug),
    Runners(Vec<u32>),
}

/// The gun that holds for an entry and a leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gun {
    pub(crate) time: Instant,
    /// Names the entry or its category, so that it holds even for those who
    /// have already gone on.
    pub(crate) narrow: bool,
}

/// All shots at one target for one leg, in log order.
#[derive(Debug, Default)]
struct Series {
    shots: Vec<(Place, Instant)>,
    in_force: Option<(Place, Instant)>,
}

/// All shots of the race, and how they are arranged for the course in force.
#[derive(Debug, Default)]
pub(crate) struct Guns {
    shots: Vec<Shot>,
    arranged: Arranged,
}

/// Which shots hold for whom, at some moment on some course.
#[derive(Debug, Default)]
pub(crate) struct Arranged {
    everyone: FxHashMap<usize, Series>,
    by_category: FxHashMap<(usize, Slug), Series>,
    by_runner: FxHashMap<(usize, u32), Series>,
    /// The shots in force for the first leg, counted by their time.
    first_leg: BTreeMap<Instant, u32>,
}

impl Guns {
    /// Adds a shot and returns its index.
    pub(crate) fn add(&mut self, shot: Shot, course: &Course, ledger: &Ledger) -> usize {
        let index = self.shots.len();
        self.arranged.add(&shot, course, ledger.now());
        self.shots.push(shot);
        index
    }

    pub(crate) fn target(&self, index: usize) -> &Target {
        &self.shots[index].target
    }

    /// Arranges all shots anew for another course.
    pub(crate) fn rearrange(&mut self, course: &Course, ledger: &Ledger) {
        self.arranged = Arranged::default();
        for shot in &self.shots {
            self.arranged.add(shot, course, ledger.now());
        }
    }

    /// Looks again which shots are in force, after one was voided or restored.
    pub(crate) fn refresh(&mut self, index: usize, course: &Course, ledger: &Ledger) {
        let change = |series: &mut Series, _: &Shot| series.refresh(ledger.now());
        self.arranged
            .each_series(&self.shots[index], course, change);
    }

    pub(crate) fn arranged(&self) -> &Arranged {
        &self.arranged
    }

    /// As they were arranged at a moment, on the course of that moment.
    pub(crate) fn at(&self, moment: Moment<'_>, course: &Course) -> Arranged {
        let mut arranged = Arranged::default();
        for shot in self.shots.iter().filter(|shot| moment.holds(shot.place)) {
            arranged.add(shot, course, moment);
        }
        arranged
    }
}

impl Arranged {
    fn add(&mut self, shot: &Shot, course: &Course, moment: Moment<'_>) {
        self.each_series(shot, course, |series, shot| {
            series.shots.push((shot.place, shot.time));
            series.refresh(moment)
        });
    }

    /// The race's zero: the earliest start of the first leg in force.
    pub(crate) fn zero(&self) -> Option<Instant> {
        self.first_leg.keys().next().copied()
    }

    /// Runs `change` on every series that a shot belongs to, and keeps the
    /// zero true to what the change did.
    fn each_series(
        &mut self,
        shot: &Shot,
        course: &Course,
        change: impl Fn(&mut Series, &Shot) -> (Option<Instant>, Option<Instant>),
    ) {
        let Some(leg) = shot.leg_on(course) else {
            return;
        };
        let mut note = |(old, new): (Option<Instant>, Option<Instant>)| {
            if leg == 0 && old != new {
                recount(&mut self.first_leg, old, new);
            }
        };
        match &shot.target {
            Target::Everyone => note(change(self.everyone.entry(leg).or_default(), shot)),
            Target::Category(category) => {
                let series = self.by_category.entry((leg, category.clone()));
                note(change(series.or_default(), shot));
            }
            Target::Runners(runners) => {
                for &runner in runners {
                    let series = self.by_runner.entry((leg, runner));
                    note(change(series.or_default(), shot));
                }
            }
        }
    }

    /// The gun in force for an entry: bibs over category over everyone.
    pub(crate) fn gun(
        &self,
        leg: usize,
        runner: u32,
        categories: &[Slug],
        course: &Course,
    ) -> Option<Gun> {
        let narrow = |(_, time)| Gun { time, narrow: true };
        if !self.by_runner.is_empty()
            && let Some(shot) = self.by_runner.get(&(leg, runner)).and_then(|s| s.in_force)
        {
            return Some(narrow(shot));
        }
        let of_category = |category: &Slug| {
            course.category(category)?;
            self.by_category.get(&(leg, category.clone()))?.in_force
        };
        if !self.by_category.is_empty()
            && let Some(shot) = categories
                .iter()
                .filter_map(of_category)
                .max_by_key(|(place, _)| *place)
        {
            return Some(narrow(shot));
        }
        let (_, time) = self.everyone.get(&leg)?.in_force?;
        Some(Gun {
            time,
            narrow: false,
        })
    }
}

impl Shot {
    fn leg_on(&self, course: &Course) -> Option<usize> {
        match &self.leg {
            Some(leg) => course.leg(leg),
            None => (!course.legs.is_empty()).then_some(0),
        }
    }
}

impl Series {
    /// The time in force before and after looking again.
    fn refresh(&mut self, moment: Moment<'_>) -> (Option<Instant>, Option<Instant>) {
        let old = self.in_force;
        self.in_force = moment.latest(&self.shots).copied();
        (
            old.map(|(_, time)| time),
            self.in_force.map(|(_, time)| time),
        )
    }
}

fn recount(counts: &mut BTreeMap<Instant, u32>, old: Option<Instant>, new: Option<Instant>) {
    if let Some(new) = new {
        *counts.entry(new).or_default() += 1;
    }
    if let Some(old) = old
        && let Some(count) = counts.get_mut(&old)
    {
        *count -= 1;
        if *count == 0 {
            counts.remove(&old);
        }
    }
}
