//! Passages that go on through it all.

use std::time::Duration;

use anyhow::Result;
use tasuki_bench::recorder::Recorder;
use tasuki_bench::relay;
use tokio::sync::watch;

/// Between two passages, and before one is sent again.
const EVERY: Duration = Duration::from_millis(250);

/// Begins the race.
pub(crate) async fn begin(address: &str) -> Result<Recorder> {
    let recorder = Recorder::new(address, relay::RACE);
    recorder
        .begin(&relay::definition(relay::PASSAGES_MAX))
        .await?;
    Ok(recorder)
}

/// Records until it is told to end; gives the number of the last fact and of the
/// attempts that failed. A passage is sent, with the same id, until it is taken.
pub(crate) async fn record(recorder: Recorder, mut ends: watch::Receiver<bool>) -> (u64, u64) {
    let (mut last, mut failed) = (0, 0);
    for number in 1..=relay::PASSAGES_MAX {
        loop {
            match recorder.record(&[relay::passage(number)]).await {
                Ok(seq) => break last = seq,
                Err(_) => failed += 1,
            }
            tokio::time::sleep(EVERY).await;
        }
        let ended = tokio::time::timeout(EVERY, ends.wait_for(|ends| *ends));
        if ended.await.is_ok() {
            break;
        }
    }
    (last, failed)
}
