//! After facts have been projected: one tick per race takes its viewers
//! along.

use std::sync::Arc;
use std::time::Duration;

use tasuki_feed::Pace;
use tasuki_log::Record;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::metrics::Metrics;
use crate::races::{LiveRace, Races};
use crate::watching::viewers::Viewers;

/// Where races are shown: everything that a new race needs to be watched.
#[derive(Clone)]
pub(crate) struct Stage {
    pub(crate) races: Arc<Races>,
    pub(crate) pace: Pace,
    pub(crate) viewers: Arc<Viewers>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) stop: CancellationToken,
}

impl Stage {
    /// The race of a record; a race that begins with it begins to be shown.
    pub(crate) fn enter(&self, record: &Record) -> Arc<LiveRace> {
        if let Some(race) = self.races.get(record.race.as_str()) {
            return race;
        }
        let race = Arc::new(LiveRace::begin(record));
        self.races.insert(Arc::clone(&race));
        tokio::spawn(publish(Arc::clone(&race), self.clone()));
        race
    }
}

/// Ticks for one race until the server stops.
async fn publish(race: Arc<LiveRace>, stage: Stage) {
    let mut changes = race.changes();
    let mut last = Instant::now();
    loop {
        tokio::select! {
            () = stage.stop.cancelled() => return,
            changed = changes.changed() => if changed.is_err() { return },
        }
        let interval = stage.pace.interval(stage.viewers.count());
        if interval > Duration::ZERO {
            tokio::time::sleep_until(last + interval).await;
        }
        // Whatever came while we rested goes into the same tick.
        changes.borrow_and_update();
        last = Instant::now();
        let ticking = Arc::clone(&race);
        let ticked = tokio::task::spawn_blocking(move || {
            let projected = ticking.read();
            ticking.channel.tick(&projected.projector)
        });
        if let Ok(ticked) = ticked.await {
            stage.metrics.ticked(ticked, last.elapsed());
        }
    }
}
