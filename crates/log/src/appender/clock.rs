//! The server's clock, as the log sees it.

use std::time::{SystemTime, UNIX_EPOCH};

use tasuki_race::Instant;

/// Wall-clock time that never goes back: where the machine's clock is set
/// back, time stands still until it has caught up.
#[derive(Debug)]
pub(super) struct Clock {
    last: Instant,
}

impl Clock {
    pub(super) fn new() -> Self {
        Self {
            last: Instant::from_ms(i64::MIN),
        }
    }

    pub(super) fn now(&mut self) -> Instant {
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let ms = i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX);
        self.last = self.last.max(Instant::from_ms(ms));
        self.last
    }
}
