//! How often a race is shown anew.

use std::time::Duration;

use tokio::sync::watch;

/// Viewers that get every change at once.
const VIEWERS_AT_ONCE: usize = 200;
/// Beyond those, one millisecond of conflation for so many: a tick's writes
/// must be done before the next tick.
const VIEWERS_PER_MS: usize = 40;

/// After a tick that took so long there is none for this many times as long: a
/// tick's work may take a quarter of a core, and the recorder needs the rest.
const RESTS: u32 = 3;
/// But changes are never held back for longer than this on that account.
const REST_MAX: Duration = Duration::from_secs(2);
/// So many facts are worth a frame of their own once no more are coming.
const BURST_FACTS: u64 = 2;
/// No more are coming after so long without one.
pub const BURST_OVER: Duration = Duration::from_millis(10);
/// A view in which nothing changed is told up to which fact that holds, so
/// long after its last frame.
pub const AS_OF_EVERY: Duration = Duration::from_secs(2);

/// The conflation interval: nothing while few watch, up to a bound when tens
/// of thousands do; but where several facts came and no more are coming, that
/// is not waited for.
#[derive(Clone, Debug)]
pub struct Pace {
    /// The longest interval. Whoever holds the other end may change it while
    /// races are shown.
    pub tick_max: watch::Receiver<Duration>,
    /// At the latest so long after its last frame a view is told up to which
    /// fact it shows the race; most often [`AS_OF_EVERY`].
    pub as_of_every: Duration,
}

impl Pace {
    /// The least time between two ticks for so many viewers.
    #[must_use]
    pub fn interval(&self, viewers: usize) -> Duration {
        let over = viewers.saturating_sub(VIEWERS_AT_ONCE);
        let ms = u64::try_from(over / VIEWERS_PER_MS).unwrap_or(u64::MAX);
        Duration::from_millis(ms).min(*self.tick_max.borrow())
    }

    /// Waits until the longest interval is another: who waits for a tick looks
    /// again how long that is.
    pub async fn changed(&mut self) {
        if self.tick_max.changed().await.is_err() {
            // Nobody can change it any more.
            std::future::pending().await
        }
    }

    /// The same from the beginning of a tick that took so long.
    #[must_use]
    pub fn after(&self, viewers: usize, took: Duration) -> Duration {
        self.interval(viewers).max(Self::rested(took))
    }

    /// When the processor has been left to others for long enough, from the
    /// beginning of a tick that took so long.
    #[must_use]
    pub fn rested(took: Duration) -> Duration {
        took + took.saturating_mul(RESTS).min(REST_MAX)
    }

    /// Whether so many facts need not wait for others once [`BURST_OVER`] has
    /// passed: a group has come through, and the next is some time away.
    #[must_use]
    pub fn is_burst(facts: u64) -> bool {
        facts >= BURST_FACTS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace() -> (watch::Sender<Duration>, Pace) {
        let (tick_max, follows) = watch::channel(Duration::from_millis(250));
        let pace = Pace {
            tick_max: follows,
            as_of_every: AS_OF_EVERY,
        };
        (tick_max, pace)
    }

    #[test]
    fn few_viewers_see_changes_at_once_and_many_within_the_bound() {
        let (_, pace) = pace();
        assert_eq!(pace.interval(0), Duration::ZERO);
        assert_eq!(pace.interval(200), Duration::ZERO);
        assert_eq!(pace.interval(4_200), Duration::from_millis(100));
        assert_eq!(pace.interval(1_000_000), Duration::from_millis(250));
    }

    #[test]
    fn a_tick_takes_a_quarter_of_a_core_at_most() {
        let (_, pace) = pace();
        let ms = Duration::from_millis;
        assert_eq!(pace.after(0, ms(1)), ms(4));
        assert_eq!(pace.after(4_200, ms(1)), ms(100));
        assert_eq!(pace.after(4_200, ms(90)), ms(360));
        assert_eq!(pace.after(0, ms(5_000)), ms(7_000));
    }

    #[tokio::test]
    async fn the_very_next_interval_follows_a_change_of_the_bound() {
        let (tick_max, mut pace) = pace();
        let of_another_race = pace.clone();
        for ms in [0, 10_000, 40] {
            tick_max.send_replace(Duration::from_millis(ms));
            // Who waits is told, and both races go by it.
            pace.changed().await;
            for pace in [&pace, &of_another_race] {
                assert_eq!(pace.interval(1_000_000), Duration::from_millis(ms));
            }
        }
        assert_eq!(pace.interval(0), Duration::ZERO);
    }
}
