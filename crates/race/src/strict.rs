//! Strict reading of JSON: what is not understood is refused by name, so that
//! a typing error never becomes a silent loss.

use std::fmt;

use serde::de::{self, Deserialize, DeserializeOwned, Deserializer, Visitor};

use crate::objects::Objects;

/// Why a JSON value could not be understood, in words for whoever wrote it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Malformed {
    /// A stable slug to program against, such as `unknown_field`.
    pub code: &'static str,
    /// What is wrong, where, and what to write instead.
    pub detail: String,
}

impl Malformed {
    pub(crate) fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
        }
    }
}

/// Reads `json` as a `T`, naming the place of the first thing that is wrong.
///
/// # Errors
/// `unknown_field`, `missing_field` or `invalid_value`.
pub fn read_json<T: DeserializeOwned>(json: &str) -> Result<T, Malformed> {
    let mut reader = serde_json::Deserializer::from_str(json);
    let value = serde_path_to_error::deserialize(Objects(&mut reader)).map_err(|e| explain(&e))?;
    reader
        .end()
        .map_err(|e| Malformed::new("invalid_value", e.to_string()))?;
    Ok(value)
}

fn explain(error: &serde_path_to_error::Error<serde_json::Error>) -> Malformed {
    let full = error.inner().to_string();
    // The position inside one fact tells the sender nothing: the path does.
    let text = full
        .rsplit_once(" at line ")
        .map_or(full.as_str(), |(text, _)| text);
    let code = if text.starts_with("unknown field") {
        "unknown_field"
    } else if text.starts_with("missing field") {
        "missing_field"
    } else {
        "invalid_value"
    };
    let path = error.path().to_string();
    let detail = if path == "." {
        text.to_owned()
    } else {
        format!("{path}: {text}")
    };
    Malformed::new(code, detail)
}

/// For an optional member: absent is fine, `null` is not a way to say so.
///
/// # Errors
/// Those of reading a `T`.
pub fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// Reads a text and says what kind of text was wanted where it is none.
pub(crate) fn text<'de, D: Deserializer<'de>>(
    deserializer: D,
    wanted: &'static str,
) -> Result<String, D::Error> {
    struct Text(&'static str);
    impl Visitor<'_> for Text {
        type Value = String;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
        fn visit_str<E: de::Error>(self, text: &str) -> Result<String, E> {
            Ok(text.to_owned())
        }
    }
    deserializer.deserialize_str(Text(wanted))
}
