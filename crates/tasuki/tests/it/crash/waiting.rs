//! Waiting for what must come, and chance that can be replayed.

use std::future::Future;
use std::time::Duration;

/// Nothing that is waited for takes so long, on however slow a machine.
const PATIENCE: Duration = Duration::from_secs(45);
/// Between two looks at something that changes by itself.
pub(crate) const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// Waits for something that must come.
pub(crate) async fn within<T>(what: &str, waited_for: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, waited_for).await {
        Ok(came) => came,
        Err(_) => panic!("{what} did not come"),
    }
}

/// Looks until `look` finds something.
pub(crate) async fn until<T, F: Future<Output = Option<T>>>(
    what: &str,
    mut look: impl FnMut() -> F,
) -> T {
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

/// Runs something that blocks beside the tests' own tasks.
pub(crate) async fn aside<T: Send + 'static>(blocks: impl FnOnce() -> T + Send + 'static) -> T {
    let blocking = tokio::task::spawn_blocking(blocks);
    within("the end of it", blocking).await.expect("no panic")
}

/// A new seed, or the one that `TASUKI_SEED` gives; printed for a replay.
pub(crate) fn seed() -> u64 {
    let seed = match std::env::var("TASUKI_SEED") {
        Ok(text) => text.parse().expect("TASUKI_SEED is a whole number"),
        Err(_) => rand::random(),
    };
    println!("replay it with TASUKI_SEED={seed}");
    seed
}
