//! What a request is called: in its answer, in every line that is logged about it, and
//! in the problem that tells of a failure. A proxy may have named it already.
//!
//! A live stream has no name: nothing is logged for each viewer.

use std::fmt;
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::{Instrument, Span};
use uuid::Uuid;

use crate::state::AppState;

/// Where the name stands.
const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longer ones are no names.
const CHARS_MAX: usize = 64;

tokio::task_local! {
    /// Of the request that is answered.
    static ANSWERED: RequestId;
}

/// The name of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RequestId(Arc<str>);

/// Joins requests to traces that began elsewhere: whoever collects traces gives it to
/// the server.
pub trait Traces: fmt::Debug + Send + Sync {
    /// The span is a part of the trace that these headers tell of (W3C
    /// `traceparent`), if they tell of one.
    fn join(&self, span: &Span, headers: &HeaderMap);
}

impl RequestId {
    /// A new one.
    pub(crate) fn new() -> Self {
        Self(Uuid::now_v7().to_string().into())
    }

    /// That of the request that is answered; a new one outside of any.
    pub(crate) fn current() -> Self {
        ANSWERED
            .try_with(Clone::clone)
            .unwrap_or_else(|_| Self::new())
    }

    /// The one that a proxy gave, if it is sane: anybody may have written it.
    fn given(headers: &HeaderMap) -> Option<Self> {
        let text = headers.get(X_REQUEST_ID)?.to_str().ok()?;
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
        let is_sane = (1..=CHARS_MAX).contains(&text.len()) && text.bytes().all(is_plain);
        is_sane.then(|| Self(text.into()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Stands before everything: names the request, and has all that is logged about it
/// say so.
pub(crate) async fn name(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let id = RequestId::given(request.headers()).unwrap_or_else(RequestId::new);
    let span = span(&id, &request);
    if let Some(traces) = &state.options.traces {
        traces.join(&span, request.headers());
    }
    let answering = next.run(request).instrument(span.clone());
    let mut response = ANSWERED.scope(id.clone(), answering).await;
    span.record("http.response.status_code", response.status().as_u16());
    let kind = response.headers().get(CONTENT_TYPE);
    let is_stream = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
    if let Ok(id) = HeaderValue::from_str(id.as_str())
        && !is_stream
    {
        response.headers_mut().insert(X_REQUEST_ID, id);
    }
    response
}

fn span(id: &RequestId, request: &Request) -> Span {
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or("unmatched", MatchedPath::as_str);
    let method = request.method();
    // An error's span is there whatever is logged, as its lines are.
    tracing::error_span!(
        "request",
        request.id = id.as_str(),
        http.request.method = %method,
        http.route = route,
        http.response.status_code = tracing::field::Empty,
        otel.name = %format_args!("{method} {route}"),
        otel.kind = "server",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(text: &[u8]) -> Option<RequestId> {
        let value = HeaderValue::from_bytes(text).ok()?;
        RequestId::given(&HeaderMap::from_iter([(X_REQUEST_ID, value)]))
    }

    #[test]
    fn a_name_is_taken_only_if_it_is_one() {
        let long = [b'a'; CHARS_MAX + 1];
        for good in [b"a".as_slice(), b"7f.A_b-9", &long[1..]] {
            assert_eq!(given(good).expect("taken").as_str().as_bytes(), good);
        }
        let bad = [
            b"".as_slice(),
            b"a b",
            b"a\tb",
            b"\x1b[31m",
            "襷".as_bytes(),
            b"a\"b",
            b"a{b}",
            &long,
        ];
        for bad in bad {
            assert_eq!(given(bad), None, "{bad:?}");
        }
    }
}
