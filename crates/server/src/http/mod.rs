//! HTTP itself: the listener, bodies, addresses, and what every answer carries.

pub(crate) mod answering;
pub(crate) mod body;
pub(crate) mod caching;
pub(crate) mod coding;
mod h2;
pub(crate) mod head;
pub(crate) mod headers;
mod leash;
pub(crate) mod leftover;
pub(crate) mod listener;
pub(crate) mod path;
pub(crate) mod patience;
pub(crate) mod places;
pub(crate) mod proxies;
pub(crate) mod request_id;
pub(crate) mod wire;
