//! How a file of results is written.

use crate::decode::{Delimiter, Encoding};

/// The language of headers and names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// Japanese.
    Ja,
    /// English.
    #[default]
    En,
}

impl Language {
    /// The language of that tag.
    #[must_use]
    pub fn named(tag: &str) -> Option<Self> {
        match tag {
            "ja" => Some(Self::Ja),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }

    pub(crate) fn say(self, ja: &'static str, en: &'static str) -> &'static str {
        match self {
            Self::Ja => ja,
            Self::En => en,
        }
    }
}

/// How the file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Style {
    /// Of headers and names.
    pub language: Language,
    /// UTF-8 gets a byte order mark: without it Excel reads something else.
    pub encoding: Encoding,
    /// Between cells.
    pub delimiter: Delimiter,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            language: Language::En,
            encoding: Encoding::Utf8,
            delimiter: Delimiter::Comma,
        }
    }
}
