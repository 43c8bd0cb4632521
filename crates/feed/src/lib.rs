//! The feed: what happens in a race, written to everyone who watches.
//!
//! A [`Channel`] holds the views of one race that somebody watches. After
//! facts have been projected a tick takes each view from the state that its
//! viewers have to the present one: what changed is put together into a frame,
//! and kept in a ring. A viewer is a [`Cursor`]: a position in that ring. Who
//! falls behind the ring is re-based with a snapshot, so a slow viewer costs
//! its cursor and nobody's time.
//!
//! ```text
//! Projector ─look─▶ Looking: rows of followed bibs,   ─▶ View: Shown ─patch─▶ Ring ─▶ Cursor
//!                   what all views have in common
//! ```
//!
//! Views share what they show by pointer. A followed bib's row is worked out
//! once per tick, and the patch of a row, or of an announcement, is encoded by
//! the first view that needs it; a frame is put together from such texts. A
//! view in which nothing changed gets no frame, but for one that says up to
//! which fact that holds, [`AS_OF_EVERY`] after its last.
//!
//! Nothing here knows the log, HTTP routing or who is watching.

mod channel;
mod chunk;
mod common;
mod counts;
mod cursor;
mod deflate;
mod fanout;
mod frame;
mod kept;
mod looking;
mod pace;
mod patch;
mod present;
mod ring;
mod rows;
mod shown;
mod tag;
mod view;

pub use channel::{Channel, Part, Ticked, TooManyViews};
pub use cursor::{Cursor, Delivery, Place};
pub use fanout::{Asked, Fanout, HEARTBEAT_EVERY, Newcomer, STALLED_TIME_MAX, Tally};
pub use frame::{Frame, HEARTBEAT, Piece, bye, opening};
pub use pace::{AS_OF_EVERY, BURST_OVER, Pace};
pub use present::Present;
pub use tag::{Origin, Tag};
