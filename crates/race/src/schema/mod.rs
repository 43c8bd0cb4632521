//! What each text and each fact looks like, as JSON Schema (draft 2020-12).
//!
//! Most types derive their schema beside their fields. Here stand those that
//! are read by hand, described by the same bounds that reading checks: ids,
//! names, instants, and the facts.

mod facts;
mod object;
mod texts;
