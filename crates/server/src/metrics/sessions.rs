//! How often it is remembered who is logged in.

use prometheus_client::registry::Registry;

use crate::identity::Sessions;

/// Both are counted where it is asked.
pub(super) fn register(registry: &mut Registry, sessions: &Sessions) {
    let what = "Requests with a session whose owner was remembered";
    registry.register("session_cache_hits", what, sessions.hits.clone());
    let what = "Requests with a session whose owner was asked of the database";
    registry.register("session_cache_misses", what, sessions.misses.clone());
}
