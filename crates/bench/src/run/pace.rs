//! When the next message is sent.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::Run;

/// What sets the time.
#[derive(Clone, Copy, Debug)]
pub enum Pace {
    /// So many requests a second, whatever becomes of them.
    Clock {
        /// A second.
        rate: u32,
        /// For so long.
        seconds: u32,
    },
    /// The next when everybody has the one so many before it.
    Arrivals {
        /// So many.
        outstanding: u32,
        /// For so long.
        seconds: u32,
        /// There are no more than that.
        messages_max: u32,
    },
}

impl Run {
    /// Sends messages.
    pub(super) fn keep_pace(&mut self, pace: Pace, begun: Instant) -> Result<()> {
        match pace {
            Pace::Clock { rate, seconds } => self.by_the_clock(rate, seconds, begun),
            Pace::Arrivals {
                outstanding,
                seconds,
                messages_max,
            } => {
                let until = begun + Duration::from_secs(seconds.into());
                self.by_what_arrives(outstanding, messages_max, until)
            }
        }
    }

    fn by_the_clock(&mut self, rate: u32, seconds: u32, begun: Instant) -> Result<()> {
        for at in 0..rate * seconds {
            let due = begun + Duration::from_secs(1) * at / rate;
            sleep(due.saturating_duration_since(Instant::now()));
            self.publish()?;
        }
        Ok(())
    }

    fn by_what_arrives(&mut self, outstanding: u32, max: u32, until: Instant) -> Result<()> {
        let end = self.subject.watched().base + max;
        while self.crowds.last < end {
            let awaited = (self.crowds.last + 1).saturating_sub(outstanding);
            if !self.crowds.wait(awaited, until)? || Instant::now() >= until {
                return Ok(());
            }
            self.publish()?;
        }
        Ok(())
    }
}
