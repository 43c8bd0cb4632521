//! The measurements, each in small: that they run, and fail where they must.

mod fanout;
mod scale;
mod scenarios;
mod soak;
mod storm;
mod support;
mod wire;
