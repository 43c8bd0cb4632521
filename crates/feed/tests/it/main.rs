//! The feed as the server uses it: channels, ticks, cursors. Viewers apply
//! merge patches by a library that is not ours.

mod agreeing;
mod crowds;
mod fanout;
mod joining;
mod sharing;
mod silence;
mod stadium;
mod support;
