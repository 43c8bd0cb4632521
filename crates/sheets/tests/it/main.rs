//! Files against races: what each row would do, and what it does.

mod entries;
mod exports;
mod identity;
mod iof;
mod members;
mod passages;
mod schema;
mod support;
