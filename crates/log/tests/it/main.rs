//! The log's promises, checked on both engines.

#![expect(
    clippy::unwrap_used,
    reason = "what cannot be unwrapped has failed the test"
)]

mod appender;
mod chain;
mod doorman;
mod engine;
mod facts;
mod faulty;
mod minutes;
mod opening;
mod operations;
mod parts;
mod people;
mod plans;
mod postgres;
mod previous;
mod registry;
mod restore;
mod slow;
mod story;
mod tuning;
mod vitals;
mod writers;
