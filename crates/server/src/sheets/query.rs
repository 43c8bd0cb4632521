//! What the query string of an import asks for. An unknown word is refused: a
//! misspelt `dry_run` would record.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use serde::Deserialize;
use tasuki_sheets::{Delimiter, Encoding, Times, Wishes};

use crate::problem::Problem;

/// How a file is to be imported.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// Shows what would happen, and records nothing.
    pub(crate) dry_run: bool,
    /// Records nothing if any row is rejected.
    pub(crate) strict: bool,
    pub(crate) encoding: Option<Encoding>,
    pub(crate) delimiter: Option<Delimiter>,
    pub(crate) wishes: Wishes,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    dry_run: Option<String>,
    strict: Option<String>,
    encoding: Option<String>,
    delimiter: Option<String>,
    times: Option<String>,
    date: Option<String>,
    checkpoint: Option<String>,
    missing_only: Option<String>,
    starts: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Wanted {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(raw) = Query::<Raw>::from_request_parts(parts, state)
            .await
            .map_err(|e| Problem::bad_request("invalid_query", e.body_text()))?;
        let encoding = raw.encoding.as_deref();
        let delimiter = raw.delimiter.as_deref();
        Ok(Self {
            dry_run: flag("dry_run", raw.dry_run.as_deref(), false)?,
            strict: flag("strict", raw.strict.as_deref(), false)?,
            encoding: read("encoding", encoding, Encoding::named, ENCODINGS)?,
            delimiter: read("delimiter", delimiter, Delimiter::named, DELIMITERS)?,
            wishes: Wishes {
                times: read("times", raw.times.as_deref(), Times::named, "clock or gun")?,
                date: read(
                    "date",
                    raw.date.as_deref(),
                    tasuki_sheets::date,
                    "2026-01-02",
                )?,
                checkpoint: raw.checkpoint,
                missing_only: flag("missing_only", raw.missing_only.as_deref(), false)?,
                starts: flag("starts", raw.starts.as_deref(), true)?,
            },
        })
    }
}

const ENCODINGS: &str = "utf-8, utf-16le, utf-16be, shift_jis or windows-1252";
pub(crate) const DELIMITERS: &str = "comma, semicolon or tab";

/// Reads a word of the query; says which words there are.
pub(crate) fn read<T>(
    name: &str,
    text: Option<&str>,
    reader: impl Fn(&str) -> Option<T>,
    wanted: &str,
) -> Result<Option<T>, Problem> {
    let Some(text) = text else {
        return Ok(None);
    };
    match reader(text) {
        Some(value) => Ok(Some(value)),
        None => Err(Problem::bad_request(
            "invalid_query",
            format!("{name}: write {wanted}"),
        )),
    }
}

fn flag(name: &str, text: Option<&str>, default: bool) -> Result<bool, Problem> {
    let reader = |text: &str| match text {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    };
    let said = read(name, text, reader, "true or false")?;
    Ok(said.unwrap_or(default))
}
