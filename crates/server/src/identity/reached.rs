//! How a request reached the server.

use std::net::IpAddr;

use axum::http::HeaderMap;

use crate::state::AppState;

/// How a request reached the server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reached {
    /// From where, as far as trusted proxies say.
    pub(crate) from: IpAddr,
    /// Whether nobody on the way could read it: only then may a cookie be one that
    /// browsers send over TLS alone.
    pub(crate) is_secure: bool,
}

impl Reached {
    /// Over a connection from `peer`, with that head.
    pub(crate) fn new(state: &AppState, peer: IpAddr, headers: &HeaderMap) -> Self {
        let options = &state.options;
        let proxies = &options.trusted_proxies;
        let public = options.public_url.as_deref();
        let is_public_secure = public.is_some_and(|url| url.starts_with("https://"));
        let is_tls = options.certificate.is_some();
        Self {
            from: proxies.client(peer, headers),
            is_secure: is_tls || is_public_secure || proxies.came_by_tls(peer, headers),
        }
    }
}
