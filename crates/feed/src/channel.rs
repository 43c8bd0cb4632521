//! The views of one race that somebody watches.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tasuki_race::Selection;

use crate::cursor::Place;
use crate::looking::{Looked, Looking};
use crate::present::Present;
use crate::shown::Patches;
use crate::tag::{Origin, Tag};
use crate::view::{Step, View};

/// Different selections of one race that may be watched at a time. Each costs
/// a comparison per tick.
const VIEWS_MAX: usize = 10_000;
/// How long a view that nobody watches is kept for those who come back.
const IDLE_MAX: Duration = Duration::from_secs(120);

/// All views of one race.
#[derive(Debug)]
pub struct Channel {
    origin: Origin,
    /// How long a view in which nothing changed says nothing.
    as_of_every: Duration,
    // Never taken while the race is looked at.
    views: Mutex<HashMap<Selection, Arc<View>>>,
    looking: Looking,
}

/// Which views a tick takes along. The two do not wait for each other: of
/// those that many share there are few, of those of some bibs thousands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Without `bibs`: the whole race, categories, the first so many.
    Shared,
    /// With `bibs`.
    Followed,
}

/// More different selections, or bibs, are watched than the channel carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyViews;

/// What a tick did.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ticked {
    /// Frames put together.
    pub frames: usize,
    /// Viewers that they are pending for.
    pub viewers: usize,
    /// Rows worked out.
    pub rows: usize,
    /// Patches of rows, announcements and the like that were encoded for them.
    pub encoded: usize,
    /// When the next tick must come even if nothing happens in the race.
    pub due: Option<Instant>,
}

fn step(
    view: &View,
    looked: Looked,
    patches: &mut Patches<'_>,
    now: Instant,
    patience: Duration,
) -> Step {
    match looked {
        Looked::Known => view.rest(now, patience),
        Looked::Now { shown, whole } => {
            let patience = if whole { Duration::ZERO } else { patience };
            view.advance(shown, patches, now, patience)
        }
    }
}

impl Ticked {
    fn count(&mut self, view: &View, step: Step) {
        if step.sent {
            self.frames += 1;
            self.viewers += view.viewers();
        }
        self.due = self.due.into_iter().chain(step.due).min();
    }
}

impl Part {
    fn of(selection: &Selection) -> Self {
        match selection.bibs {
            None => Self::Shared,
            Some(_) => Self::Followed,
        }
    }
}

impl Channel {
    /// A channel for the race whose log begins with `origin`. A view in which
    /// nothing changed says so only that long after its last frame.
    #[must_use]
    pub fn new(origin: Origin, as_of_every: Duration) -> Self {
        Self {
            origin,
            as_of_every,
            views: Mutex::default(),
            looking: Looking::default(),
        }
    }

    fn views(&self) -> MutexGuard<'_, HashMap<Selection, Arc<View>>> {
        self.views.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to watch. The first viewer of a selection is shown the present;
    /// `last_seen` resumes where that is possible.
    ///
    /// # Errors
    /// [`TooManyViews`].
    pub fn join(
        &self,
        selection: &Selection,
        present: &impl Present,
        last_seen: Option<Tag>,
    ) -> Result<Place, TooManyViews> {
        if let Some(place) = self.join_others(selection, last_seen) {
            return Ok(place);
        }
        // Without the lock: a tick and other viewers go on.
        let (race, mut shown) = self.looking.first(selection, present);
        let mut views = self.views();
        if let Some(view) = views.get(selection) {
            return Ok(Place::join(view, last_seen));
        }
        if views.len() >= VIEWS_MAX || !self.looking.begin(selection, &mut shown) {
            return Err(TooManyViews);
        }
        let view = Arc::new(View::new(race, selection.clone(), self.origin, shown));
        let place = Place::join(&view, last_seen);
        views.insert(selection.clone(), Arc::clone(&view));
        drop(views);
        // The race may have gone on meanwhile, and the tick that says so may
        // have passed before the view was there.
        self.take_along(&[view], present, Instant::now(), Duration::ZERO);
        Ok(place)
    }

    /// The same where others watch that selection already: at once.
    pub fn join_others(&self, selection: &Selection, last_seen: Option<Tag>) -> Option<Place> {
        let views = self.views();
        let view = views.get(selection)?;
        // Under the lock: a tick may not retire it meanwhile.
        Some(Place::join(view, last_seen))
    }

    /// Takes the views of a part to the present state and retires idle ones;
    /// one tick of a part at a time.
    pub fn tick(&self, present: &impl Present, part: Part, now: Instant) -> Ticked {
        self.take_along(&self.kept(part, now), present, now, self.as_of_every)
    }

    fn take_along(
        &self,
        views: &[Arc<View>],
        present: &impl Present,
        now: Instant,
        patience: Duration,
    ) -> Ticked {
        let mut ticked = Ticked::default();
        let mut rest = views;
        while !rest.is_empty() {
            let looked = self.looking.look(present, rest);
            let (slice, later) = rest.split_at(looked.len());
            rest = later;
            let ((), rows, encoded) = self.looking.with_patches(|patches| {
                for (view, looked) in slice.iter().zip(looked) {
                    ticked.count(view, step(view, looked, patches, now, patience));
                }
            });
            ticked.rows += rows;
            ticked.encoded += encoded;
        }
        ticked
    }

    /// The views of a part, without those that nobody came back to.
    fn kept(&self, part: Part, now: Instant) -> Vec<Arc<View>> {
        let mut views = self.views();
        views.retain(|selection, view| {
            let idle = view.idle_since();
            let keep = idle.is_none_or(|since| now.saturating_duration_since(since) < IDLE_MAX);
            if !keep {
                self.looking.end(selection);
            }
            keep
        });
        let of_part = |view: &&Arc<View>| Part::of(view.selection()) == part;
        views.values().filter(of_part).cloned().collect()
    }

    /// How many are watching.
    #[must_use]
    pub fn viewers(&self) -> usize {
        self.views().values().map(|view| view.viewers()).sum()
    }
}
