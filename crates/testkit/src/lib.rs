//! What the tests of the other crates need: made-up races, real ones where
//! they are at hand, and the standings computed from scratch to compare with.

pub mod agreement;
pub mod cluster;
pub mod datasets;
pub mod generate;
pub mod naive;
pub mod postgres;
pub mod sqlite;
pub mod waiting;
