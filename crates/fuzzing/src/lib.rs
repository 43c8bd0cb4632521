//! What arbitrary bytes are tried on, and what must hold of them.
//!
//! Each function takes bytes and panics where a promise is broken. The fuzzer
//! in `fuzz/` looks for such bytes; what it has found interesting lies in
//! `fuzz/corpus` and is tried again in every run of the tests.

mod bytes;
mod fact;
mod sheet;
mod story;

pub use fact::fact;
pub use sheet::sheet;
pub use story::story;
