//! A competitor's or team's name as a row gives it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::value::{Error, StrDeserializer};
use tasuki_race::Name;

use crate::row::Trouble;

/// The texts of a name in a row; empty where a cell is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Named {
    /// In no particular language.
    pub(crate) plain: String,
    pub(crate) ja: String,
    pub(crate) en: String,
}

impl Named {
    pub(crate) fn plain(text: &str) -> Self {
        Self {
            plain: tidy(text),
            ..Self::default()
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.plain.is_empty() && self.ja.is_empty() && self.en.is_empty()
    }

    /// The name, seen beside the one that is there now: a text that this one
    /// has in some language changes nothing, and languages that the row does
    /// not mention stay.
    pub(crate) fn over(&self, now: Option<&Name>) -> Result<Name, Trouble> {
        let (mut ja, mut en) = (self.ja.as_str(), self.en.as_str());
        if ja.is_empty() && en.is_empty() {
            return match now {
                Some(now) if crate::catalogue::texts(now).contains(&self.plain.as_str()) => {
                    Ok(now.clone())
                }
                _ => checked(&self.plain).map(Name::Plain),
            };
        }
        // `氏名` beside `name_en` is the Japanese one.
        if ja.is_empty() {
            ja = &self.plain;
        } else if en.is_empty() {
            en = &self.plain;
        }
        let mut texts = match now {
            Some(Name::ByLanguage(texts)) => texts.clone(),
            _ => BTreeMap::new(),
        };
        for (language, text) in [("ja", ja), ("en", en)] {
            if !text.is_empty() {
                texts.insert(language.to_owned(), checked(text)?);
            }
        }
        Ok(Name::ByLanguage(texts))
    }
}

/// A name on one line: a cell may hold a line break.
pub(crate) fn tidy(text: &str) -> String {
    let text = text.trim();
    if text.chars().any(char::is_control) {
        let words = text.split(char::is_control).map(str::trim);
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        return words.join(" ");
    }
    text.to_owned()
}

/// What the wire contract allows as a name.
fn checked(text: &str) -> Result<String, Trouble> {
    match Name::deserialize(StrDeserializer::<Error>::new(text)) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(Trouble::new("invalid_name", format!("name: {error}"))),
    }
}

/// A person's name from its parts, in the order of its script: Japanese,
/// Chinese and Korean names begin with the family.
pub(crate) fn person(family: &str, given: &str) -> String {
    let (family, given) = (family.trim(), given.trim());
    let (first, second) = if is_east_asian(family) || (family.is_empty() && is_east_asian(given)) {
        (family, given)
    } else {
        (given, family)
    };
    tidy(&format!("{first} {second}"))
}

/// The family's and the given name of a person, by the same rule. A name of
/// one word is the family's.
pub(crate) fn parts(name: &str) -> (&str, &str) {
    let name = name.trim();
    if is_east_asian(name) {
        return match name.split_once(char::is_whitespace) {
            Some((family, given)) => (family.trim(), given.trim()),
            None => (name, ""),
        };
    }
    match name.rsplit_once(char::is_whitespace) {
        Some((given, family)) => (family.trim(), given.trim()),
        None => (name, ""),
    }
}

fn is_east_asian(text: &str) -> bool {
    text.chars().any(|c| {
        matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'
            | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' | '々')
    })
}

/// A person's name with the club beside it, as start lists print it.
pub(crate) fn with_club(name: &str, club: &str) -> String {
    let club = club.trim();
    if club.is_empty() || name.is_empty() {
        return format!("{name}{club}");
    }
    format!("{name} ({club})")
}

/// The same taken apart.
pub(crate) fn without_club(name: &str) -> (&str, Option<&str>) {
    let split = name
        .strip_suffix(')')
        .and_then(|name| name.rsplit_once(" ("));
    match split {
        Some((name, club)) if !name.trim().is_empty() && !club.trim().is_empty() => {
            (name.trim(), Some(club.trim()))
        }
        _ => (name, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_known_in_some_language_is_no_change() {
        let now: Name = serde_json::from_str(r#"{"ja":"甲大","en":"Alpha"}"#).expect("a name");
        assert_eq!(Named::plain("甲大").over(Some(&now)), Ok(now.clone()));
        let new = Named::plain("乙大").over(Some(&now));
        assert_eq!(new, Ok(Name::Plain("乙大".to_owned())));
        let english = Named {
            en: "A".to_owned(),
            ..Named::default()
        };
        let merged = english.over(Some(&now)).expect("a name");
        assert_eq!(crate::catalogue::in_language(&merged, "ja"), "甲大");
        assert_eq!(crate::catalogue::in_language(&merged, "en"), "A");
        assert!(Named::plain(&"x".repeat(201)).over(None).is_err());
    }

    #[test]
    fn persons_are_put_together_and_taken_apart() {
        for (family, given, name) in [
            ("山田", "太郎", "山田 太郎"),
            ("Runner", "Ann B.", "Ann B. Runner"),
            ("Pelé", "", "Pelé"),
        ] {
            assert_eq!(person(family, given), name);
            assert_eq!(parts(name), (family, given));
        }
        assert_eq!(
            without_club(&with_club("Ann", "Harriers")),
            ("Ann", Some("Harriers"))
        );
        assert_eq!(without_club("Ann"), ("Ann", None));
    }
}
