//! What every answer carries, what a page carries beside it, and what a browser
//! elsewhere may read.

use axum::extract::Request;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD,
    CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// How long a browser may keep the answer to a preflight, seconds.
const PREFLIGHT_AGE: HeaderValue = HeaderValue::from_static("86400");
const READING: HeaderValue = HeaderValue::from_static("GET, HEAD, OPTIONS");

/// Answers `OPTIONS`, lets other origins read public data and never write,
/// and forbids guessing at content types.
pub(crate) async fn dress(request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let api = request.uri().path().starts_with("/api/");
    let mut response = if request.method() == Method::OPTIONS && api {
        let asked = request.headers().clone();
        options(next.run(request).await, &asked)
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    if reads && api {
        let_others_read(headers);
    }
    guard(headers);
    response
}

/// Other origins may read it.
pub(crate) fn let_others_read(headers: &mut HeaderMap) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(
        ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("ETag, Retry-After, RateLimit, RateLimit-Policy, X-Request-Id"),
    );
}

/// What a page carries: it runs nothing but its own scripts, stands in no other
/// page, shares no window with one, and asks for nothing that it does not need.
/// That it is reached over TLS only is for whoever speaks TLS to say ([`keep_secure`]).
pub(crate) const OF_PAGES: [(HeaderName, &str); 5] = [
    (CONTENT_SECURITY_POLICY, tasuki_web::CONTENT_SECURITY_POLICY),
    // As `frame-ancestors` says, for browsers that do not know it.
    (X_FRAME_OPTIONS, "DENY"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=()",
    ),
];

/// Of what is no page: opened as one, it does nothing and stands nowhere.
const NO_PAGE: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// For half a year a browser comes over TLS, whatever address is typed. Longer, and who
/// tried TLS once with a laptop would be locked out of it without.
const SECURE_FOR: HeaderValue = HeaderValue::from_static("max-age=15552000");

/// Says that the server is reached over TLS only: where it speaks TLS.
pub(crate) async fn keep_secure(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(STRICT_TRANSPORT_SECURITY, SECURE_FOR);
    response
}

/// What every answer carries.
pub(crate) fn guard(headers: &mut HeaderMap) {
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(NO_PAGE);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers
        .entry(REFERRER_POLICY)
        .or_insert(HeaderValue::from_static("same-origin"));
}

/// Answers `OPTIONS` wherever there is something: that it was refused as a
/// method tells. `Allow` is added by the router, which knows the others.
fn options(refused: Response, asked: &HeaderMap) -> Response {
    if refused.status() != StatusCode::METHOD_NOT_ALLOWED {
        return refused;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    preflight(response.headers_mut(), asked);
    response
}

fn preflight(headers: &mut HeaderMap, asked: &HeaderMap) {
    let writes = asked
        .get(ACCESS_CONTROL_REQUEST_METHOD)
        .is_some_and(|method| !matches!(method.as_bytes(), b"GET" | b"HEAD"));
    if !writes {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, READING);
        headers.insert(
            ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_static("Last-Event-ID, If-None-Match, Cache-Control"),
        );
        headers.insert(ACCESS_CONTROL_MAX_AGE, PREFLIGHT_AGE);
    }
}
