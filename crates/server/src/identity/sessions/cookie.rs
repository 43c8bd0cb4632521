//! The cookie that a session's id stands in.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};

use crate::identity::sessions::LIFETIME_MAX;

/// Over TLS: a browser takes it from nobody else, for no other host and path, and
/// sends it over TLS alone.
const SECURE_NAME: &str = "__Host-tasuki_session";
/// On a network of one's own, where there is no TLS.
const PLAIN_NAME: &str = "tasuki_session";

fn name(is_secure: bool) -> &'static str {
    if is_secure { SECURE_NAME } else { PLAIN_NAME }
}

/// What a head shows as its session.
pub(crate) fn session_in(headers: &HeaderMap, is_secure: bool) -> Option<&str> {
    value_in(headers, name(is_secure))
}

/// The value of a cookie.
pub(crate) fn value_in<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let cookies = headers.get_all(COOKIE).iter();
    let mut pairs = cookies
        .filter_map(|cookies| cookies.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs.find_map(|(of, value)| (of == name).then_some(value))
}

/// Has a browser keep a session.
pub(crate) fn keep(value: &str, is_secure: bool) -> (axum::http::HeaderName, HeaderValue) {
    set(value, LIFETIME_MAX.as_secs(), is_secure)
}

/// Has a browser forget its session.
pub(crate) fn forget(is_secure: bool) -> (axum::http::HeaderName, HeaderValue) {
    set("", 0, is_secure)
}

fn set(value: &str, age_s: u64, is_secure: bool) -> (axum::http::HeaderName, HeaderValue) {
    let name = name(is_secure);
    let secure = if is_secure { "; Secure" } else { "" };
    let cookie =
        format!("{name}={value}; Path=/; Max-Age={age_s}; HttpOnly; SameSite=Strict{secure}");
    // Hexadecimal digits fit into a header.
    let cookie = HeaderValue::from_str(&cookie).unwrap_or(HeaderValue::from_static(""));
    (SET_COOKIE, cookie)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others_and_none_is_taken_for_it() {
        let mut headers = HeaderMap::new();
        let cookies = "a=1; xtasuki_session=2;tasuki_session=3; tasuki_session=4";
        headers.append(COOKIE, HeaderValue::from_static(cookies));
        let more = "__Host-tasuki_session=5";
        headers.append(COOKIE, HeaderValue::from_static(more));
        assert_eq!(session_in(&headers, false), Some("3"));
        assert_eq!(session_in(&headers, true), Some("5"));
        assert_eq!(session_in(&HeaderMap::new(), true), None);
    }

    #[test]
    fn over_tls_a_browser_takes_it_from_this_host_alone() {
        let (_, secure) = keep("x", true);
        let secure = secure.to_str().expect("plain text");
        assert!(
            secure.starts_with("__Host-tasuki_session=x; Path=/; "),
            "{secure}"
        );
        assert!(
            secure.ends_with("; HttpOnly; SameSite=Strict; Secure"),
            "{secure}"
        );
        let (_, plain) = forget(false);
        let plain = plain.to_str().expect("plain text");
        assert!(
            plain.starts_with("tasuki_session=; Path=/; Max-Age=0;"),
            "{plain}"
        );
        assert!(!plain.contains("Secure"), "{plain}");
    }
}
