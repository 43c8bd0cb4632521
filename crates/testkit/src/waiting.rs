//! Waiting for what must come, with a bound and without guessing how long.

use std::future::Future;
use std::time::Duration;

/// Nothing that is waited for takes so long, on however slow a machine.
const PATIENCE: Duration = Duration::from_secs(45);
/// Between two looks at something that changes by itself.
pub const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// Waits for something that must come.
///
/// # Panics
/// Where it does not.
pub async fn within<T>(what: &str, waited_for: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, waited_for).await {
        Ok(came) => came,
        Err(_) => panic!("{what} did not come"),
    }
}

/// Looks until `look` finds something.
///
/// # Panics
/// Where it finds nothing in all that time.
pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut look: impl FnMut() -> F) -> T {
    let looking = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    };
    within(what, looking).await
}
