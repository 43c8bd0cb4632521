//! Paper and spreadsheets: entries, members and passages from files, results
//! as files.
//!
//! ```text
//! bytes ─▶ decode ─▶ Table ─▶ entries | members | passages ─┐
//! bytes ─▶ iof tree ────────▶ start_list ───────────────────┴▶ Plan: rows and facts
//! race  ─▶ Results ─▶ csv | xml ─▶ bytes
//! ```
//!
//! A [`Plan`] says row by row what an import would do, and holds the facts
//! that do it; whoever asked decides whether they are recorded. The crate is
//! pure: no I/O, no clock, no async runtime. What a row means depends on the
//! file and on the race as it stands, so the same file gives the same plan.

mod catalogue;
mod context;
mod decode;
mod entries;
mod fault;
mod figures;
mod fold;
mod headers;
mod identity;
mod iof;
mod members;
mod naming;
mod passage_columns;
mod passages;
mod registering;
mod results;
mod results_csv;
mod row;
mod style;
mod synonyms;
mod table;
mod times;
mod written;

pub use context::Wishes;
pub use decode::{Delimiter, Encoding, SHEET_BYTES_MAX};
pub use entries::entries;
pub use fault::Fault;
pub use iof::start_list;
pub use members::members;
pub use passages::passages;
pub use results::Results;
pub use row::{Outcome, Plan, Planned, Row, Summary, Warning, What};
pub use style::{Language, Style};
pub use table::{CELL_CHARS_MAX, COLUMNS_MAX, ROWS_MAX, Table};
pub use times::{Times, date};
