//! What the stories are told with: servers, facts, viewers, and checks that
//! share no code with the product.

pub(crate) mod answer;
pub(crate) mod chain;
pub(crate) mod engine;
pub(crate) mod facts;
pub(crate) mod races;
pub(crate) mod server;
pub(crate) mod sse;
pub(crate) mod viewer;

use std::future::Future;
use std::time::Duration;

/// Nothing that is waited for takes so long, on however slow a machine.
const PATIENCE: Duration = Duration::from_secs(45);
/// Between two looks at something that changes by itself.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

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
