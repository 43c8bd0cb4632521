//! How often a race is shown anew.

use std::time::Duration;

/// Viewers that get every change at once.
const VIEWERS_AT_ONCE: usize = 200;
/// Beyond those, one millisecond of conflation for so many: a tick's writes
/// must be done before the next tick.
const VIEWERS_PER_MS: usize = 40;

/// The conflation interval: nothing while few watch, up to a bound when tens
/// of thousands do.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// The longest interval.
    pub tick_max: Duration,
}

impl Pace {
    /// The least time between two ticks for so many viewers.
    #[must_use]
    pub fn interval(self, viewers: usize) -> Duration {
        let over = viewers.saturating_sub(VIEWERS_AT_ONCE);
        let ms = u64::try_from(over / VIEWERS_PER_MS).unwrap_or(u64::MAX);
        Duration::from_millis(ms).min(self.tick_max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_viewers_see_changes_at_once_and_many_within_the_bound() {
        let pace = Pace {
            tick_max: Duration::from_millis(250),
        };
        assert_eq!(pace.interval(0), Duration::ZERO);
        assert_eq!(pace.interval(200), Duration::ZERO);
        assert_eq!(pace.interval(4_200), Duration::from_millis(100));
        assert_eq!(pace.interval(1_000_000), Duration::from_millis(250));
    }
}
