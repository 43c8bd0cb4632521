//! The views of one race that somebody watches.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tasuki_race::{Projector, Selection};

use crate::cursor::Cursor;
use crate::tag::{Origin, Tag};
use crate::view::View;

/// Different selections of one race that may be watched at a time. Each costs
/// a diff per tick.
const VIEWS_MAX: usize = 10_000;
/// How long a view that nobody watches is kept for those who come back.
const IDLE_MAX: Duration = Duration::from_secs(120);

/// All views of one race.
#[derive(Debug)]
pub struct Channel {
    origin: Origin,
    views: Mutex<HashMap<Selection, Arc<View>>>,
}

/// More different selections are watched than the channel carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyViews;

/// What a tick did.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ticked {
    /// Frames encoded.
    pub frames: usize,
    /// Viewers that they are pending for.
    pub viewers: usize,
}

impl Channel {
    /// A channel for the race whose log begins with `origin`.
    #[must_use]
    pub fn new(origin: Origin) -> Self {
        Self {
            origin,
            views: Mutex::default(),
        }
    }

    fn views(&self) -> MutexGuard<'_, HashMap<Selection, Arc<View>>> {
        self.views.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to watch. `projector` shows the present state to the first
    /// viewer of a selection; `last_seen` resumes where that is possible.
    ///
    /// # Errors
    /// [`TooManyViews`].
    pub fn join(
        &self,
        selection: &Selection,
        projector: &Projector,
        last_seen: Option<Tag>,
    ) -> Result<Cursor, TooManyViews> {
        let mut views = self.views();
        let view = match views.get(selection) {
            Some(view) => Arc::clone(view),
            None if views.len() >= VIEWS_MAX => return Err(TooManyViews),
            None => {
                let snapshot = projector.snapshot(selection);
                let view = Arc::new(View::new(selection.clone(), self.origin, snapshot));
                views.insert(selection.clone(), Arc::clone(&view));
                view
            }
        };
        // Still under the lock: a tick cannot retire the view before it has
        // a viewer.
        let (position, end) = view.join(last_seen);
        drop(views);
        Ok(Cursor::new(view, position, end))
    }

    /// Takes every view to the present state and retires idle ones.
    pub fn tick(&self, projector: &Projector) -> Ticked {
        let views: Vec<Arc<View>> = {
            let mut views = self.views();
            views.retain(|_, view| {
                view.idle_since()
                    .is_none_or(|since| since.elapsed() < IDLE_MAX)
            });
            views.values().cloned().collect()
        };
        let mut ticked = Ticked::default();
        for view in views {
            if view.advance(projector.snapshot(view.selection())) > 0 {
                ticked.frames += 1;
                ticked.viewers += view.viewers();
            }
        }
        ticked
    }

    /// How many are watching.
    #[must_use]
    pub fn viewers(&self) -> usize {
        self.views().values().map(|view| view.viewers()).sum()
    }
}
