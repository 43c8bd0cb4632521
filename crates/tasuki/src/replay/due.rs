//! The facts of a log as they become due.

use std::iter::Peekable;

use anyhow::anyhow;
use tasuki_log::{Broken, Record};

/// Most facts in a request: a tenth of what a server takes, so that its answer
/// comes soon.
const BATCH_FACTS_MAX: usize = 1_000;
/// A batch ends with the fact that passes this size; a request may have 8 MiB.
const BATCH_BYTES: usize = 2 * 1024 * 1024;

/// Reads ahead by one fact.
pub(super) struct Due<I: Iterator> {
    lines: Peekable<I>,
}

impl<I: Iterator<Item = Result<Record, Broken>>> Due<I> {
    pub(super) fn new(lines: I) -> Self {
        Self {
            lines: lines.peekable(),
        }
    }

    /// The next fact; none at the end of the log.
    pub(super) fn peek(&mut self) -> anyhow::Result<Option<&Record>> {
        if let Some(Err(broken)) = self.lines.next_if(Result::is_err) {
            return Err(anyhow::Error::new(broken));
        }
        Ok(self.lines.peek().and_then(|line| line.as_ref().ok()))
    }

    /// The next fact, and those behind it that are due as well.
    pub(super) fn take(&mut self, is_due: impl Fn(&Record) -> bool) -> anyhow::Result<Vec<String>> {
        let mut facts = Vec::new();
        let mut bytes = 0;
        while facts.len() < BATCH_FACTS_MAX && bytes < BATCH_BYTES {
            match self.peek()? {
                Some(record) if facts.is_empty() || is_due(record) => {}
                _ => break,
            }
            let next = self
                .lines
                .next()
                .ok_or_else(|| anyhow!("the log ended early"))?;
            let event = String::from(next.map_err(anyhow::Error::new)?.event);
            bytes += event.len();
            facts.push(event);
        }
        Ok(facts)
    }
}
