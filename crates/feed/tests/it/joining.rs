//! Who begins to watch while facts come in.

use std::cell::RefCell;
use std::time::Instant;

use tasuki_feed::{Part, Piece, Present};
use tasuki_race::{Fact, Projector, Selection};
use tasuki_testkit::generate::{for_each_seed, small_race};

use crate::support::{NEVER, Viewer, bibs, channel, enter, json, project, top};

/// A race that goes on after every look at it.
struct Racing<'a> {
    projector: RefCell<Projector>,
    facts: &'a [Fact],
    looks: RefCell<usize>,
}

impl Present for Racing<'_> {
    fn look<T>(&self, at: impl FnOnce(&Projector) -> T) -> T {
        let seen = at(&self.projector.borrow());
        let mut looks = self.looks.borrow_mut();
        if *looks > 0 {
            *looks -= 1;
            enter(&mut self.projector.borrow_mut(), self.facts);
        }
        seen
    }
}

#[test]
fn a_fact_between_the_look_and_the_place_is_not_missed() {
    for_each_seed(40, |rng| {
        let facts = small_race(rng);
        if facts.len() < 4 {
            return;
        }
        for selection in [Selection::all(), top(2), bibs(&["1", "2"])] {
            let channel = channel(NEVER);
            let racing = Racing {
                projector: RefCell::new(project(&facts[..2])),
                facts: &facts,
                looks: RefCell::new(1),
            };
            let mut cursor = channel
                .join(&selection, &racing, None)
                .expect("there is room")
                .cursor();
            let projector = racing.projector.into_inner();
            // No tick has come since, and none will.
            let frames = cursor.take().frames;
            let frames: Vec<_> = frames.iter().map(Piece::text).collect();
            let text = String::from_utf8(frames.concat()).expect("UTF-8");
            let data = text.lines().find_map(|line| line.strip_prefix("data: "));
            let state: serde_json::Value = serde_json::from_str(data.expect("data")).expect("JSON");
            assert_eq!(state, json(&projector.snapshot(&selection)));
        }
    });
}

#[test]
fn who_joins_between_ticks_shows_the_present_and_goes_on_from_there() {
    for_each_seed(20, |rng| {
        let facts = small_race(rng);
        let channel = channel(NEVER);
        let selection = bibs(&["1", "2", "3"]);
        let mut projector = project(&facts[..1]);
        let mut viewers = Vec::new();
        for _ in 1..facts.len() {
            enter(&mut projector, &facts);
            let other = Selection {
                top: Some(viewers.len()),
                ..selection.clone()
            };
            for selection in [&selection, &other] {
                let viewer = Viewer::join(&channel, &projector, selection);
                let then = projector.snapshot_at(viewer.seq(), selection);
                assert_eq!(viewer.state, json(&then.expect("the past")));
                viewers.push(viewer);
            }
            viewers.truncate(20);
            channel.tick(&projector, Part::Followed, Instant::now());
        }
        channel.tick(&projector, Part::Followed, Instant::now() + NEVER);
        for viewer in &mut viewers {
            viewer.read();
            assert_eq!(viewer.state, json(&projector.snapshot(&viewer.selection)));
        }
    });
}
