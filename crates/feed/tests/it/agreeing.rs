//! Whatever somebody watches, it holds the standings of its number.

use std::time::{Duration, Instant};

use rand::RngExt;
use rand::rngs::StdRng;
use tasuki_feed::{Channel, Part};
use tasuki_race::{Definition, Projector, Selection, diff};
use tasuki_testkit::generate::{facts, for_each_seed, race};

use crate::support::{NEVER, Viewer, bibs, channel, enter, json, top};

const RACES: u64 = 150;
const FACTS: usize = 80;

/// Every kind of selection.
fn selections(definition: &Definition) -> Vec<Selection> {
    let first = definition.entries[0].bib.as_str();
    let category = definition.categories.first().map(|c| c.id.clone());
    let some = [bibs(&[first]), bibs(&[first, "1", "3", "101", "404"])];
    let mut all = vec![Selection::all(), top(3)];
    all.extend(some.clone());
    let narrowed = all.iter().map(|selection| Selection {
        category: category.clone(),
        ..selection.clone()
    });
    let narrowed: Vec<Selection> = narrowed.collect();
    all.extend(narrowed);
    all.extend(some.map(|selection| Selection {
        top: Some(2),
        ..selection
    }));
    all
}

fn then(projector: &Projector, seq: u64, selection: &Selection) -> tasuki_race::Snapshot {
    let then = projector.snapshot_at(seq, selection);
    then.expect("a short past is kept")
}

/// Reads what is pending; every frame says what leads from one standings to
/// the next and no more.
fn follow(viewer: &mut Viewer, projector: &Projector, back: Option<&Channel>) -> usize {
    let mut from = viewer.seq();
    let events = match back {
        None => viewer.read(),
        Some(channel) => viewer.come_back(channel, projector),
    };
    for event in &events {
        let to = event.data["seq"].as_u64().expect("a number");
        let next = then(projector, to, &viewer.selection);
        if event.name == "diff" {
            let before = then(projector, from, &viewer.selection);
            assert_eq!(event.data, diff(&before, &next), "{from} to {to}");
        } else {
            assert_eq!(event.data, json(&next), "{to}");
        }
        from = to;
    }
    assert_eq!(
        viewer.state,
        json(&then(projector, viewer.seq(), &viewer.selection)),
        "{:?} at {}",
        viewer.selection,
        viewer.seq()
    );
    events.len()
}

fn watch(rng: &mut StdRng) {
    let definition = race(rng, 8);
    let facts = facts(rng, &definition, FACTS);
    let mut projector = Projector::new(definition.id.clone());
    enter(&mut projector, &facts);
    let patience = [Duration::ZERO, Duration::from_secs(2), NEVER][rng.random_range(0..3)];
    let channel = channel(patience);
    let mut viewers: Vec<Viewer> = Vec::new();
    let mut now = Instant::now();
    for _ in 1..facts.len() {
        enter(&mut projector, &facts);
        now += Duration::from_millis(rng.random_range(0..1_000));
        for selection in selections(&definition) {
            // Some come late, and some more than once.
            if rng.random_ratio(1, 20) {
                viewers.push(Viewer::join(&channel, &projector, &selection));
            }
        }
        for part in [Part::Shared, Part::Followed] {
            // Several facts may share a tick, and the parts tick apart.
            if rng.random_ratio(2, 3) {
                channel.tick(&projector, part, now);
            }
        }
        for viewer in &mut viewers {
            if rng.random_ratio(1, 10) {
                viewer.go();
                follow(viewer, &projector, Some(&channel));
            } else if rng.random_ratio(2, 3) {
                follow(viewer, &projector, None);
            }
        }
    }
    for part in [Part::Shared, Part::Followed] {
        channel.tick(&projector, part, now + patience);
        let end = now + patience + patience;
        let ticked = channel.tick(&projector, part, end);
        // But for a comment, some day.
        assert!(ticked.due.is_none_or(|due| due > end), "{:?}", ticked.due);
    }
    for viewer in &mut viewers {
        follow(viewer, &projector, None);
        assert_eq!(viewer.seq(), projector.seq());
    }
}

#[test]
fn a_viewer_of_anything_holds_the_standings_of_its_number() {
    for_each_seed(RACES, watch);
}
