//! Nobody can use the server up: how much each caller may ask for.
//!
//! ```text
//! connection ─▶ Places: in all, and for each address ([`crate::http::places`])
//! request ──▶ Caller: a token, else an address ─▶ Class of the route ─▶ Budgets ─▶ handler, or 429
//! stream ───▶ the same, and a share of the viewers' seats ([`shares`])
//! ```
//!
//! Who shows a good token has budgets of its own, so that whatever else comes
//! from the same address does not touch them. Names that passwords are tried for have
//! theirs too ([`accounts`]). What each route costs stands in
//! one table ([`class`]), what a class allows beside it. `--limits` changes that
//! ([`settings`]).

mod accounts;
mod budgets;
mod caller;
pub(crate) mod class;
mod exhausted;
mod gate;
mod keys;
mod settings;
pub(crate) mod shares;

pub(crate) use accounts::Accounts;
pub(crate) use budgets::{Budgets, shed_for_ever};
pub(crate) use caller::Caller;
pub(crate) use class::Class;
pub(crate) use exhausted::{Exhausted, RATE_LIMIT_HEADERS};
pub(crate) use gate::limit;
pub use settings::Limits;
