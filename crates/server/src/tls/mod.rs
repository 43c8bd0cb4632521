//! TLS in the process: a certificate and its key from two files, and what becomes of a
//! connection before anybody speaks HTTP on it.
//!
//! ```text
//! files ─▶ pair ─▶ certificate ─▶ handshake ─▶ http::secure
//!   └─▶ renewal ─────┘                └─▶ misdirected
//! ```
//!
//! A renewed pair serves who comes from then on; who is connected notices nothing. A
//! pair that cannot be used is refused, and the old one goes on.

mod certificate;
mod handshake;
mod misdirected;
mod pair;
mod renewal;

pub use certificate::Certificate;
pub use pair::{CertificateError, CertificateFiles};

pub(crate) use handshake::{Handshakes, Secured, Shaken};
pub(crate) use renewal::{follow, renew};
