//! Where the buckets of histograms end.

use prometheus_client::metrics::histogram::Histogram;

/// Seconds. There is an end at every threshold of an alert, so that a quantile is
/// exact where it matters.
const SECONDS: [f64; 16] = [
    0.000_5, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0,
    30.0,
];

/// Of times from half a millisecond to half a minute.
pub(super) fn seconds() -> Histogram {
    Histogram::new(SECONDS)
}
