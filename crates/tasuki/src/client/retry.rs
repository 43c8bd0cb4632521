//! How long to wait before the next try.

use std::time::Duration;

use rand::RngExt;
use reqwest::StatusCode;

/// The first pause.
const PAUSE_MIN: Duration = Duration::from_millis(250);
/// Pauses double up to here, so that a server that is back is soon noticed.
const PAUSE_MAX: Duration = Duration::from_secs(15);
/// A server that asks for more than this is not waited for as long.
const WANTED_MAX: Duration = Duration::from_secs(60);
/// About five minutes of pauses: longer than a restart takes.
const TRIES_MAX: u32 = 25;

/// Counts the tries of one request.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    tries: u32,
}

impl Backoff {
    /// The pause before the next try, never shorter than the server `wanted`;
    /// none when enough was tried. Drawn from the upper half, so that those
    /// who failed together do not come back together.
    pub(super) fn next(&mut self, wanted: Option<Duration>) -> Option<Duration> {
        self.tries += 1;
        if self.tries >= TRIES_MAX {
            return None;
        }
        let full = PAUSE_MIN
            .saturating_mul(1 << self.tries.min(16))
            .min(PAUSE_MAX);
        let jittered = rand::rng().random_range(full / 2..=full);
        Some(jittered.max(wanted.unwrap_or_default().min(WANTED_MAX)))
    }
}

/// Whether the same request may be answered otherwise in a while.
pub(super) fn is_worth_it(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS
            | StatusCode::REQUEST_TIMEOUT
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_within_their_bounds_and_end() {
        let mut backoff = Backoff::default();
        let pauses: Vec<Duration> = std::iter::from_fn(|| backoff.next(None)).collect();
        assert_eq!(pauses.len(), TRIES_MAX as usize - 1);
        assert!(
            pauses
                .iter()
                .all(|pause| (PAUSE_MIN..=PAUSE_MAX).contains(pause))
        );
        assert!(pauses[0] < pauses[8]);
    }

    #[test]
    fn the_server_is_heard_within_reason() {
        let mut backoff = Backoff::default();
        let wanted = Some(Duration::from_secs(20));
        assert_eq!(backoff.next(wanted), wanted);
        assert_eq!(backoff.next(Some(Duration::MAX)), Some(WANTED_MAX));
    }
}
