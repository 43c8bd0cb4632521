//! Standings and definitions as JSON, made once per state whoever asks.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tasuki_log::Head;
use tasuki_race::Selection;

use crate::http::caching::Tagged;
use crate::races::LiveRace;

/// Different selections whose snapshots are kept.
const SNAPSHOTS_MAX: usize = 256;

/// The latest snapshot of each selection, with the fact it goes up to.
#[derive(Default)]
pub(crate) struct SnapshotCache(Mutex<HashMap<Selection, (u64, Tagged)>>);

impl SnapshotCache {
    /// The snapshot of the present state. Blocks while it is made, and with
    /// it everybody who wants one of the same race: it is made once.
    pub(crate) fn get(&self, race: &LiveRace, selection: &Selection) -> Tagged {
        let mut cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let projected = race.read();
        let seq = projected.projector.seq();
        if let Some((_, snapshot)) = cache.get(selection).filter(|(of, _)| *of == seq) {
            return snapshot.clone();
        }
        if cache.len() >= SNAPSHOTS_MAX {
            cache.clear();
        }
        let state = projected.projector.snapshot(selection);
        let etag = etag("", seq, projected.head);
        // What is shown cannot change any more; encoding needs no lock on it.
        drop(projected);
        let json = serde_json::to_vec(&state).unwrap_or_default().into();
        let snapshot = Tagged { etag, json };
        cache.insert(selection.clone(), (seq, snapshot.clone()));
        snapshot
    }
}

/// The latest definition, with its revision.
#[derive(Default)]
pub(crate) struct DefinitionCache(Mutex<Option<(u64, Tagged)>>);

impl DefinitionCache {
    /// The definition in force with its entries; blocks while it is made.
    /// None where a race has lost its definition.
    pub(crate) fn get(&self, race: &LiveRace) -> Option<Tagged> {
        let mut cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let projected = race.read();
        let revision = projected.projector.revision();
        if let Some((_, definition)) = cache.as_ref().filter(|(of, _)| *of == revision) {
            return Some(definition.clone());
        }
        let definition = projected.projector.definition()?;
        let etag = etag("d", revision, projected.head);
        drop(projected);
        let json = serde_json::to_vec(&definition).unwrap_or_default().into();
        let definition = Tagged { etag, json };
        *cache = Some((revision, definition.clone()));
        Some(definition)
    }
}

/// Names a state of a log: the hash tells it from another log's.
pub(crate) fn etag(kind: &str, number: u64, head: Head) -> String {
    let hash = head.hash.to_string();
    format!("W/\"{kind}{number}-{}\"", &hash[..16])
}
