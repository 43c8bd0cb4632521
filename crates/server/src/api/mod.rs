//! The API, described in OpenAPI 3.1 from the code that serves it.
//!
//! | route | what |
//! | --- | --- |
//! | `GET /api/openapi.json` | the document |
//! | `GET /api` | the same as a page |
//!
//! ```text
//! types ── schemars ──────────────────┐
//! routes(), a folder per feature ─────┼─▶ document ─▶ /api/openapi.json ─▶ /api
//! problems ── codes and statuses ─────┘
//! ```
//!
//! A feature says in one call what it serves and what that is
//! ([`Routes::get`] and the like), so a route without a description does not
//! compile. To add an operation: name its route, handler and description in the
//! feature's `routes()`; describe it in the feature's `api.rs`
//! ([`Operation`]: what goes in, what comes out, who may, what can go wrong,
//! and examples); derive `JsonSchema` for types that are new. A code that is
//! new stands in [`problems`]. Tests execute every example, look for each
//! described operation at a live server, and let Schemathesis loose on it.
//!
//! # Why schemars, and no framework above it
//!
//! OpenAPI 3.1 takes its schemas from JSON Schema 2020-12 as it is. *schemars 1*
//! writes exactly that, from the serde attributes that already decide what is
//! read and written (unknown fields, renamed and defaulted members, tagged
//! enums), tells reading from writing, and takes bounds from our constants.
//!
//! *utoipa 6* has a schema type of its own with a fixed list of keywords (no
//! `const`, no `not`, no tuple of rules on one object), so facts could not be
//! said strictly; and its description is a macro of some thirty lines on each
//! handler, which repeats the route. *aide 0.15* registers route and
//! description together, which is right and done here too, but it stands on
//! schemars 0.9 (with 1 as an alpha), keeps its schemas in a global, and reads
//! from signatures what ours do not say: bodies here are read by line and
//! column, answers are cached bytes. What would be left of it is the part that
//! [`Routes`] and [`Operation`] are.

mod access;
mod content;
pub(crate) mod document;
pub(crate) mod examples;
mod operation;
mod patch;
pub(crate) mod problems;
mod routes;
mod schema_types;
mod schemas;
mod serving;

pub(crate) use access::Access;
pub(crate) use content::of;
pub(crate) use examples::Example;
pub(crate) use operation::{Operation, Tag};
pub(crate) use routes::Routes;
pub(crate) use schema_types::schema_types;
pub use serving::openapi;
pub(crate) use serving::routes;
