//! The event log: the only state of the product. Everything else can be
//! rebuilt from it, on any machine, to the same bytes.
//!
//! ```text
//! submissions ──▶ Appender ──▶ Gate ──▶ Writer ──▶ database ──▶ Log ──▶ records
//!                 one group    admits   numbers,   one bulk             read,
//!                 at a time             links      insert               followed
//! ```
//!
//! [`Log`] and [`Writer`] are one contract with two engines, SQLite and
//! Postgres, opened by [`open()`]. A fact is opaque canonical JSON here, with
//! its id. Each [`Record`] carries the hash of the one before, so that whoever
//! holds an exported log can check it; [`Verifier`] does.
//!
//! The [`Appender`] coalesces concurrent submissions into one transaction. It
//! asks its [`Gate`] what may enter just before, and tells it what has entered
//! just after, so that admission always sees the state that the log gives.
//!
//! Beside the log stand the [`Registry`], what a server must remember that is no
//! fact of a race, the [`People`] who may log in, and the [`Operations`], what was
//! done to the server, of which old months may be kept in files ([`Archive`]). What was
//! measured meanwhile is kept for a month ([`Minutes`]).

mod appender;
mod archive;
mod batch;
mod chain;
mod contract;
mod error;
mod hash;
mod minutes;
mod open;
mod operations;
mod paging;
mod people;
mod postgres;
mod record;
mod registry;
mod schema;
mod sqlite;
mod tuning;
mod vitals;

pub use appender::{Appender, AppenderStats, AppenderTask, Gate, Limits, Spreads, SubmitError};
pub use archive::{Archive, Archived, Month, NotAMonth};
pub use chain::{Broken, LINE_BYTES_MAX, Lines, Reason, Verifier};
pub use contract::{Log, Records, Writer};
pub use error::{Cause, LogError};
pub use hash::{Hash, NotAHash};
pub use minutes::{MINUTE_MS, MINUTES_PAGE_MAX, Minute, Minutes};
pub use open::{Access, OpenError, Options, Store, open};
pub use operations::{Deed, OPERATIONS_PAGE_MAX, Operation, Operations, Search, WHY_CHARS_MAX};
pub use people::{Ended, Kept, People, Role, SESSIONS_PER_USER_MAX, Session, User, Uses};
pub use record::{ACTOR_CHARS_MAX, Appended, Draft, Head, NotARecord, Record};
pub use registry::{Device, Registry, Switch};
pub use tuning::Tuning;
pub use vitals::{Asked, Occupancy, Vitals};
