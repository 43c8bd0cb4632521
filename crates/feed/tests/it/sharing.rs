//! What many are shown is worked out and encoded once.

use std::collections::BTreeSet;
use std::time::Instant;

use tasuki_feed::Part;
use tasuki_race::{Bib, Fact, FactKind, Projector, Selection};
use tasuki_testkit::generate::{Marathon, marathon, seeded};

use crate::support::{NEVER, Viewer, bibs, channel, enter, json, project, top};

/// A race up to its gun, and the first three that pass somewhere.
fn before_the_first() -> (Vec<Fact>, Projector, Vec<String>) {
    let size = Marathon {
        entries: 40,
        checkpoints: 3,
        waves: 1,
    };
    let facts = marathon(&mut seeded(11), &size);
    let seen = |fact: &Fact| match &fact.kind {
        FactKind::PassageRecorded { bib, .. } => Some(bib.to_string()),
        _ => None,
    };
    let first = facts.iter().position(|fact| seen(fact).is_some());
    let first = first.expect("somebody passes");
    let projector = project(&facts[..first]);
    let bibs = facts.iter().filter_map(seen).take(3).collect();
    (facts, projector, bibs)
}

#[test]
fn the_row_of_a_bib_is_worked_out_and_encoded_once_for_all_who_follow_it() {
    let channel = channel(NEVER);
    let (facts, mut projector, seen) = before_the_first();
    let [one, two, three] = [0, 1, 2].map(|n| seen[n].as_str());
    let selections = [
        bibs(&[one]),
        bibs(&[one, two]),
        bibs(&[one, three]),
        bibs(&[two, three]),
    ];
    let join = |selection| Viewer::join(&channel, &projector, selection);
    let mut viewers: Vec<Viewer> = selections.iter().map(join).collect();
    // Two of the same selection.
    viewers.push(Viewer::join(&channel, &projector, &bibs(&[one])));
    for _ in 0..20 {
        enter(&mut projector, &facts);
        let now = projector.snapshot(&bibs(&[one, two, three])).entries;
        let before = projector.snapshot_at(projector.seq() - 1, &bibs(&[one, two, three]));
        let before = before.expect("the past").entries;
        let changed = now.iter().filter(|(bib, row)| before[*bib] != **row);
        let changed: BTreeSet<&Bib> = changed.map(|(bib, _)| bib).collect();
        let shows = |viewer: &&Viewer| {
            let mut shown = viewer.selection.bibs.iter().flatten();
            shown.any(|bib| changed.contains(bib))
        };
        let stale: Vec<&Viewer> = viewers.iter().filter(shows).collect();
        let views: BTreeSet<&Selection> = stale.iter().map(|viewer| &viewer.selection).collect();
        let ticked = channel.tick(&projector, Part::Followed, Instant::now());
        assert_eq!((ticked.rows, ticked.encoded), (3, changed.len()));
        assert_eq!((ticked.frames, ticked.viewers), (views.len(), stale.len()));
        for viewer in &mut viewers {
            viewer.read();
            let then = projector.snapshot_at(viewer.seq(), &viewer.selection);
            assert_eq!(viewer.state, json(&then.expect("the past")));
        }
    }
}

#[test]
fn an_announcement_is_encoded_once_for_all_views() {
    let channel = channel(NEVER);
    let (mut facts, mut projector, seen) = before_the_first();
    let selections: Vec<Selection> = seen.iter().map(|bib| bibs(&[bib])).collect();
    let join = |selection| Viewer::join(&channel, &projector, selection);
    let mut viewers: Vec<Viewer> = selections.iter().map(join).collect();
    viewers.push(Viewer::join(&channel, &projector, &top(10)));
    // One tick, so that all show one and the same.
    enter(&mut projector, &facts);
    let both = |projector: &Projector| {
        let parts = [Part::Followed, Part::Shared];
        parts.map(|part| channel.tick(projector, part, Instant::now()))
    };
    both(&projector);
    let at = usize::try_from(projector.seq()).expect("a place");
    facts.insert(at, announced("they are off"));
    enter(&mut projector, &facts);
    let [followed, shared] = both(&projector);
    assert_eq!((followed.frames, shared.frames), (3, 1));
    assert_eq!(followed.encoded + shared.encoded, 1);
    for viewer in &mut viewers {
        viewer.read();
        assert_eq!(viewer.state, json(&projector.snapshot(&viewer.selection)));
    }
}

fn announced(text: &str) -> Fact {
    let json = format!(
        r#"{{"id":"0198c0de-0000-7000-8000-00000000aaaa","type":"announced","text":"{text}"}}"#
    );
    Fact::from_json(&json).expect("a fact")
}
