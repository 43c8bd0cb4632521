//! Who is calling, and what they may do.
//!
//! ```text
//! Authorization: Bearer ─▶ Tokens: the administrator's, devices' ──┐
//! Cookie ─▶ its seal ─▶ Sessions: cache ─▶ people in the database ─┴─▶ Identity ─▶ Admin, Recorder
//!                                   ▲ forget                            ([`authority`])
//!           identity_version ─▶ following: what any process has changed
//! ```
//!
//! A token that is shown wins over a cookie beside it: only one of them is looked
//! at. A cookie is believed in a change only if the request comes from a page of
//! this server ([`same_site`]): browsers send cookies whoever asks them to.

mod authority;
mod credentials;
pub(crate) mod devices;
mod following;
mod passwords;
mod reached;
mod same_site;
pub(crate) mod sessions;
mod tokens;
pub(crate) mod users;
mod uses;

pub(crate) use authority::{Admin, Author, Authority, Identity, Recorder, Visitor, Who};
pub(crate) use credentials::{bearer, identify};
pub(crate) use following::follow;
pub(crate) use passwords::Passwords;
pub(crate) use reached::Reached;
pub(crate) use sessions::Sessions;
pub(crate) use tokens::{Tokens, new_token, token_hash};
pub(crate) use uses::{LastUses, keep_notes, write_down};
