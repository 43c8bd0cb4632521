//! How long frames take to reach the sockets of all who watch.
//!
//! Taken once a turn: from the beginning of the tick that made the oldest frame of
//! the turn, to the moment when the shard has been round all viewers of the view.
//! It costs the same for one viewer and for ten thousand. A viewer whose socket is
//! full is passed by, and does not count.

use prometheus_client::metrics::histogram::Histogram;

/// Upper ends, seconds: a frame for a few is out within one millisecond, and
/// one that takes one second or three is an alarm.
const BUCKETS_S: [f64; 15] = [
    0.000_5, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0,
];

/// Of all shards together.
pub(super) fn lag() -> Histogram {
    Histogram::new(BUCKETS_S)
}
