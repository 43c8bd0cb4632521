//! How long the stretches of the course take, to tell when somebody is due.

use crate::block::Carried;
use crate::times::Times;

/// Ten days: no stretch is longer, and no sum before it counts for more.
const SECONDS_MAX: i64 = 864_000;

/// What an entry's passage says of the stretch that ended there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pace {
    /// How long the stretch took, whole seconds; 0 where that is not known.
    pub(crate) stretch_s: u32,
    /// How long the entry had taken up to there; 0 where that is not known.
    pub(crate) so_far_s: u32,
}

impl Carried for Pace {
    const COUNTS: bool = false;

    fn counts(self) -> bool {
        false
    }
}

impl Pace {
    /// Of the passage that counts at a station.
    pub(crate) fn of(times: &Times, station: usize) -> Self {
        let stretch_ms = times.marks[station].and_then(|mark| mark.stretch_ms);
        let stretch_s = stretch_ms.map_or(0, seconds);
        if stretch_s == 0 {
            return Self::default();
        }
        Self {
            stretch_s,
            so_far_s: so_far_ms(times, station).map_or(0, seconds),
        }
    }
}

/// The time that an entry had taken when the stretch to a station began.
pub(crate) fn so_far_ms(times: &Times, station: usize) -> Option<i64> {
    let before = station.checked_sub(1).filter(|before| *before > 0)?;
    Some(times.marks[before]?.elapsed?.raw)
}

/// Whole seconds; 0 for what is no time or too long to be true.
pub(crate) fn seconds(ms: i64) -> u32 {
    let seconds = ms.div_euclid(1_000);
    if (1..=SECONDS_MAX).contains(&seconds) {
        u32::try_from(seconds).unwrap_or(0)
    } else {
        0
    }
}

/// The median of whole seconds that come and go.
#[derive(Debug, Default)]
pub(crate) struct Median {
    /// By second: how many.
    counts: Vec<u32>,
    total: u32,
    /// The median lies here, if there are any.
    at: usize,
    /// How many lie before.
    below: u32,
}

impl Median {
    /// Counts one more; 0 is no value.
    pub(crate) fn add(&mut self, seconds: u32) {
        if seconds == 0 {
            return;
        }
        let second = seconds as usize;
        if second >= self.counts.len() {
            self.counts.resize(second + 1, 0);
        }
        self.counts[second] += 1;
        self.total += 1;
        self.below += u32::from(second < self.at);
        self.settle();
    }

    /// Counts one less that was counted before.
    pub(crate) fn remove(&mut self, seconds: u32) {
        let second = seconds as usize;
        let Some(count) = self.counts.get_mut(second).filter(|count| **count > 0) else {
            return;
        };
        *count -= 1;
        self.total -= 1;
        self.below -= u32::from(second < self.at);
        self.settle();
    }

    /// Moves to where as many lie before as behind. One value more or less
    /// moves it to a neighbour.
    fn settle(&mut self) {
        if self.total == 0 {
            (self.at, self.below) = (0, 0);
            return;
        }
        let wanted = (self.total - 1) / 2;
        while self.below > wanted {
            self.at -= 1;
            self.below -= self.counts[self.at];
        }
        while self.below + self.counts[self.at] <= wanted {
            self.below += self.counts[self.at];
            self.at += 1;
        }
    }

    /// Of an even number, the lower of the two in the middle.
    pub(crate) fn value(&self) -> Option<u32> {
        (self.total > 0).then(|| u32::try_from(self.at).unwrap_or(u32::MAX))
    }
}

/// The same of values that are all there; 0 is no value.
pub(crate) fn median_of(mut values: Vec<u32>) -> Option<u32> {
    values.retain(|value| *value > 0);
    let middle = values.len().checked_sub(1)? / 2;
    Some(*values.select_nth_unstable(middle).1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_kept_median_is_that_of_the_list(steps in prop::collection::vec((any::<bool>(), 0..300_u32), 1..400)) {
            let (mut kept, mut list) = (Median::default(), Vec::new());
            for (add, second) in steps {
                if add {
                    kept.add(second);
                    list.push(second);
                } else if let Some(at) = list.iter().position(|s| s % 7 == second % 7) {
                    kept.remove(list.swap_remove(at));
                }
                prop_assert_eq!(kept.value(), median_of(list.clone()));
            }
        }
    }
}
