//! Hours, minutes and seconds as people write them: `9:05:01.23`, `62:03.4`,
//! `1時間2分3秒`, `1:02'03"`.

/// A figure and the unit that it was written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Figure {
    value: i64,
    unit: Option<usize>,
}

/// The places of a figure, the largest first.
const HOURS: usize = 0;
const MINUTES: usize = 1;
const SECONDS: usize = 2;
/// More digits than any clock or watch shows.
const DIGITS_MAX: usize = 6;

/// A time of day or a duration, not yet known which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Figures {
    parts: [Option<i64>; 3],
    fraction_ms: i64,
}

impl Figures {
    /// Reads folded, lower-case text. Two figures with nothing but a colon
    /// between them are hours and minutes on a clock, minutes and seconds on a
    /// watch: `leading` says which place the first of two has.
    fn read(text: &str, leading_of_two: usize) -> Option<Self> {
        let (figures, fraction_ms) = split(&with_units(text))?;
        let places = places(&figures, leading_of_two)?;
        let mut parts = [None; 3];
        for (figure, place) in figures.iter().zip(&places) {
            parts[*place] = Some(figure.value);
        }
        // A fraction belongs to seconds.
        let has_fraction = fraction_ms.is_some();
        if has_fraction && parts[SECONDS].is_none() {
            return None;
        }
        let figures = Self {
            parts,
            fraction_ms: fraction_ms.unwrap_or(0),
        };
        figures.is_in_range().then_some(figures)
    }

    /// Below the first figure, sixty are one of the next.
    fn is_in_range(&self) -> bool {
        let first = self.parts.iter().position(Option::is_some);
        (MINUTES..=SECONDS)
            .filter(|place| Some(*place) != first)
            .all(|place| self.parts[place].is_none_or(|value| value < 60))
    }

    fn ms(&self) -> i64 {
        let [hours, minutes, seconds] = self.parts.map(Option::unwrap_or_default);
        ((hours * 60 + minutes) * 60 + seconds) * 1_000 + self.fraction_ms
    }
}

/// A time of day in milliseconds. Hours beyond 24 are the next day's, as on
/// Japanese timetables: `25:30`.
pub(crate) fn clock_ms(text: &str) -> Option<i64> {
    /// A clock that says more is a watch.
    const HOURS_MAX: i64 = 48;
    let lower = text.to_lowercase();
    let (text, half) = half_of_day(&lower);
    let figures = Figures::read(text, HOURS)?;
    let [hours, minutes, _] = figures.parts;
    let (hours, _) = hours.zip(minutes.or(Some(0)))?;
    let hours_max = if half.is_some() { 13 } else { HOURS_MAX };
    if hours >= hours_max || (minutes.is_none() && figures.parts[SECONDS].is_some()) {
        return None;
    }
    let twelve = 12 * 3_600_000;
    Some(match half {
        Some(Half::Morning) if hours == 12 => figures.ms() - twelve,
        Some(Half::Afternoon) if hours < 12 => figures.ms() + twelve,
        _ => figures.ms(),
    })
}

/// A duration in milliseconds.
pub(crate) fn elapsed_ms(text: &str) -> Option<i64> {
    Figures::read(&text.to_lowercase(), MINUTES).map(|figures| figures.ms())
}

#[derive(Clone, Copy)]
enum Half {
    Morning,
    Afternoon,
}

fn half_of_day(text: &str) -> (&str, Option<Half>) {
    for (mark, half) in [
        ("午前", Half::Morning),
        ("午後", Half::Afternoon),
        ("am", Half::Morning),
        ("pm", Half::Afternoon),
    ] {
        if let Some(rest) = text.strip_prefix(mark).or_else(|| text.strip_suffix(mark)) {
            return (rest.trim(), Some(half));
        }
    }
    (text, None)
}

/// Writes every unit as one letter.
fn with_units(text: &str) -> String {
    const UNITS: &[(&str, &str)] = &[
        ("時間", "h"),
        ("時", "h"),
        ("°", "h"),
        ("分", "m"),
        ("min", "m"),
        ("秒", "s"),
        ("sec", "s"),
        // Two strokes before one.
        ("′′", "s"),
        ("''", "s"),
        ("’’", "s"),
        ("\"", "s"),
        ("″", "s"),
        ("”", "s"),
        ("′", "m"),
        ("'", "m"),
        ("’", "m"),
    ];
    let mut written: String = text.split_whitespace().collect();
    for (unit, letter) in UNITS {
        if written.contains(unit) {
            written = written.replace(unit, letter);
        }
    }
    written
}

