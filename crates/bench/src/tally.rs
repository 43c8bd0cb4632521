//! Counts and delays.

use std::time::Duration;

/// Delays, in microseconds.
#[derive(Clone, Debug, Default)]
pub struct Delays(Vec<u64>);

impl Delays {
    /// One more.
    pub fn add(&mut self, delay: Duration) {
        self.0
            .push(u64::try_from(delay.as_micros()).unwrap_or(u64::MAX));
    }

    /// One more, where there is one.
    pub fn extend(&mut self, delay: Option<Duration>) {
        if let Some(delay) = delay {
            self.add(delay);
        }
    }

    /// All of others.
    pub fn append(&mut self, other: &Self) {
        self.0.extend(&other.0);
    }

    /// How many.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The delay that so many in a hundred do not exceed, milliseconds.
    #[must_use]
    pub fn percentile_ms(&self, percent: usize) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
        let us = u32::try_from(sorted.get(at).copied().unwrap_or(0)).unwrap_or(u32::MAX);
        f64::from(us) / 1_000.0
    }
}

impl std::fmt::Display for Delays {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [half, most] = [50, 99].map(|percent| self.percentile_ms(percent));
        write!(f, "{half:.1} / {most:.1}")
    }
}
