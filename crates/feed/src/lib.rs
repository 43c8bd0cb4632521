//! The feed: what happens in a race, written to everyone who watches.
//!
//! A [`Channel`] holds the views of one race that somebody watches. After
//! facts have been projected a tick takes each view from the state that its
//! viewers have to the present one: a diff is computed once, encoded once
//! into a frame, and kept in a ring. A viewer is a [`Cursor`]: a
//! position in that ring. Who falls behind the ring is re-based with a
//! snapshot, so a slow viewer costs its cursor and nobody's time.
//!
//! Nothing here knows the log, HTTP routing or who is watching.

mod channel;
mod cursor;
mod frame;
mod pace;
mod ring;
mod tag;
mod view;

pub use channel::{Channel, Ticked, TooManyViews};
pub use cursor::{Cursor, Delivery};
pub use frame::{Frame, HEARTBEAT, bye, opening};
pub use pace::Pace;
pub use tag::{Origin, Tag};
