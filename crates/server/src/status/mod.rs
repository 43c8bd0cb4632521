//! The status page: whether entry, log and stream work, for everybody.
//!
//! | route | what |
//! | --- | --- |
//! | `GET /status` | the page, in Japanese and English, without a script |
//! | `GET /api/status` | the same as JSON |
//!
//! Worked out whenever the alerts are, and only then: whoever asks is sent what is
//! there, and caches keep it. It says in plain words what people notice; what is behind
//! it is for the operator.

mod api;
mod outline;
mod page;
mod words;

use std::sync::{Arc, PoisonError, RwLock};

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::VARY;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use tasuki_web::Asset;

use crate::api::Routes;
use crate::http::caching::Tagged;
use crate::http::coding::Packed;
use crate::http::headers::OF_PAGES;
use crate::pages::send_as;
use crate::state::AppState;
use crate::status::outline::Outline;
use crate::status::words::Lang;

/// Short enough to be true, long enough to spare the server a crowd.
const CACHING: &str = "public, s-maxage=5, stale-while-revalidate=30";

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/api/status", status, api::status)
        .page("/status", show)
}

/// The status, as it is sent.
#[derive(Default)]
pub(crate) struct Status(RwLock<Option<Arc<Prepared>>>);

/// One state of it, in every form.
struct Prepared {
    outline: Outline,
    json: Tagged,
    pages: [Asset; 2],
}

impl Status {
    /// Works out what is to be told now. What has not changed stays.
    pub(crate) fn prepare(&self, state: &AppState) {
        let outline = Outline::of(state);
        let mut prepared = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if prepared.as_ref().is_none_or(|it| it.outline != outline) {
            *prepared = Some(Arc::new(Prepared::new(outline)));
        }
    }

    fn now(&self, state: &AppState) -> Arc<Prepared> {
        let prepared = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(prepared) = &*prepared {
            return Arc::clone(prepared);
        }
        drop(prepared);
        // In the first moments.
        Arc::new(Prepared::new(Outline::of(state)))
    }
}

impl Prepared {
    fn new(outline: Outline) -> Self {
        // Texts always have a JSON form.
        let json = serde_json::to_vec(&outline).unwrap_or_default();
        let json = Tagged {
            etag: format!("W/{}", tag(&json)),
            json: Packed::from(json),
        };
        let pages = Lang::ALL.map(|lang| {
            let html = page::render(&outline, lang);
            Asset {
                etag: tag(html.as_bytes()),
                bytes: html.into_bytes().into(),
                content_type: "text/html; charset=utf-8".into(),
                immutable: false,
            }
        });
        Self {
            outline,
            json,
            pages,
        }
    }
}

fn tag(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let hex: String = digest[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("\"{hex}\"")
}

async fn status(State(state): State<AppState>, headers: HeaderMap) -> Response {
    state
        .status
        .now(&state)
        .json
        .clone()
        .answer(CACHING, &headers)
}

async fn show(State(state): State<AppState>, uri: axum::http::Uri, headers: HeaderMap) -> Response {
    let lang = Lang::wanted(uri.query(), &headers);
    let page = state.status.now(&state).pages[lang as usize].clone();
    let vary = [(VARY, "accept-language")];
    (OF_PAGES, vary, send_as(page, &headers, CACHING)).into_response()
}
