//! Results as files, made once per state whoever asks.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::body::Bytes;
use axum::extract::{FromRequestParts, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tasuki_race::Slug;
use tasuki_sheets::{Delimiter, Encoding, Language, Results, Style};

use crate::exporting::require_exports;
use crate::http::caching::is_known;
use crate::http::path::Path;
use crate::problem::Problem;
use crate::races::LiveRace;
use crate::sheets::query::{DELIMITERS, read};
use crate::state::AppState;
use crate::watching::cache::etag;

/// As the standings: they are the same.
const FRESH: &str = "public, s-maxage=1, stale-while-revalidate=5";
/// Different files that are kept; one of a marathon has several megabytes.
const FILES_MAX: usize = 8;

/// A file that can be asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Form {
    kind: Kind,
    category: Option<Slug>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Csv(Style),
    Xml(Language),
}

/// The latest files, with the fact that each goes up to.
#[derive(Default)]
pub(crate) struct ResultsCache(Mutex<HashMap<Form, (u64, Bytes)>>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    lang: Option<String>,
    encoding: Option<String>,
    delimiter: Option<String>,
    category: Option<String>,
}

/// What the query string asks for.
pub(super) struct Wanted {
    style: Style,
    category: Option<Slug>,
    /// Asks for what only a table has.
    of_table: bool,
}

impl<S: Send + Sync> FromRequestParts<S> for Wanted {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(raw) = Query::<Raw>::from_request_parts(parts, state)
            .await
            .map_err(|e| Problem::bad_request("invalid_query", e.body_text()))?;
        let encoding = |name: &str| {
            let encoding = Encoding::named(name);
            encoding.filter(|known| matches!(known, Encoding::Utf8 | Encoding::ShiftJis))
        };
        let (lang, named) = (raw.lang.as_deref(), raw.encoding.as_deref());
        let (delimiter, category) = (raw.delimiter.as_deref(), raw.category.as_deref());
        let usual = Style::default();
        let style = Style {
            language: read("lang", lang, Language::named, "ja or en")?.unwrap_or_default(),
            encoding: read("encoding", named, encoding, "utf-8 or shift_jis")?
                .unwrap_or(usual.encoding),
            delimiter: read("delimiter", delimiter, Delimiter::named, DELIMITERS)?
                .unwrap_or(usual.delimiter),
        };
        let slug = |text: &str| text.parse().ok();
        Ok(Self {
            style,
            category: read("category", category, slug, "the id of a category")?,
            of_table: named.is_some() || delimiter.is_some(),
        })
    }
}

pub(super) async fn csv(
    State(state): State<AppState>,
    Path(race): Path<String>,
    wanted: Wanted,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let kind = Kind::Csv(wanted.style);
    answer(&state, &race, kind, wanted.category, &headers).await
}

pub(super) async fn xml(
    State(state): State<AppState>,
    Path(race): Path<String>,
    wanted: Wanted,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if wanted.of_table {
        let detail = "`encoding` and `delimiter` are for results.csv; XML is UTF-8";
        return Err(Problem::bad_request("invalid_query", detail));
    }
    let kind = Kind::Xml(wanted.style.language);
    answer(&state, &race, kind, wanted.category, &headers).await
}

async fn answer(
    state: &AppState,
    race: &str,
    kind: Kind,
    category: Option<Slug>,
    asked: &HeaderMap,
) -> Result<Response, Problem> {
    let live = state
        .races
        .get(race)
        .ok_or_else(|| Problem::no_race(race))?;
    require_exports(state)?;
    let tag = {
        let projected = live.read();
        let settings = projected.projector.settings();
        let settings = settings.ok_or_else(|| Problem::no_race(race))?;
        if let Some(category) = &category
            && settings
                .categories
                .iter()
                .all(|known| known.id != *category)
        {
            let detail = format!("category: there is no `{category}`");
            return Err(Problem::not_found("unknown_category", detail));
        }
        etag(kind.tag(), projected.projector.seq(), projected.head)
    };
    if is_known(&tag, asked) {
        let headers = [(ETAG, tag), (CACHE_CONTROL, FRESH.to_owned())];
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let name = format!("attachment; filename=\"{race}.{}\"", kind.ending());
    let form = Form { kind, category };
    let making = tokio::task::spawn_blocking(move || live.results.get(&live, &form));
    let made = making.await.map_err(|e| Problem::internal(&e))?;
    let (tag, file) = made.ok_or_else(|| Problem::no_race(race))?;
    let headers = [
        (ETAG, tag),
        (CACHE_CONTROL, FRESH.to_owned()),
        (CONTENT_TYPE, kind.content_type().to_owned()),
        (CONTENT_DISPOSITION, name),
    ];
    Ok((headers, file).into_response())
}

impl Kind {
    fn tag(self) -> &'static str {
        match self {
            Self::Csv(_) => "c",
            Self::Xml(_) => "x",
        }
    }

    fn ending(self) -> &'static str {
        match self {
            Self::Csv(_) => "csv",
            Self::Xml(_) => "xml",
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Csv(style) if style.encoding == Encoding::ShiftJis => {
                "text/csv; charset=Shift_JIS; header=present"
            }
            Self::Csv(_) => "text/csv; charset=utf-8; header=present",
            Self::Xml(_) => "application/xml",
        }
    }
}

impl ResultsCache {
    /// The file of the present state and its name. Blocks while it is made,
    /// and with it everybody who wants one of the same race: it is made once.
    fn get(&self, race: &LiveRace, form: &Form) -> Option<(String, Bytes)> {
        let mut cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let projected = race.read();
        let seq = projected.projector.seq();
        let tag = etag(form.kind.tag(), seq, projected.head);
        if let Some((_, file)) = cache.get(form).filter(|(of, _)| *of == seq) {
            return Some((tag, file.clone()));
        }
        let results = Results::gather(&projected.projector, form.category.as_ref())?;
        // What is written cannot change any more, and needs no lock on it.
        drop(projected);
        let file = Bytes::from(match form.kind {
            Kind::Csv(style) => results.csv(style),
            Kind::Xml(language) => results.xml(language),
        });
        if cache.len() >= FILES_MAX {
            cache.clear();
        }
        cache.insert(form.clone(), (seq, file.clone()));
        Some((tag, file))
    }
}
