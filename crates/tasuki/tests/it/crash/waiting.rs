//! Work beside the tests' own tasks, and chance that can be replayed.

pub(crate) use tasuki_testkit::waiting::{LOOK_AGAIN, until, within};

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
