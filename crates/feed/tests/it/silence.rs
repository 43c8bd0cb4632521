//! Nothing changed, nothing sent.

use std::time::{Duration, Instant};

use tasuki_feed::{Channel, HEARTBEAT_EVERY, Part, Ticked};
use tasuki_race::{Fact, Projector, Selection};
use tasuki_testkit::generate::{Marathon, marathon, seeded};

use crate::support::{NEVER, Viewer, bibs, channel, enter, json, project};

const EVERY: Duration = Duration::from_secs(2);
/// A bib that nobody wears: nothing of it ever changes.
const NOBODY: &str = "nobody";

fn facts() -> Vec<Fact> {
    let size = Marathon {
        entries: 30,
        checkpoints: 3,
        waves: 1,
    };
    marathon(&mut seeded(5), &size)
}

/// A race half told, and somebody who follows nobody in it.
fn story(channel: &Channel) -> (Vec<Fact>, Projector, Viewer) {
    let facts = facts();
    let projector = project(&facts[..40]);
    let viewer = Viewer::join(channel, &projector, &bibs(&[NOBODY]));
    (facts, projector, viewer)
}

fn tick(channel: &Channel, projector: &Projector, now: Instant) -> Ticked {
    channel.tick(projector, Part::Followed, now)
}

#[test]
fn a_view_is_silent_while_nothing_of_it_changes_and_then_says_so_once() {
    let channel = channel(EVERY);
    let (facts, mut projector, mut viewer) = story(&channel);
    let begun = Instant::now();
    for _ in 0..5 {
        enter(&mut projector, &facts);
        let ticked = tick(&channel, &projector, begun);
        assert_eq!((ticked.frames, ticked.encoded), (0, 0));
        assert!(ticked.due.is_some_and(|due| due <= begun + EVERY));
    }
    assert!(viewer.read().is_empty());
    // The race stands still, and it is time.
    let ticked = tick(&channel, &projector, begun + EVERY);
    assert_eq!((ticked.frames, ticked.rows), (1, 0));
    let events = viewer.read();
    assert_eq!(events.len(), 1);
    let members = events[0].data.as_object().expect("an object");
    assert!(members.keys().eq(["as_of", "seq"]), "{members:?}");
    assert_eq!(viewer.state, json(&projector.snapshot(&viewer.selection)));
    // Nothing is left to say.
    let ticked = tick(&channel, &projector, begun + 2 * EVERY);
    assert_eq!(ticked.frames, 0);
    assert!(ticked.due.is_some_and(|due| due > begun + 5 * EVERY));
}

#[test]
fn a_silent_view_says_that_it_is_there_while_somebody_watches() {
    let channel = channel(NEVER);
    let (_, projector, mut viewer) = story(&channel);
    let mut now = Instant::now();
    for _ in 0..3 {
        let due = tick(&channel, &projector, now).due.expect("a time");
        assert!(due <= now + HEARTBEAT_EVERY);
        let ticked = tick(&channel, &projector, due);
        assert_eq!((ticked.frames, ticked.viewers), (1, 1));
        let tag = viewer.tag;
        assert!(viewer.read().is_empty(), "a comment is no event");
        assert_eq!(viewer.tag, tag);
        now = due;
    }
    viewer.go();
    let ticked = tick(&channel, &projector, now + NEVER / 100);
    assert_eq!((ticked.frames, ticked.due), (0, None));
}

#[test]
fn a_frame_that_says_something_moves_the_time_for_one_that_does_not() {
    let channel = channel(EVERY);
    let (facts, mut projector, _) = story(&channel);
    let begun = Instant::now();
    enter(&mut projector, &facts);
    let later = begun + 3 * EVERY;
    assert_eq!(tick(&channel, &projector, later).frames, 1);
    enter(&mut projector, &facts);
    let ticked = tick(&channel, &projector, later + EVERY / 2);
    assert_eq!((ticked.frames, ticked.due), (0, Some(later + EVERY)));
}

#[test]
fn the_whole_race_is_told_every_fact_at_once() {
    let channel = channel(NEVER);
    let facts = facts();
    let mut projector = project(&facts[..3]);
    let mut viewer = Viewer::join(&channel, &projector, &Selection::all());
    for _ in 3..facts.len() {
        enter(&mut projector, &facts);
        let ticked = channel.tick(&projector, Part::Shared, Instant::now());
        assert_eq!(ticked.frames, 1);
        viewer.read();
        assert_eq!(viewer.seq(), projector.seq());
    }
}

#[test]
fn who_comes_back_after_a_silence_has_missed_nothing() {
    let channel = channel(NEVER);
    let (facts, mut projector, mut viewer) = story(&channel);
    let seq = viewer.seq();
    viewer.go();
    for _ in 0..10 {
        enter(&mut projector, &facts);
        tick(&channel, &projector, Instant::now());
    }
    // The state of its id is older than the race, and still what is shown.
    assert!(viewer.come_back(&channel, &projector).is_empty());
    assert_eq!(viewer.seq(), seq);
    tick(&channel, &projector, Instant::now() + 2 * NEVER);
    let events = viewer.read();
    assert_eq!(events.len(), 1);
    assert_eq!(viewer.state, json(&projector.snapshot(&viewer.selection)));
}

#[test]
fn an_id_from_within_a_silence_gets_a_state() {
    let channel = channel(NEVER);
    let (facts, mut projector, mut viewer) = story(&channel);
    for _ in 0..10 {
        enter(&mut projector, &facts);
        tick(&channel, &projector, Instant::now());
    }
    // As another process on the same log might have issued it.
    viewer.tag = viewer.tag.map(|mut tag| {
        tag.seq += 5;
        tag
    });
    let events = viewer.come_back(&channel, &projector);
    assert_eq!(events[0].name, "snapshot");
}
