//! Conditional answers: a state is sent once, and then only when it changed.

use axum::body::Bytes;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

/// JSON with the name of the state that it shows.
#[derive(Clone)]
pub(crate) struct Tagged {
    /// Weak: compressed or not, it is the same state.
    pub(crate) etag: String,
    pub(crate) json: Bytes,
}

impl Tagged {
    /// The JSON, or `304` to a client that has it.
    pub(crate) fn answer(self, caching: &'static str, asked: &HeaderMap) -> Response {
        let Self { etag, json } = self;
        let unchanged = is_known(&etag, asked);
        let headers = [(ETAG, etag), (CACHE_CONTROL, caching.to_owned())];
        if unchanged {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        (headers, [(CONTENT_TYPE, "application/json")], json).into_response()
    }
}

/// Whether the client says that it has the state of that name.
pub(crate) fn is_known(etag: &str, asked: &HeaderMap) -> bool {
    let strong = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let known = asked
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok());
    known
        .flat_map(|list| list.split(','))
        .any(|tag| tag.trim() == "*" || strong(tag) == strong(etag))
}
