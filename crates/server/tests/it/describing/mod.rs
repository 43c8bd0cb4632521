//! The description of the API: whole, true, and enough to build on.

mod agreement;
mod document;
mod examples;
mod exchange;
mod guide;
mod routes;
mod schemas;
mod schemathesis;
mod snippets;
mod stream;
pub(crate) mod tools;
