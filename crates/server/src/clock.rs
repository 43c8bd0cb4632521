//! The server's clock: the only place where the present is asked for.

use std::time::{SystemTime, UNIX_EPOCH};

use tasuki_race::Instant;

/// The present moment.
pub(crate) fn now() -> Instant {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Instant::from_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
