//! The official clock: how an instant becomes a reading.
//!
//! Rounding happens here, once. Every published figure is a difference of two
//! readings, so legs always add up to the total.

use crate::definition::Rounding;
use crate::instant::Instant;

/// The race's clock, running since its zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OfficialClock {
    pub(crate) zero: Instant,
    pub(crate) resolution_ms: i64,
    pub(crate) rounding: Rounding,
}

impl OfficialClock {
    /// Milliseconds since the zero, to the race's resolution.
    pub(crate) fn reading(&self, instant: Instant) -> i64 {
        // Both lie within the years 0-9999: neither step can overflow.
        let since = instant.ms() - self.zero.ms();
        let grain = self.resolution_ms;
        let shifted = match self.rounding {
            Rounding::Down => since,
            Rounding::Up => since + grain - 1,
            // Twice the value keeps halves exact at an odd resolution.
            Rounding::Nearest => return (2 * since + grain).div_euclid(2 * grain) * grain,
        };
        shifted.div_euclid(grain) * grain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(rounding: Rounding, resolution_ms: i64, ms: i64) -> i64 {
        let zero = Instant::from_ms(1_700_000_000_123);
        let clock = OfficialClock {
            zero,
            resolution_ms,
            rounding,
        };
        clock.reading(Instant::from_ms(zero.ms() + ms))
    }

    #[test]
    fn up_is_the_next_full_grain_also_before_the_zero() {
        assert_eq!(reading(Rounding::Up, 1000, 3_600_200), 3_601_000);
        assert_eq!(reading(Rounding::Up, 1000, 3_600_000), 3_600_000);
        assert_eq!(reading(Rounding::Up, 1000, -1), 0);
    }

    #[test]
    fn down_is_the_last_full_grain() {
        assert_eq!(reading(Rounding::Down, 100, 199), 100);
        assert_eq!(reading(Rounding::Down, 100, -1), -100);
    }

    #[test]
    fn nearest_takes_halves_up() {
        assert_eq!(reading(Rounding::Nearest, 1000, 499), 0);
        assert_eq!(reading(Rounding::Nearest, 1000, 500), 1000);
        assert_eq!(reading(Rounding::Nearest, 5, 2), 0);
        assert_eq!(reading(Rounding::Nearest, 5, 3), 5);
    }
}
