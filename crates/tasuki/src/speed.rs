//! How fast a race is played.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// Slower than this, a race of a day would take months.
const TIMES_MIN: f64 = 0.01;
/// Faster than this, an hour passes in less than a millisecond: `max` is meant.
const TIMES_MAX: f64 = 1_000_000.0;

/// How fast a race is played, compared with life.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Speed {
    /// So many times faster.
    Times(f64),
    /// As fast as it can be sent.
    Max,
}

impl Speed {
    /// How long `span` of the race takes.
    pub(crate) fn lasts(self, span: Duration) -> Duration {
        match self {
            Self::Times(times) => span.div_f64(times),
            Self::Max => Duration::ZERO,
        }
    }
}

impl FromStr for Speed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "max" {
            return Ok(Self::Max);
        }
        match text.parse() {
            Ok(times) if (TIMES_MIN..=TIMES_MAX).contains(&times) => Ok(Self::Times(times)),
            _ => Err(format!(
                "write a number from {TIMES_MIN} to {TIMES_MAX}, or max"
            )),
        }
    }
}

impl fmt::Display for Speed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Times(times) => times.fmt(f),
            Self::Max => f.write_str("max"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_lasts_a_minute_at_speed_60() {
        let speed: Speed = "60".parse().expect("a speed");
        assert_eq!(
            speed.lasts(Duration::from_secs(3600)),
            Duration::from_secs(60)
        );
        let max: Speed = "max".parse().expect("a speed");
        assert_eq!(max.lasts(Duration::from_secs(3600)), Duration::ZERO);
    }

    #[test]
    fn a_speed_that_would_never_end_is_refused() {
        for text in ["0", "-1", "NaN", "inf", "", "fast", "1e9"] {
            assert!(text.parse::<Speed>().is_err(), "{text}");
        }
    }
}
