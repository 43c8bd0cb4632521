//! Conditional answers: a state is sent once, and then only when it changed.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::http::coding::Packed;

/// JSON with the name of the state that it shows.
#[derive(Clone)]
pub(crate) struct Tagged {
    /// Weak: compressed or not, it is the same state.
    pub(crate) etag: String,
    pub(crate) json: Packed,
}

impl Tagged {
    /// The JSON, compressed as the client wants it, or `304` to one that has it.
    /// Blocks while it is compressed for the first time.
    pub(crate) fn answer(self, caching: &'static str, asked: &HeaderMap) -> Response {
        let Self { etag, json } = self;
        let unchanged = is_known(&etag, asked);
        let headers = [(ETAG, etag), (CACHE_CONTROL, caching.to_owned())];
        if unchanged {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        let (coding, bytes) = json.wanted(asked);
        let described = [
            (CONTENT_TYPE, "application/json"),
            (VARY, "accept-encoding"),
        ];
        let coding = coding.map(|coding| [(CONTENT_ENCODING, coding.name())]);
        let mut response = (headers, described, bytes).into_response();
        for (name, value) in coding.into_iter().flatten() {
            response
                .headers_mut()
                .insert(name, HeaderValue::from_static(value));
        }
        response
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
