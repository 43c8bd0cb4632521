//! The projector against the naive model, and what follows from the facts
//! being the only state.

mod admitted;
mod agreement;
mod by_hand;
mod datasets;
mod diffs;
mod facts;
mod past;
mod support;