/// The figures of a text in their order, and a fraction at its end.
fn split(text: &str) -> Option<(Vec<Figure>, Option<i64>)> {
    let mut figures = Vec::with_capacity(3);
    let mut rest = text;
    while !rest.is_empty() {
        let (digits, after) = digits(rest)?;
        let mut figure = Figure {
            value: digits.parse().ok()?,
            unit: None,
        };
        let mut after = after;
        let mark = after.chars().next();
        match mark {
            None => {}
            Some(':') => after = after.get(1..).filter(|rest| !rest.is_empty())?,
            Some('h') => (figure.unit, after) = (Some(HOURS), &after[1..]),
            Some('m') => (figure.unit, after) = (Some(MINUTES), &after[1..]),
            Some('s') => (figure.unit, after) = (Some(SECONDS), &after[1..]),
            Some('.' | ',') => {
                figures.push(figure);
                return fraction(&after[1..]).map(|ms| (figures, Some(ms)));
            }
            Some(_) => return None,
        }
        figures.push(figure);
        // `3"45`: what follows the seconds is their fraction.
        if figure.unit == Some(SECONDS) && !after.is_empty() {
            return fraction(after.trim_start_matches(['.', ','])).map(|ms| (figures, Some(ms)));
        }
        rest = after;
    }
    (1..=3).contains(&figures.len()).then_some((figures, None))
}

fn digits(text: &str) -> Option<(&str, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    (1..=DIGITS_MAX).contains(&end).then(|| text.split_at(end))
}

/// Digits after the point as milliseconds; finer ones are cut off.
fn fraction(text: &str) -> Option<i64> {
    let text = text.strip_suffix('s').unwrap_or(text);
    let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let padded = format!("{text:0<3}");
    is_number.then(|| padded[..3].parse().ok()).flatten()
}

/// Which place each figure has: as its unit says, or one below the figure
/// before it.
fn places(figures: &[Figure], leading_of_two: usize) -> Option<Vec<usize>> {
    let named = figures.iter().position(|figure| figure.unit.is_some());
    let first = match named {
        // A bare number is not a time.
        None if figures.len() == 1 => return None,
        None if figures.len() == 2 => leading_of_two,
        None => HOURS,
        Some(at) => figures[at].unit?.checked_sub(at)?,
    };
    let mut places: Vec<usize> = Vec::with_capacity(figures.len());
    for figure in figures {
        let next = places.last().map_or(first, |last| last + 1);
        let place = figure.unit.unwrap_or(next);
        if place < next || place > SECONDS {
            return None;
        }
        places.push(place);
    }
    Some(places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_read_as_people_write_them() {
        for (text, ms) in [
            ("9:05:01", 32_701_000),
            ("09:05:01.23", 32_701_230),
            ("09:05:01,5", 32_701_500),
            ("9:05", 32_700_000),
            ("9時5分1秒", 32_701_000),
            ("9時5分", 32_700_000),
            ("9時", 32_400_000),
            ("25:30:00", 91_800_000),
            ("9:05:01 pm", 75_901_000),
            ("12:00:05 AM", 5_000),
            ("午後1時2分3秒", 46_923_000),
        ] {
            assert_eq!(clock_ms(text), Some(ms), "{text}");
        }
        for text in [
            "",
            "9",
            "9:",
            ":5",
            "9:60",
            "9:5:61",
            "48:00",
            "9:05:01:02",
            "0.378",
            "abc",
            "9:05:01x",
            "13:00 pm",
            "5分1秒",
            "-9:05",
            "9.5",
        ] {
            assert_eq!(clock_ms(text), None, "{text}");
        }
    }

    #[test]
    fn durations_are_read_as_people_write_them() {
        for (text, ms) in [
            ("1:02:03", 3_723_000),
            ("62:03.4", 3_723_400),
            ("1時間2分3秒", 3_723_000),
            ("1時間2分", 3_720_000),
            ("62分3秒4", 3_723_400),
            ("1:02'03\"", 3_723_000),
            ("1:02'03\"45", 3_723_450),
            ("2h15'03''", 8_103_000),
            ("15′03″", 903_000),
            ("100:00:00", 360_000_000),
            ("3723秒", 3_723_000),
            ("0:00:59.9999", 59_999),
        ] {
            assert_eq!(elapsed_ms(text), Some(ms), "{text}");
        }
        for text in [
            "",
            "62",
            "1:60:00",
            "1:02:60",
            "0.043",
            "-1:00:00",
            "1m2h",
            "1234567:00",
        ] {
            assert_eq!(elapsed_ms(text), None, "{text}");
        }
    }
}
