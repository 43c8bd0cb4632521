//! What people call a race, a place or a team: one text, or one per language.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};

/// A text, or `{"ja":"…","en":"…"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Name {
    /// The same in every language.
    Plain(String),
    /// By language tag; never empty.
    ByLanguage(BTreeMap<String, String>),
}

/// Long enough for a club with its sponsors, short enough for a board.
pub(crate) const NAME_CHARS_MAX: usize = 200;
/// A name in more languages than this is a mistake.
pub(crate) const LANGUAGES_MAX: usize = 32;

fn checked<E: de::Error>(text: &str) -> Result<String, E> {
    if text.trim().is_empty() {
        Err(E::custom("a name must not be empty"))
    } else if text.chars().count() > NAME_CHARS_MAX {
        Err(E::custom(format_args!(
            "a name has at most {NAME_CHARS_MAX} characters"
        )))
    } else if text.chars().any(char::is_control) {
        Err(E::custom("a name must not hold control characters"))
    } else {
        Ok(text.to_owned())
    }
}

fn is_language(tag: &str) -> bool {
    (2..=16).contains(&tag.len())
        && tag.starts_with(|c: char| c.is_ascii_alphabetic())
        && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;
        impl<'de> Visitor<'de> for NameVisitor {
            type Value = Name;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name: text, or an object of texts by language")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Name, E> {
                checked(text).map(Name::Plain)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Name, A::Error> {
                let mut names = BTreeMap::new();
                while let Some((language, text)) = map.next_entry::<String, String>()? {
                    if !is_language(&language) {
                        return Err(de::Error::custom("a language is a tag such as ja or en"));
                    }
                    if names.len() == LANGUAGES_MAX {
                        return Err(de::Error::custom(format_args!(
                            "at most {LANGUAGES_MAX} languages"
                        )));
                    }
                    if names.insert(language, checked(&text)?).is_some() {
                        return Err(de::Error::custom("a language is named twice"));
                    }
                }
                if names.is_empty() {
                    return Err(de::Error::custom("a name must not be empty"));
                }
                Ok(Name::ByLanguage(names))
            }
        }
        deserializer.deserialize_any(NameVisitor)
    }
}
