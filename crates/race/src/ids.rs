//! The names by which races, checkpoints, runners and facts are known.
//!
//! Each is checked once, when it is read, so that everything further in can
//! rely on its form. All are cheap to clone: they are shared, not copied.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::de::{self, Deserialize, Deserializer};
use serde::{Serialize, Serializer};
use uuid::Uuid;

/// Longest id of a race: it stands in addresses.
pub(crate) const RACE_ID_CHARS_MAX: usize = 64;
/// Longest id of a checkpoint, a leg, a category or a section.
pub(crate) const SLUG_CHARS_MAX: usize = 32;
/// Longest bib: more is not read from a chest.
pub(crate) const BIB_CHARS_MAX: usize = 16;

/// Why a text is not an id of the wanted kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {wanted}")]
pub struct NotAnId {
    text: String,
    wanted: &'static str,
}

fn is_slug(text: &str, max_len: usize) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    (1..=max_len).contains(&text.len())
        && text
            .bytes()
            .enumerate()
            .all(|(i, b)| plain(b) || (i > 0 && b == b'-'))
}

/// A bib is read aloud, typed and put into addresses: no spaces, no slashes,
/// nothing that cannot be seen.
fn is_bib(text: &str) -> bool {
    let mut length = 0;
    for c in text.chars() {
        length += 1;
        let visible = !c.is_control() && !c.is_whitespace() && !is_invisible(c);
        if length > BIB_CHARS_MAX || !visible || c == '/' || c == '\\' {
            return false;
        }
    }
    length > 0
}

/// Characters that print as nothing: two bibs that differ only in these would
/// look the same to everyone.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{ffff}' | '\u{e0000}'..='\u{e0fff}'
        | '\u{e000}'..='\u{f8ff}')
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $wanted:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let check: fn(&str) -> bool = $check;
                if check(text) {
                    Ok(Self(text.into()))
                } else {
                    // A hostile id may be megabytes long; the answer must not be.
                    let text = text.chars().take(40).collect();
                    Err(NotAnId { text, wanted: $wanted })
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&*self.0, f)
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = crate::strict::text(deserializer, $wanted)?;
                text.parse().map_err(de::Error::custom)
            }
        }
    };
}

text_id!(
    /// The id of a race: it stands in addresses.
    RaceId,
    "a race id: 1-64 of a-z, 0-9 and -, not beginning with -",
    |text| is_slug(text, RACE_ID_CHARS_MAX)
);

text_id!(
    /// The id of a checkpoint, a leg, a category or a section.
    Slug,
    "an id: 1-32 of a-z, 0-9 and -, not beginning with -",
    |text| is_slug(text, SLUG_CHARS_MAX)
);

text_id!(
    /// What a runner or team wears. Compared exactly: `07` is not `7`.
    Bib,
    "a bib: 1-16 printable characters without spaces or slashes",
    is_bib
);

/// The id of a fact, made by whoever observed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct EventId(pub Uuid);

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for EventId {
    type Err = NotAnId;

    /// Reads the hyphenated form only: braces, URNs and bare hex would give
    /// one fact several spellings.
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let hyphenated = text.len() == 36;
        match Uuid::try_parse(text) {
            Ok(uuid) if hyphenated => Ok(Self(uuid)),
            _ => Err(NotAnId {
                text: text.chars().take(40).collect(),
                wanted: "a UUID like 0198c0de-0000-7000-8000-000000000001",
            }),
        }
    }
}

impl<'de> Deserialize<'de> for EventId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = crate::strict::text(deserializer, "a UUID")?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bib_is_short_visible_and_free_of_slashes() {
        for good in ["7", "07", "F1", "女3", "A-12_b.c", "0123456789abcdef"] {
            assert!(good.parse::<Bib>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "a b",
            "1/2",
            "1\\2",
            "0123456789abcdefg",
            "1\u{200b}",
            "a\tb",
            "\u{3000}",
        ] {
            assert!(bad.parse::<Bib>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_slug_is_lower_case_and_bounded() {
        assert!("demo-ekiden-2026".parse::<RaceId>().is_ok());
        for bad in ["", "-a", "Demo", "a_b", "ü", &"a".repeat(65)] {
            assert!(bad.parse::<RaceId>().is_err(), "{bad:?}");
        }
        assert!("a".repeat(33).parse::<Slug>().is_err());
    }

    #[test]
    fn an_event_id_has_one_spelling() {
        let id: EventId = "0198C0DE-0000-7000-8000-00000000000A"
            .parse()
            .expect("a UUID");
        assert_eq!(id.to_string(), "0198c0de-0000-7000-8000-00000000000a");
        assert!(
            "0198c0de00007000800000000000000a"
                .parse::<EventId>()
                .is_err()
        );
    }
}
