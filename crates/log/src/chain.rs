//! Checks an exported log, line by line, in constant memory.
//!
//! Lines go into a [`Verifier`] in the order of the file and come out as
//! [`Record`]s, or the first wrong one is named. [`Lines`] does so for a whole
//! file, and also finds a last line that was cut off.

use std::io::{self, BufRead, Read};

use tasuki_race::RaceId;

use crate::hash::Hash;
use crate::record::{Head, NotARecord, Record};

/// Longest line read from a file, bytes: a fact of 8 MiB, the largest request
/// body, with room for its frame. A file without newlines must not fill the memory.
pub const LINE_BYTES_MAX: usize = 9 * 1024 * 1024;

/// The first line of a file that is not as the log wrote it.
#[derive(Debug, thiserror::Error)]
#[error("line {line} is wrong")]
pub struct Broken {
    /// Its number in the file, from 1.
    pub line: u64,
    /// What is wrong with it.
    #[source]
    pub reason: Reason,
}

/// What is wrong with a line.
#[derive(Debug, thiserror::Error)]
pub enum Reason {
    /// The line in itself.
    #[error(transparent)]
    Line(#[from] NotARecord),
    /// A line is missing, doubled or out of place.
    #[error("`seq` is {said} where {wanted} is due")]
    Gap {
        /// What the line says.
        said: u64,
        /// What is due here.
        wanted: u64,
    },
    /// The line does not follow from the one before.
    #[error("`prev` is {said}, the line before has the hash {wanted}")]
    Unlinked {
        /// What the line says.
        said: Hash,
        /// The hash of the line before.
        wanted: Hash,
    },
    /// Lines of two races in one file.
    #[error("it belongs to the race `{said}`, the lines before to `{wanted}`")]
    OtherRace {
        /// What the line says.
        said: RaceId,
        /// The race of the lines before.
        wanted: RaceId,
    },
    /// The file ends in the middle of a line.
    #[error("the file ends without a newline: the last line was cut off")]
    CutOff,
    /// No fact is that long.
    #[error("longer than {LINE_BYTES_MAX} bytes")]
    TooLong,
    /// Not text.
    #[error("not UTF-8")]
    NotUtf8,
    /// The file could not be read.
    #[error("cannot read")]
    Io(#[from] io::Error),
}

/// Checks the lines of one race's log as they pass by.
#[derive(Debug, Default)]
pub struct Verifier {
    last: Option<(RaceId, Head)>,
    lines: u64,
}

impl Verifier {
    /// Expects the first line.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Checks the next line, given without its newline.
    ///
    /// # Errors
    /// Names the line and says what is wrong with it.
    pub fn line(&mut self, line: &str) -> Result<Record, Broken> {
        self.lines += 1;
        self.check(line).map_err(|reason| Broken {
            line: self.lines,
            reason,
        })
    }

    fn check(&mut self, line: &str) -> Result<Record, Reason> {
        let record = Record::from_line(line)?;
        let head = self.last.as_ref().map_or(Head::ORIGIN, |(_, head)| *head);
        if let Some((race, _)) = &self.last
            && *race != record.race
        {
            return Err(Reason::OtherRace {
                said: record.race,
                wanted: race.clone(),
            });
        }
        if record.seq != head.seq + 1 {
            return Err(Reason::Gap {
                said: record.seq,
                wanted: head.seq + 1,
            });
        }
        if record.prev != head.hash {
            return Err(Reason::Unlinked {
                said: record.prev,
                wanted: head.hash,
            });
        }
        self.last = Some((record.race.clone(), record.head()));
        Ok(record)
    }

    /// The race and the last line so far.
    #[must_use]
    pub fn last(&self) -> Option<&(RaceId, Head)> {
        self.last.as_ref()
    }
}

/// The records of an exported file; ends after the first wrong line.
#[derive(Debug)]
pub struct Lines<R> {
    file: R,
    verifier: Verifier,
    done: bool,
}

impl<R: BufRead> Lines<R> {
    /// Reads `file` from its first line.
    pub fn new(file: R) -> Self {
        Self {
            file,
            verifier: Verifier::new(),
            done: false,
        }
    }

    fn read(&mut self) -> Result<Option<Record>, Broken> {
        let number = self.verifier.lines + 1;
        let line = self.read_line().map_err(|reason| Broken {
            line: number,
            reason,
        })?;
        line.map(|line| self.verifier.line(&line)).transpose()
    }

    fn read_line(&mut self) -> Result<Option<String>, Reason> {
        let mut bytes = Vec::new();
        let limit = LINE_BYTES_MAX as u64 + 1;
        self.file
            .by_ref()
            .take(limit)
            .read_until(b'\n', &mut bytes)?;
        if bytes.is_empty() {
            return Ok(None);
        }
        if bytes.pop() != Some(b'\n') {
            let too_long = bytes.len() >= LINE_BYTES_MAX;
            return Err(if too_long {
                Reason::TooLong
            } else {
                Reason::CutOff
            });
        }
        String::from_utf8(bytes)
            .map(Some)
            .map_err(|_| Reason::NotUtf8)
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Result<Record, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let next = self.read().transpose();
        self.done = !matches!(next, Some(Ok(_)));
        next
    }
}
