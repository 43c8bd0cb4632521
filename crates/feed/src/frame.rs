//! Server-Sent Events, encoded once for everyone.

use bytes::Bytes;
use rand::RngExt;

use crate::tag::Tag;

/// Sent where nothing else was: keeps proxies and phones from hanging up.
pub const HEARTBEAT: Bytes = Bytes::from_static(b":\n\n");

/// First wait of a browser that lost its stream, milliseconds. Each viewer is
/// told its own, so that a restart does not bring all back at once.
const RETRY_MS: std::ops::Range<u32> = 1_000..4_000;

/// The same before a planned stop: long enough for a restart to finish.
const RETRY_AFTER_BYE_MS: std::ops::Range<u32> = 3_000..10_000;

/// An encoded event and the states that it leads from and to.
#[derive(Clone, Debug)]
pub struct Frame {
    /// What goes over the wire.
    pub bytes: Bytes,
    /// The state it applies to.
    pub from: u64,
    /// The state it leads to.
    pub to: u64,
}

pub(crate) fn event(name: &str, tag: &Tag, json: &str) -> Bytes {
    format!("event: {name}\nid: {tag}\ndata: {json}\n\n").into()
}

/// The first thing sent: a reconnection time of its own and a comment, which
/// makes proxies pass the headers on.
#[must_use]
pub fn opening() -> Bytes {
    let retry_ms = rand::rng().random_range(RETRY_MS);
    format!("retry: {retry_ms}\n: tasuki\n\n").into()
}

/// The last thing sent before a planned stop, to a viewer in the state that
/// `tag` names.
#[must_use]
pub fn bye(tag: Tag) -> Bytes {
    let retry_ms = rand::rng().random_range(RETRY_AFTER_BYE_MS);
    format!("retry: {retry_ms}\nevent: bye\nid: {tag}\ndata: {{}}\n\n").into()
}
