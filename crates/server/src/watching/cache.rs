//! Snapshots as JSON, made once per state whoever asks.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use tasuki_race::Selection;

use crate::races::LiveRace;

/// Different selections whose snapshots are kept.
const SNAPSHOTS_MAX: usize = 256;

/// The latest snapshot of each selection.
#[derive(Default)]
pub(crate) struct SnapshotCache(Mutex<HashMap<Selection, Snapshot>>);

/// A snapshot as it is sent.
#[derive(Clone)]
pub(crate) struct Snapshot {
    pub(crate) seq: u64,
    /// Names this state of this log.
    pub(crate) etag: String,
    pub(crate) json: Bytes,
}

impl SnapshotCache {
    fn lock(&self) -> MutexGuard<'_, HashMap<Selection, Snapshot>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The snapshot of the present state. Blocks while it is made, and with
    /// it everybody who wants one of the same race: it is made once.
    pub(crate) fn get(&self, race: &LiveRace, selection: &Selection) -> Snapshot {
        let mut cache = self.lock();
        let projected = race.read();
        let seq = projected.projector.seq();
        if let Some(snapshot) = cache.get(selection).filter(|snapshot| snapshot.seq == seq) {
            return snapshot.clone();
        }
        if cache.len() >= SNAPSHOTS_MAX {
            cache.clear();
        }
        let state = projected.projector.snapshot(selection);
        let etag = etag(seq, &projected.head);
        // What is shown cannot change any more; encoding needs no lock on it.
        drop(projected);
        let json = serde_json::to_vec(&state).unwrap_or_default().into();
        let snapshot = Snapshot { seq, etag, json };
        cache.insert(selection.clone(), snapshot.clone());
        snapshot
    }
}

/// Weak: compressed or not, it is the same state.
pub(crate) fn etag(seq: u64, head: &tasuki_log::Head) -> String {
    let hash = head.hash.to_string();
    format!("W/\"{seq}-{}\"", &hash[..16])
}
