//! Whether a request comes from a page of this server.
//!
//! A browser sends a session's cookie along whoever has it ask. `SameSite=Strict`
//! keeps most of that away; this is the second lock, as OWASP's sheet on cross-site
//! request forgery describes it: `Sec-Fetch-Site`, which no script can write, or
//! where a browser does not send it (over plain HTTP, for one) `Origin`. Where
//! neither is there, no browser of today has sent the request, and whoever did can
//! show a token instead.

use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderName};

use crate::identity::reached::Reached;
use crate::state::AppState;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What a head tells of the page that had it sent.
enum Page {
    Own,
    Foreign,
    Untold,
}

/// Whether a page of this server had it sent.
pub(crate) fn is_own_page(state: &AppState, reached: Reached, headers: &HeaderMap) -> bool {
    matches!(page(state, reached, headers), Page::Own)
}

/// Whether a page elsewhere had it sent.
pub(crate) fn is_foreign_page(state: &AppState, reached: Reached, headers: &HeaderMap) -> bool {
    matches!(page(state, reached, headers), Page::Foreign)
}

fn page(state: &AppState, reached: Reached, headers: &HeaderMap) -> Page {
    let told = |own: bool| if own { Page::Own } else { Page::Foreign };
    if let Some(site) = headers.get(SEC_FETCH_SITE) {
        return told(site == "same-origin");
    }
    let Some(origin) = headers.get(ORIGIN) else {
        return Page::Untold;
    };
    let origin = origin.to_str().unwrap_or_default();
    let public = state.options.public_url.as_deref();
    told(public == Some(origin) || is_of_host(origin, reached, headers))
}

/// Whether an origin is the one that the request was sent to.
fn is_of_host(origin: &str, reached: Reached, headers: &HeaderMap) -> bool {
    let Some((scheme, authority)) = origin.split_once("://") else {
        return false;
    };
    // A page that came over plain HTTP may be anybody's.
    let is_scheme = match scheme {
        "https" => true,
        "http" => !reached.is_secure,
        _ => false,
    };
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    is_scheme && host.is_some_and(|host| host.eq_ignore_ascii_case(authority))
}
