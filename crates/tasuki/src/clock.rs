//! What time it is, for what a command writes down.

use std::time::{SystemTime, UNIX_EPOCH};

use tasuki_race::Instant;

/// Now, by this machine's clock.
pub(crate) fn now() -> Instant {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let ms = since.unwrap_or_default().as_millis();
    Instant::from_ms(i64::try_from(ms).unwrap_or(i64::MAX))
}
