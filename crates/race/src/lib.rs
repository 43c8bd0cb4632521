//! What a race is: the course, the facts observed on it, the rules that turn
//! facts into standings, and the differences between two standings.
//!
//! Data passes through in one direction. A [`Definition`] describes the
//! course and who takes part; [`Fact`]s arrive in the order of the log; a
//! [`Projector`] folds them into times and ranks; a [`Snapshot`] is what a
//! viewer is shown, and a [`diff`] is what a viewer is sent next.
//!
//! The crate is pure: no I/O, no clock, no randomness, no async runtime. Time
//! arrives inside the facts, so the same facts give the same standings on any
//! machine.

mod accepted;
mod admission;
mod arrivals;
mod block;
mod boards;
mod clock;
mod conditions;
mod counting;
mod course;
mod cutlines;
mod definition;
mod diff;
mod entering;
mod eras;
mod expected;
mod fact;
mod fenwick;
mod guns;
mod ids;
mod instant;
mod key;
mod laps;
mod leaderboard;
mod ledger;
mod lookup;
mod name;
mod names;
mod numbers;
mod objects;
mod owners;
mod paces;
mod past;
mod placing;
mod projector;
mod ranking;
mod ranks;
mod rebuilding;
mod review;
mod runner;
mod scene;
mod schema;
mod selection;
mod standings;
mod strict;
mod suggestions;
mod times;
mod totals;
mod validate;
mod view;
mod walk;
mod wire;

pub use admission::{Admission, Pending};
pub use definition::{
    AfterDnf, Category, Checkpoint, CheckpointKind, Cutline, Definition, Entry, Leg, Member,
    Ranking, Rounding, Section, Ties, UnrankedLegs,
};
pub use diff::{diff, merge_patch};
pub use expected::{Arrival, Arrivals};
pub use fact::{Fact, FactKind, MarkedStatus, PairedTo, RaceState, StartTarget};
pub use ids::{Bib, EventId, NotAnId, RaceId, Slug};
pub use instant::{Instant, NotAnInstant};
pub use lookup::Registration;
pub use name::Name;
pub use projector::Projector;
pub use review::{Oddity, ReviewItem};
pub use selection::Selection;
pub use standings::{
    Announcement, EntryStatus, Line, Minute, Next, RecordMark, Row, SectionTime, Snapshot, Split,
};
pub use strict::{Malformed, present, read_json};
pub use suggestions::{Reason, Suggestion};
pub use validate::InvalidDefinition;
