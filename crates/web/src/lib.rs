//! The pages of tasuki, carried inside the binary.
//!
//! `pages/` holds plain HTML, CSS and ES modules: no build step, nothing from
//! another host. They are embedded at compile time (read from the folder in a
//! debug build) and handed out as an [`Asset`]: bytes, content type, entity tag
//! and whether they may be cached for ever.
//!
//! Pages name their assets as `/assets/FINGERPRINT/PATH`. The fingerprint is one
//! digest over all embedded files, so a new build has new addresses, everything
//! below them is immutable, and the relative imports between modules stay inside
//! one build. The pages themselves are revalidated at each visit.
//!
//! This crate knows nothing of HTTP routing: the server mounts what it offers.

mod asset;
mod embedded;
mod page;
mod policy;

pub use asset::{Asset, asset};
pub use embedded::fingerprint;
pub use page::{Page, page};
pub use policy::CONTENT_SECURITY_POLICY;
