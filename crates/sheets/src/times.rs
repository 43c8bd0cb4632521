//! From a cell to an instant: RFC 3339, a clock in the race's time zone, or a
//! time from the gun.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ToSpan};
use tasuki_race::Instant;

use crate::fault::shown;
use crate::figures::{clock_ms, elapsed_ms};
use crate::fold::folded;
use crate::row::Trouble;

/// A clock may say so much less than the gun's time and still mean the same
/// day: watches are wrong by minutes. What is earlier was after midnight.
const EARLY_MAX_MS: i64 = 3_600_000;
const DAY_MS: i64 = 86_400_000;

/// What a column of times holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Times {
    /// Times of day.
    Clock,
    /// Times from the race's zero.
    Gun,
}

impl Times {
    /// The kind of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "clock" => Some(Self::Clock),
            "gun" => Some(Self::Gun),
            _ => None,
        }
    }
}

/// A date as an option or a cell gives it: `2026-01-02` or `2026/1/2`.
#[must_use]
pub fn date(text: &str) -> Option<Date> {
    let text = folded(text);
    let parts: Vec<&str> = text
        .split(['-', '/', '年', '月', '日'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    let [year, month, day] = parts.as_slice() else {
        return None;
    };
    if year.len() != 4 {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// What turns a cell into an instant.
#[derive(Debug)]
pub(crate) struct Reader {
    pub(crate) zero: Option<Instant>,
    pub(crate) zone: TimeZone,
    /// The day that clocks tell, where it is not the gun's.
    pub(crate) date: Option<Date>,
}

/// An instant and what is to be said about it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Read {
    pub(crate) time: Instant,
    pub(crate) warning: Option<(&'static str, String)>,
}

impl Read {
    fn plain(time: Instant) -> Self {
        Self {
            time,
            warning: None,
        }
    }
}

impl Reader {
    /// Reads a cell; `day` is what a column of dates says.
    pub(crate) fn read(
        &self,
        cell: &str,
        times: Times,
        day: Option<Date>,
    ) -> Result<Read, Trouble> {
        let text = folded(cell);
        if let Ok(time) = text.parse::<Instant>() {
            return Ok(Read::plain(time));
        }
        match times {
            Times::Gun => self.since_gun(&text),
            Times::Clock => self.on_clock(&text, day),
        }
    }

    fn since_gun(&self, text: &str) -> Result<Read, Trouble> {
        let Some(ms) = elapsed_ms(text) else {
            return Err(invalid(
                text,
                "a time from the gun, such as 1:02:03, 62:03.4 or 1時間2分3秒",
            ));
        };
        let Some(zero) = self.zero else {
            return Err(Trouble::new(
                "no_gun",
                "time: the race has no start yet to count from; record the gun first, or give \
                 times of day",
            ));
        };
        Ok(Read::plain(Instant::from_ms(zero.ms().saturating_add(ms))))
    }

    fn on_clock(&self, text: &str, day: Option<Date>) -> Result<Read, Trouble> {
        let wanted = "a time of day, such as 9:05:01, 9時5分1秒 or 2026-01-02T09:05:01+09:00";
        // `2026/1/2 9:05:01`
        let dated = text
            .split_once([' ', 't', 'T'])
            .and_then(|(day, clock)| Some((date(day)?, clock)));
        let (day, clock) = match dated {
            Some((day, clock)) => (Some(day), clock),
            None => (day.or(self.date), text),
        };
        let ms = clock_ms(clock).ok_or_else(|| invalid(text, wanted))?;
        if let Some(day) = day {
            return self.at(day, ms, text);
        }
        let Some(zero) = self.zero else {
            return Err(Trouble::new(
                "no_date",
                "time: of which day? The race has no start yet; record the gun first, or say \
                 `date=YYYY-MM-DD`",
            ));
        };
        let stamp = Timestamp::from_millisecond(zero.ms()).unwrap_or_default();
        let day = self.zone.to_datetime(stamp).date();
        let read = self.at(day, ms, text);
        let is_of_next_day = match &read {
            Ok(read) => read.time.ms() < zero.ms() - EARLY_MAX_MS,
            // The hour that a change of clocks leaves out may be there the day after.
            Err(_) => false,
        };
        if is_of_next_day {
            return self.at(day, ms + DAY_MS, text);
        }
        read
    }

    fn at(&self, day: Date, ms: i64, text: &str) -> Result<Read, Trouble> {
        let local = local(day, ms).ok_or_else(|| invalid(text, "a time of this age"))?;
        let ambiguous = self.zone.to_ambiguous_timestamp(local);
        let warning = match ambiguous.offset() {
            AmbiguousOffset::Unambiguous { .. } => None,
            AmbiguousOffset::Gap { .. } => {
                return Err(Trouble::new(
                    "no_such_time",
                    format!("time: clocks were put forward over {local}, it was never that late"),
                ));
            }
            AmbiguousOffset::Fold { .. } => Some((
                "ambiguous_time",
                format!("clocks were put back over {local}; the first of the two was taken"),
            )),
        };
        let stamp = ambiguous
            .compatible()
            .map_err(|_| invalid(text, "a time of this age"))?;
        Ok(Read {
            time: Instant::from_ms(stamp.as_millisecond()),
            warning,
        })
    }
}

/// A day's midnight and so many milliseconds on its clock.
fn local(day: Date, ms: i64) -> Option<DateTime> {
    let (days, ms) = (ms.div_euclid(DAY_MS), ms.rem_euclid(DAY_MS));
    let day = day.checked_add(days.days()).ok()?;
    let whole = i32::try_from(ms / 1_000).ok()?;
    let nanoseconds = i32::try_from(ms % 1_000).ok()? * 1_000_000;
    let field = |value: i32| i8::try_from(value).ok();
    let time = Time::new(
        field(whole / 3_600)?,
        field(whole / 60 % 60)?,
        field(whole % 60)?,
        nanoseconds,
    );
    Some(day.to_datetime(time.ok()?))
}

fn invalid(text: &str, wanted: &str) -> Trouble {
    // What a spreadsheet keeps for a time: a fraction of a day.
    let is_fraction = text.parse::<f64>().is_ok();
    let hint = if is_fraction {
        "; give the column the format h:mm:ss in the spreadsheet before saving"
    } else {
        ""
    };
    Trouble::new(
        "invalid_time",
        format!("time: `{}` is not {wanted}{hint}", shown(text)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(zone: &str, zero: &str) -> Reader {
        Reader {
            zero: zero.parse().ok(),
            zone: TimeZone::get(zone).expect("a zone"),
            date: None,
        }
    }

    fn read(reader: &Reader, cell: &str, times: Times) -> String {
        match reader.read(cell, times, None) {
            Ok(read) => read.time.to_string(),
            Err(trouble) => trouble.code.to_owned(),
        }
    }

    #[test]
    fn a_clock_tells_the_day_of_the_gun_in_the_races_zone() {
        let tokyo = reader("Asia/Tokyo", "2026-01-02T08:00:00+09:00");
        let at = |cell: &str| read(&tokyo, cell, Times::Clock);
        assert_eq!(at("9:05:01"), "2026-01-02T00:05:01.000Z");
        assert_eq!(at("９：０５：０１．２"), "2026-01-02T00:05:01.200Z");
        assert_eq!(at("9時5分"), "2026-01-02T00:05:00.000Z");
        assert_eq!(at("7:59:58"), "2026-01-01T22:59:58.000Z");
        assert_eq!(at("2026-01-03 08:10:00"), "2026-01-02T23:10:00.000Z");
        assert_eq!(at("2026/1/3 8:10"), "2026-01-02T23:10:00.000Z");
        assert_eq!(at("2026-01-02T09:00:00+09:00"), "2026-01-02T00:00:00.000Z");
        assert_eq!(at("0.378"), "invalid_time");
    }

    #[test]
    fn a_race_goes_on_over_midnight() {
        let night = reader("Asia/Tokyo", "2026-01-02T20:00:00+09:00");
        let at = |cell: &str| read(&night, cell, Times::Clock);
        assert_eq!(at("23:59:59"), "2026-01-02T14:59:59.000Z");
        assert_eq!(at("0:30:00"), "2026-01-02T15:30:00.000Z");
        assert_eq!(at("09:00"), "2026-01-03T00:00:00.000Z");
        assert_eq!(at("24:30:00"), "2026-01-02T15:30:00.000Z");
    }

    #[test]
    fn without_a_gun_a_date_is_needed() {
        let mut before = reader("Asia/Tokyo", "");
        assert_eq!(read(&before, "9:05", Times::Clock), "no_date");
        assert_eq!(read(&before, "1:02:03", Times::Gun), "no_gun");
        before.date = date("2026-01-03");
        assert_eq!(
            read(&before, "9:05", Times::Clock),
            "2026-01-03T00:05:00.000Z"
        );
    }

    #[test]
    fn a_time_from_the_gun_is_added_to_the_zero() {
        let tokyo = reader("Asia/Tokyo", "2026-01-02T08:00:00.500+09:00");
        assert_eq!(
            read(&tokyo, "62:03.4", Times::Gun),
            "2026-01-02T00:02:03.900Z"
        );
        assert_eq!(
            read(&tokyo, "1時間2分3秒", Times::Gun),
            "2026-01-02T00:02:03.500Z"
        );
    }

    #[test]
    fn clocks_that_are_put_forward_leave_an_hour_out() {
        let berlin = reader("Europe/Berlin", "2026-03-29T00:30:00+01:00");
        assert_eq!(read(&berlin, "02:30:00", Times::Clock), "no_such_time");
        assert_eq!(
            read(&berlin, "03:30:00", Times::Clock),
            "2026-03-29T01:30:00.000Z"
        );
        let autumn = reader("Europe/Berlin", "2026-10-25T00:30:00+02:00");
        let read = autumn.read("02:30", Times::Clock, None).expect("a time");
        assert_eq!(read.time.to_string(), "2026-10-25T00:30:00.000Z");
        assert_eq!(read.warning.expect("a warning").0, "ambiguous_time");
    }
}
