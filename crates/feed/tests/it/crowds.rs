//! A phone is never sent thousands of rows.

use std::time::Instant;

use serde_json::json;
use tasuki_feed::Part;
use tasuki_race::{Fact, Projector, Selection, Slug};

use crate::support::{NEVER, Viewer, channel, enter, json as in_json, project, top};

/// A race of so many in each of two categories.
fn crowd(many: usize, few: usize) -> Vec<Fact> {
    let entry = |n: usize| {
        let category = if n <= many { "many" } else { "few" };
        json!({"bib": n.to_string(), "name": "Runner", "categories": [category]})
    };
    let race = json!({
        "id": "crowd", "name": "Crowd", "timezone": "Asia/Tokyo",
        "checkpoints": [
            {"id": "start", "name": "Start", "kind": "start", "distance_m": 0},
            {"id": "finish", "name": "Finish", "kind": "finish", "distance_m": 10_000},
        ],
        "categories": [{"id": "many", "name": "Many"}, {"id": "few", "name": "Few"}],
        "entries": (1..=many + few).map(entry).collect::<Vec<_>>(),
    });
    let mut facts = vec![
        fact(1, json!({"type": "race_defined", "race": race})),
        fact(
            2,
            json!({"type": "started", "time": "2026-01-02T08:00:00Z"}),
        ),
    ];
    for n in (3..=many + few).step_by(7) {
        let minute = 20 + n / 60;
        let time = format!(
            "2026-01-02T{:02}:{:02}:{:02}Z",
            8 + minute / 60,
            minute % 60,
            n % 60
        );
        let passage = json!({"type": "passage_recorded", "bib": n.to_string(), "checkpoint": "finish", "time": time});
        facts.push(fact(n, passage));
    }
    facts
}

fn fact(n: usize, mut json: serde_json::Value) -> Fact {
    json["id"] = json!(format!("0198c0de-0000-7000-8000-{n:012}"));
    Fact::from_json(&json.to_string()).expect("a fact")
}

fn category(id: &str) -> Selection {
    let id: Slug = id.parse().expect("a slug");
    Selection {
        category: Some(id),
        ..Selection::all()
    }
}

fn rows(viewer: &Viewer) -> usize {
    viewer.state["entries"].as_object().expect("entries").len()
}

fn first_hundred(projector: &Projector, selection: &Selection) -> serde_json::Value {
    let hundred = Selection {
        top: Some(100),
        ..selection.clone()
    };
    in_json(&projector.snapshot(&hundred))
}

#[test]
fn of_more_than_a_thousand_entries_a_hundred_are_shown() {
    let facts = crowd(1_001, 1_000);
    let projector = project(&facts);
    let channel = channel(NEVER);
    let join = |selection: &Selection| Viewer::join(&channel, &projector, selection);
    for selection in [Selection::all(), category("many")] {
        let viewer = join(&selection);
        assert_eq!(rows(&viewer), 100);
        assert_eq!(viewer.state, first_hundred(&projector, &selection));
    }
    assert_eq!(rows(&join(&category("few"))), 1_000);
    // Whoever asks for more gets it.
    assert_eq!(rows(&join(&top(250))), 250);
}

#[test]
fn a_stream_that_was_whole_shows_a_hundred_once_there_are_too_many() {
    let mut facts = crowd(1_000, 0);
    let late = json!({"type": "entry_registered", "entry": {
        "bib": "late", "name": "Late", "categories": ["many"]}});
    facts.push(fact(9_999, late));
    let mut projector = project(&facts[..facts.len() - 1]);
    let channel = channel(NEVER);
    let mut viewers =
        [Selection::all(), category("many")].map(|s| Viewer::join(&channel, &projector, &s));
    for viewer in &viewers {
        assert_eq!(rows(viewer), 1_000);
    }
    enter(&mut projector, &facts);
    channel.tick(&projector, Part::Shared, Instant::now());
    for viewer in &mut viewers {
        viewer.read();
        let selection = viewer.selection.clone();
        assert_eq!(viewer.state, first_hundred(&projector, &selection));
    }
}
