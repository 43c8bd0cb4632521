//! Who is calling, and what they may do.

mod authority;
pub(crate) mod devices;
mod tokens;

pub(crate) use authority::{Admin, Author, Authority, Recorder, Visitor, holder};
pub(crate) use tokens::{Tokens, new_token, token_hash};
