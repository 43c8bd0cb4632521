//! The tools of the tests, tested.

mod corrections;
mod datasets;
mod generate;
mod legs;
mod ranks;
mod reach;
mod story;
