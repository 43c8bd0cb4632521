//! What all viewers of a crowd have been sent, put together.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use hdrhistogram::Histogram;
use tasuki_bench::control::{Arrival, Report};

/// Delays are kept to two digits: a small table, which stays in the cache.
const DIGITS: u8 = 2;
/// Longer ones count as this: ten minutes.
const DELAY_MAX_US: u64 = 600_000_000;

/// Counts since a beginning.
pub(crate) struct Tally {
    /// Sums; what a viewer keeps itself is filled in for a report.
    pub(crate) sums: Report,
    base: u32,
    /// Viewers that read.
    readers: u32,
    /// By message after the base: when it was sent.
    sent_us: Vec<u64>,
    /// By message after the base: readers that have it or one after it.
    have: Vec<u32>,
    reached: u32,
    delays: Histogram<u64>,
    /// Of whoever was last.
    last_delays: Histogram<u64>,
    /// Viewers by the messages that they had, those that they have, and when.
    traced: Option<BTreeMap<(u32, u32, u64), u32>>,
}

impl Tally {
    /// Nothing yet; so many viewers read and have the messages up to `base`.
    pub(crate) fn new(base: u32, readers: u32) -> Result<Self> {
        Ok(Self {
            sums: Report::default(),
            base,
            readers,
            sent_us: Vec::new(),
            have: Vec::new(),
            reached: base,
            delays: histogram()?,
            last_delays: histogram()?,
            traced: None,
        })
    }

    /// The last message that was sent.
    pub(crate) fn last(&self) -> u32 {
        self.base + u32::try_from(self.sent_us.len()).unwrap_or(0)
    }

    /// The last message that all readers have.
    pub(crate) fn reached(&self) -> u32 {
        self.reached
    }

    /// Messages are sent, up to this one.
    pub(crate) fn sent(&mut self, last: u32, at_us: u64) {
        let count = self.place(last) + 1;
        self.sent_us.resize(count, at_us);
        self.have.resize(count, 0);
    }

    /// A reader that had the messages up to `from` now has those up to `to`.
    pub(crate) fn advance(&mut self, from: u32, to: u32, now_us: u64) {
        let (from, to) = (from.max(self.base), to.min(self.last()));
        for number in from + 1..=to {
            let at = self.place(number);
            self.have[at] += 1;
            self.delays
                .saturating_record(now_us.saturating_sub(self.sent_us[at]));
        }
        while self.reached < self.last() && self.have[self.place(self.reached + 1)] >= self.readers
        {
            self.reached += 1;
            let sent_us = self.sent_us[self.place(self.reached)];
            self.last_delays
                .saturating_record(now_us.saturating_sub(sent_us));
        }
    }

    /// Keeps from here on what arrives when.
    pub(crate) fn trace(&mut self) {
        self.traced.get_or_insert_default();
    }

    /// Any viewer that had the messages up to `from` now has those up to `to`.
    pub(crate) fn arrive(&mut self, from: u32, to: u32, now_us: u64) {
        if let Some(traced) = &mut self.traced {
            *traced.entry((from, to, now_us / 1_000)).or_default() += 1;
        }
    }

    fn arrivals(&self) -> Vec<Arrival> {
        let arrival = |(&(from, to, at_ms), &viewers)| Arrival {
            from,
            to,
            at_ms,
            viewers,
        };
        self.traced.iter().flatten().map(arrival).collect()
    }

    /// The report, without what viewers keep.
    pub(crate) fn report(&self) -> Report {
        Report {
            delays_us: pairs(&self.delays),
            last_us: pairs(&self.last_delays),
            arrivals: self.arrivals(),
            ..self.sums.clone()
        }
    }

    fn place(&self, number: u32) -> usize {
        usize::try_from(number.saturating_sub(self.base + 1)).unwrap_or(usize::MAX)
    }
}

fn histogram() -> Result<Histogram<u64>> {
    Histogram::new_with_bounds(1, DELAY_MAX_US, DIGITS).context("a histogram")
}

/// Delays and how many there were of each.
fn pairs(delays: &Histogram<u64>) -> Vec<(u64, u64)> {
    let recorded = delays.iter_recorded();
    recorded
        .map(|at| (at.value_iterated_to(), at.count_since_last_iteration()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_reached_when_every_reader_has_it_or_a_later_one() {
        let mut tally = Tally::new(2, 2).expect("a tally");
        tally.sent(3, 100);
        tally.sent(5, 200);
        assert_eq!((tally.last(), tally.reached()), (5, 2));
        tally.advance(2, 5, 300);
        assert_eq!(tally.reached(), 2);
        tally.advance(2, 4, 300);
        assert_eq!(tally.reached(), 4);
        tally.advance(4, 5, 300);
        assert_eq!(tally.reached(), 5);
    }

    #[test]
    fn who_arrives_is_kept_where_that_is_asked_for() {
        let mut tally = Tally::new(0, 2).expect("a tally");
        tally.arrive(0, 1, 1_000);
        assert_eq!(tally.report().arrivals, []);
        tally.trace();
        tally.arrive(0, 2, 5_100);
        tally.arrive(0, 2, 5_900);
        let both = Arrival {
            from: 0,
            to: 2,
            at_ms: 5,
            viewers: 2,
        };
        assert_eq!(tally.report().arrivals, [both]);
    }

    #[test]
    fn a_frame_that_stands_for_several_messages_has_the_delay_of_each() {
        let mut tally = Tally::new(0, 1).expect("a tally");
        tally.sent(1, 1_000);
        tally.sent(2, 1_050);
        tally.advance(0, 2, 1_100);
        assert_eq!(tally.report().delays_us, [(50, 1), (100, 1)]);
    }
}
