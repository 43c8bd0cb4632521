//! A moment as it is given, and others as people on the same clock read them.

use std::str::FromStr;

use tasuki_race::{Instant, NotAnInstant};

/// A moment, and how the clock that it was read from goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub(crate) instant: Instant,
    pub(crate) zone: Zone,
}

/// So much a clock is ahead of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Zone {
    ahead_minutes: i64,
}

impl FromStr for Moment {
    type Err = NotAnInstant;

    fn from_str(text: &str) -> Result<Self, NotAnInstant> {
        let instant = text.parse()?;
        // What was read is ASCII, and ends with `Z` or `+hh:mm`.
        let ahead_minutes = match text.as_bytes() {
            [.., sign @ (b'+' | b'-'), h, hh, b':', m, mm] => {
                let digit = |byte: &u8| i64::from(byte - b'0');
                let minutes = (digit(h) * 10 + digit(hh)) * 60 + digit(m) * 10 + digit(mm);
                if *sign == b'-' { -minutes } else { minutes }
            }
            _ => 0,
        };
        let zone = Zone { ahead_minutes };
        Ok(Self { instant, zone })
    }
}

impl Zone {
    /// `2026-01-02`
    pub(crate) fn date(self, moment: Instant) -> String {
        self.on_its_clock(moment)[..10].to_owned()
    }

    /// `08:00:00`
    pub(crate) fn time(self, moment: Instant) -> String {
        self.on_its_clock(moment)[11..19].to_owned()
    }

    /// `+09:00`, or `UTC`
    pub(crate) fn name(self) -> String {
        let minutes = self.ahead_minutes.abs();
        let sign = if self.ahead_minutes < 0 { '-' } else { '+' };
        match minutes {
            0 => "UTC".to_owned(),
            _ => format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60),
        }
    }

    fn on_its_clock(self, moment: Instant) -> String {
        let ahead_ms = self.ahead_minutes * 60_000;
        Instant::from_ms(moment.ms() + ahead_ms).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_as_on_the_clock_that_it_was_read_from() {
        for (text, date, time, name) in [
            (
                "2026-01-02T08:00:00+09:00",
                "2026-01-02",
                "08:00:00",
                "+09:00",
            ),
            (
                "2026-01-01T23:30:00.5-03:30",
                "2026-01-01",
                "23:30:00",
                "-03:30",
            ),
            ("2026-01-02T08:00:00Z", "2026-01-02", "08:00:00", "UTC"),
        ] {
            let moment: Moment = text.parse().expect("a moment");
            let zone = moment.zone;
            let written = (
                zone.date(moment.instant),
                zone.time(moment.instant),
                zone.name(),
            );
            assert_eq!(written, (date.to_owned(), time.to_owned(), name.to_owned()));
        }
    }
}
