//! The selection in a query string.

use std::collections::BTreeSet;

use axum::extract::{FromRequestParts, Query};
use axum::http::Uri;
use axum::http::request::Parts;
use serde::Deserialize;
use tasuki_race::{Bib, Definition, Instant, Selection};

use crate::problem::Problem;

/// Most bibs that a viewer may follow by name.
pub(super) const BIBS_MAX: usize = 200;

/// What a viewer asks for.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) selection: Selection,
    pub(crate) at_seq: Option<u64>,
    pub(crate) at: Option<Instant>,
    pub(crate) last_event_id: Option<String>,
}

#[derive(Deserialize)]
struct Raw {
    category: Option<String>,
    top: Option<String>,
    bibs: Option<String>,
    at_seq: Option<String>,
    at: Option<String>,
    last_event_id: Option<String>,
    #[serde(rename = "lastEventId")]
    last_event_id_camel: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Wanted {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Self::of(&parts.uri)
    }
}

impl Wanted {
    /// What an address asks for.
    pub(crate) fn of(uri: &Uri) -> Result<Self, Problem> {
        let Query(raw) = Query::<Raw>::try_from_uri(uri)
            .map_err(|e| Problem::bad_request("invalid_query", e.body_text()))?;
        let top = raw.top.map(|top| number::<u32>("top", &top)).transpose()?;
        let category = raw
            .category
            .map(|c| c.parse().map_err(|e| invalid("category", &e)))
            .transpose()?;
        let at_seq = raw.at_seq.map(|seq| number("at_seq", &seq)).transpose()?;
        let at = raw
            .at
            .map(|at| at.parse().map_err(|e| invalid("at", &e)))
            .transpose()?;
        if at.is_some() && at_seq.is_some() {
            return Err(Problem::bad_request(
                "invalid_query",
                "`at` and `at_seq` exclude each other",
            ));
        }
        Ok(Self {
            selection: Selection {
                category,
                top: top.map(|top| top as usize),
                bibs: raw.bibs.as_deref().map(bibs).transpose()?,
            },
            at_seq,
            at,
            last_event_id: raw.last_event_id.or(raw.last_event_id_camel),
        })
    }
}

fn invalid(name: &str, error: &dyn std::fmt::Display) -> Problem {
    Problem::bad_request("invalid_query", format!("{name}: {error}"))
}

fn number<T: std::str::FromStr>(name: &str, text: &str) -> Result<T, Problem> {
    // `+5` is a number to the library, but no way to write one here.
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let number = text.parse().ok().filter(|_| digits);
    number.ok_or_else(|| invalid(name, &"write a number such as 100"))
}

fn bibs(text: &str) -> Result<BTreeSet<Bib>, Problem> {
    let bibs = text
        .split(',')
        .map(str::parse)
        .collect::<Result<BTreeSet<Bib>, _>>();
    let bibs = bibs.map_err(|e| invalid("bibs", &e))?;
    if bibs.len() > BIBS_MAX {
        return Err(invalid("bibs", &format_args!("name at most {BIBS_MAX}")));
    }
    Ok(bibs)
}

impl Wanted {
    /// Whether the race has the category that is asked for.
    pub(crate) fn check(&self, definition: Option<&Definition>) -> Result<(), Problem> {
        let Some(category) = &self.selection.category else {
            return Ok(());
        };
        let known = definition.is_some_and(|d| d.categories.iter().any(|c| c.id == *category));
        if known {
            return Ok(());
        }
        Err(Problem::not_found(
            "unknown_category",
            format!("category: there is no `{category}`"),
        ))
    }
}
