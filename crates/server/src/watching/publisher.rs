//! After facts have been projected: ticks take the viewers of a race along.
//!
//! There are two for each race. Views that many share are few, and everybody
//! waits for them; views of some bibs may be thousands, each with rows of its
//! own, and are shown anew as often as that leaves the processor to others.

use std::sync::Arc;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use tasuki_feed::{BURST_OVER, Fanout, Pace, Part};
use tasuki_log::{Head, Record};
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Span;

use crate::metrics::Metrics;
use crate::races::{LiveRace, Races};
use crate::watching::unshown::Waiting;
use crate::watching::viewers::Viewers;

/// Where races are shown: everything that a new race needs to be watched.
#[derive(Clone)]
pub(crate) struct Stage {
    pub(crate) races: Arc<Races>,
    pub(crate) pace: Pace,
    pub(crate) viewers: Arc<Viewers>,
    /// Writes the live streams, if the web server does not.
    pub(crate) fanout: Option<Arc<Fanout>>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) stop: CancellationToken,
}

impl Stage {
    /// The race of a record; a race that begins with it, and whose log ends with `head`
    /// for now, begins to be shown.
    pub(crate) fn enter(&self, record: &Record, head: Head) -> Arc<LiveRace> {
        if let Some(race) = self.races.of_log(record.race.as_str()) {
            return race;
        }
        let race = Arc::new(LiveRace::begin(record, head, &self.pace));
        self.races.insert(Arc::clone(&race));
        for part in [Part::Shared, Part::Followed] {
            tokio::spawn(publish(Arc::clone(&race), part, self.clone()));
        }
        race
    }

    /// Whether viewers are still being written to. Changes are held back so that one
    /// write takes many of them; but while more come than can be written, they come
    /// together by themselves, and waiting would only make them late.
    fn is_writing(&self) -> bool {
        self.fanout.as_ref().is_some_and(|it| it.is_busy())
    }
}

/// Ticks for one part of a race's views until the server stops.
async fn publish(race: Arc<LiveRace>, part: Part, stage: Stage) {
    let (stop, over) = (stage.stop.clone(), race.over.clone());
    tokio::select! {
        () = stop.cancelled() => {}
        () = over.cancelled() => {}
        () = tick_after_tick(race, part, stage) => {}
    }
}

async fn tick_after_tick(race: Arc<LiveRace>, part: Part, mut stage: Stage) {
    let mut changes = race.changes();
    let (mut last, mut took, mut shown) = (Instant::now(), Duration::ZERO, 0);
    let mut due = None;
    loop {
        tokio::select! {
            changed = changes.changed() => if changed.is_err() { return },
            () = come(due) => {}
        }
        let before = Before { last, took, shown };
        collect(&mut changes, &mut stage, before).await;
        // Whatever came while we rested goes into the same tick.
        shown = *changes.borrow_and_update();
        let unshown = race.unshown.take(part);
        last = Instant::now();
        let ticking = Arc::clone(&race);
        let span = unshown
            .as_ref()
            .map_or_else(Span::none, |it| span(&race, it));
        let of_tick = span.clone();
        let ticked = tokio::task::spawn_blocking(move || {
            let _within = of_tick.enter();
            let begun = worked();
            let ticked = ticking.channel.tick(&*ticking, part, last.into_std());
            (ticked, worked().saturating_sub(begun))
        });
        if let Ok((ticked, work)) = ticked.await {
            took = work;
            due = ticked.due.map(Instant::from_std);
            span.record("frames", ticked.frames);
            stage.metrics.ticked(ticked, last.elapsed());
            if let Some(waiting) = unshown {
                stage.metrics.shown(part, waiting.since.elapsed());
            }
        }
    }
}

/// The way of a group of facts into the frames that show it. A tick that shows several
/// belongs to the first of them; it and the others are linked both ways.
fn span(race: &LiveRace, waiting: &Waiting) -> Span {
    let Some((first, others)) = waiting.spans.split_first() else {
        return Span::none();
    };
    let span = tracing::debug_span!(
        parent: first,
        "tick",
        race.id = race.id.as_str(),
        frames = tracing::field::Empty,
    );
    for other in others {
        span.follows_from(other);
        other.follows_from(&span);
    }
    span
}

/// For how long this thread has had a processor. A tick that had to wait for one has
/// kept nobody else from it, and needs no rest on that account.
fn worked() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.try_into().unwrap_or_default()
}

/// The tick before.
#[derive(Clone, Copy)]
struct Before {
    /// When it began.
    last: Instant,
    took: Duration,
    /// The fact up to which it showed the race.
    shown: u64,
}

/// Lets facts come in that go out together: until the latest moment, or once
/// several have come since the one that was shown last and no more do.
async fn collect(changes: &mut watch::Receiver<u64>, stage: &mut Stage, before: Before) {
    let Before { last, took, shown } = before;
    let rested = last + Pace::rested(took);
    let is_writing = stage.is_writing();
    tokio::time::sleep_until(rested).await;
    loop {
        let latest = match is_writing {
            true => rested,
            false => last + stage.pace.after(stage.viewers.count(), took),
        };
        let facts = changes.borrow_and_update().saturating_sub(shown);
        let over = Pace::is_burst(facts).then(|| Instant::now() + BURST_OVER);
        tokio::select! {
            () = tokio::time::sleep_until(latest) => return,
            () = come(over) => return,
            changed = changes.changed() => if changed.is_err() { return },
            () = stage.pace.changed() => {}
        }
    }
}

/// Waits until then, if ever.
pub(super) async fn come(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}
