//! What a run needs to know of the server under test.

use anyhow::Result;
use serde_json::Value;

use super::publisher::Publisher;
use crate::crowds::Watched;
use crate::process::Process;

/// What a server is started for, and how.
#[derive(Clone, Copy, Debug)]
pub struct Needs<'a> {
    /// Viewers at a time.
    pub viewers: u32,
    /// Messages in all.
    pub messages: u32,
    /// Where it runs, if it is to have a processor of its own.
    pub processor: Option<usize>,
    /// Further ones for tasuki.
    pub arguments: &'a [String],
}

/// A running server and how to use it. One that shows states may send a frame for
/// several messages.
pub trait Subject {
    /// For what it takes from the machine.
    fn process(&self) -> &Process;

    /// What a crowd needs to know of it.
    fn watched(&self) -> Watched<'_>;

    /// A connection on which is published.
    ///
    /// # Errors
    /// When it does not listen.
    fn publisher(&self) -> Result<Publisher>;

    /// The body of a request that publishes the messages `first..=last`; more
    /// than one only to those who take several at a time.
    fn body(&self, first: u32, last: u32) -> Vec<u8>;

    /// What everybody should be shown, where the server knows: the standings.
    ///
    /// # Errors
    /// When it does not give them.
    fn standings(&self) -> Result<Option<Value>>;
}
