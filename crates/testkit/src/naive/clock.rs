//! Official readings (rules, section 2).

use tasuki_race::{Definition, Instant, Rounding};

/// The official clock of a race, which stands at 0 at the race's zero.
pub(super) struct Clock {
    zero: Instant,
    resolution_ms: i64,
    rounding: Rounding,
}

impl Clock {
    pub(super) fn new(zero: Instant, definition: &Definition) -> Self {
        Self {
            zero,
            resolution_ms: definition.resolution_ms,
            rounding: definition.rounding,
        }
    }

    /// What the clock shows at an instant: the one place where time is rounded.
    pub(super) fn reading(&self, instant: Instant) -> i64 {
        let since_zero_ms = instant.ms() - self.zero.ms();
        let grain = self.resolution_ms;
        match self.rounding {
            Rounding::Down => since_zero_ms.div_euclid(grain) * grain,
            Rounding::Up => -((-since_zero_ms).div_euclid(grain) * grain),
            Rounding::Nearest => (2 * since_zero_ms + grain).div_euclid(2 * grain) * grain,
        }
    }
}
