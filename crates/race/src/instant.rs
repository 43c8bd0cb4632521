//! A moment on the wall clock, to the millisecond.

use std::fmt;
use std::num::NonZeroI64;
use std::str::FromStr;

use jiff::Timestamp;
use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

/// A moment in milliseconds since 1970-01-01T00:00:00Z.
///
/// Written as RFC 3339 in UTC with exactly three digits after the second;
/// read with any offset. Digits finer than a millisecond are cut off.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(
    // Counted from before everything that can be written, so that it is never
    // zero and an absent instant takes no room of its own.
    NonZeroI64,
);

impl Instant {
    /// 0000-01-01T00:00:00Z: RFC 3339 writes no year before it.
    const MIN_MS: i64 = -62_167_219_200_000;
    /// 9999-12-30T22:00:00Z, the last that can be written whatever the zone.
    const MAX_MS: i64 = 253_402_207_200_000;

    const ORIGIN_MS: i64 = Self::MIN_MS - 1;

    /// The moment `ms` milliseconds after the epoch, held within what RFC 3339
    /// can write.
    #[must_use]
    pub fn from_ms(ms: i64) -> Self {
        let since = ms.clamp(Self::MIN_MS, Self::MAX_MS) - Self::ORIGIN_MS;
        // At least 1: the origin lies before the least that is let through.
        Self(NonZeroI64::new(since).unwrap_or(NonZeroI64::MIN))
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub fn ms(self) -> i64 {
        self.0.get() + Self::ORIGIN_MS
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Instant").field(&self.ms()).finish()
    }
}

/// Why a text is not an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not an RFC 3339 instant: write it like 2026-01-02T08:00:00.000Z or 2026-01-02T17:00:00+09:00"
)]
pub struct NotAnInstant;

impl FromStr for Instant {
    type Err = NotAnInstant;

    fn from_str(text: &str) -> Result<Self, NotAnInstant> {
        let (seconds, offset) = split_rfc3339(text)?;
        // The library reads at most nine digits; the contract cuts after three.
        let (whole, fraction) = seconds.split_at(19);
        let kept = &fraction[..fraction.len().min(4)];
        let stamp: Timestamp = format!("{whole}{kept}{offset}")
            .parse()
            .map_err(|_| NotAnInstant)?;
        let ms = stamp.as_millisecond();
        if (Self::MIN_MS..=Self::MAX_MS).contains(&ms) {
            Ok(Self::from_ms(ms))
        } else {
            Err(NotAnInstant)
        }
    }
}

/// Splits `2026-01-02T08:00:00.123+09:00` before its offset, and refuses the
/// looser spellings that the library would accept (no separators, a space for
/// the `T`, a zone in brackets).
fn split_rfc3339(text: &str) -> Result<(&str, &str), NotAnInstant> {
    const SHAPE: &[u8; 19] = b"dddd-dd-ddTdd:dd:dd";
    let bytes = text.as_bytes();
    if bytes.len() < 20 || !text.is_ascii() {
        return Err(NotAnInstant);
    }
    let fits = |byte: u8, shape: u8| match shape {
        b'd' => byte.is_ascii_digit(),
        b'T' => byte.eq_ignore_ascii_case(&b'T'),
        exact => byte == exact,
    };
    if !bytes.iter().zip(SHAPE).all(|(&b, &s)| fits(b, s)) {
        return Err(NotAnInstant);
    }
    let mut end = 19;
    if bytes[19] == b'.' {
        let digits = bytes[20..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count();
        if digits == 0 {
            return Err(NotAnInstant);
        }
        end = 20 + digits;
    }
    let (seconds, offset) = text.split_at(end);
    let numeric = |o: &[u8]| {
        o.len() == 6
            && matches!(o[0], b'+' | b'-')
            && o[3] == b':'
            && [1, 2, 4, 5].iter().all(|&i| o[i].is_ascii_digit())
    };
    if offset.eq_ignore_ascii_case("z") || numeric(offset.as_bytes()) {
        Ok((seconds, offset))
    } else {
        Err(NotAnInstant)
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stamp = Timestamp::from_millisecond(self.ms()).map_err(|_| fmt::Error)?;
        write!(f, "{stamp:.3}")
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Instant;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an RFC 3339 instant")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Instant, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        text.parse::<Instant>().ok().map(|i| i.to_string())
    }

    #[test]
    fn any_offset_is_read_and_utc_is_written() {
        assert_eq!(
            read("2026-01-02T17:00:00+09:00").as_deref(),
            Some("2026-01-02T08:00:00.000Z")
        );
        assert_eq!(
            read("2026-01-02t08:00:00.5z").as_deref(),
            Some("2026-01-02T08:00:00.500Z")
        );
    }

    #[test]
    fn digits_finer_than_a_millisecond_are_cut_off() {
        assert_eq!(
            read("2026-01-02T08:00:00.123999999999Z").as_deref(),
            Some("2026-01-02T08:00:00.123Z")
        );
    }

    #[test]
    fn what_is_read_can_be_written() {
        assert_eq!(read("9999-12-30T22:00:00.500Z"), None);
        for ms in [i64::MIN, i64::MAX, 0, -1] {
            let written = Instant::from_ms(ms).to_string();
            assert_eq!(read(&written), Some(written));
        }
    }

    #[test]
    fn looser_spellings_are_refused() {
        for text in [
            "",
            "now",
            "2026-01-02",
            "2026-01-02 08:00:00Z",
            "2026-01-02T08:00:00",
            "20260102T080000Z",
            "2026-01-02T08:00:00.Z",
            "2026-13-02T08:00:00Z",
            "2026-01-02T08:00:00Z[UTC]",
            "2026-01-02T08:00:00+0900",
            "2026-01-02T25:00:00Z",
            "2026-01-02T08:00:00.0é",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
