//! Snapshot and diffs give the next snapshot, by a merge-patch library that
//! is not ours.

use rand::RngExt;
use serde_json::Value;
use tasuki_race::{Bib, Projector, Selection, diff};
use tasuki_testkit::generate::{facts, for_each_seed, race};
use tasuki_testkit::naive::log_of;

fn json(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).expect("JSON")
}

#[test]
fn a_snapshot_and_all_diffs_after_it_give_every_later_snapshot() {
    for_each_seed(150, |rng| {
        let definition = race(rng, 8);
        let log = log_of(&facts(rng, &definition, 80));
        let one: Bib = definition.entries[0].bib.clone();
        let selections = [
            Selection::all(),
            Selection {
                top: Some(3),
                ..Selection::all()
            },
            Selection {
                category: definition.categories.first().map(|c| c.id.clone()),
                ..Selection::all()
            },
            Selection {
                bibs: Some([one].into()),
                ..Selection::all()
            },
        ];
        let mut projector = Projector::new(definition.id.clone());
        let mut states = selections.clone().map(|s| projector.snapshot(&s));
        let mut viewers = states.clone().map(|s| json(&s));
        for logged in &log {
            projector.apply(logged.seq, logged.at, "admin", &logged.fact);
            // Several facts may share one diff.
            if rng.random_bool(0.3) {
                continue;
            }
            projector.settle();
            for ((selection, state), viewer) in selections.iter().zip(&mut states).zip(&mut viewers)
            {
                let next = projector.snapshot(selection);
                let patch = diff(state, &next);
                assert_eq!(patch["seq"], next.seq);
                assert!(patch.get("as_of").is_some());
                json_patch::merge(viewer, &patch);
                assert_eq!(*viewer, json(&next));
                *state = next;
            }
        }
    });
}

#[test]
fn no_value_of_the_standings_is_null() {
    fn holds_null(value: &Value) -> bool {
        match value {
            Value::Null => true,
            Value::Array(values) => values.iter().any(holds_null),
            Value::Object(members) => members.values().any(holds_null),
            _ => false,
        }
    }
    for_each_seed(50, |rng| {
        let definition = race(rng, 8);
        let facts = facts(rng, &definition, 80);
        assert!(!holds_null(&json(&crate::support::standings(&facts))));
    });
}
