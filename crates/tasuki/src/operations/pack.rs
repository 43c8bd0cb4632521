//! Operations as compressed lines, and what is known of the lines.

use std::io::{BufRead, BufReader, Write};

use anyhow::{Context, anyhow};
use sha2::{Digest, Sha256};
use tasuki_log::{Hash, Operation};
use zstd::stream::read::Decoder;
use zstd::stream::write::Encoder;

/// Small files, and still faster than a disk.
const LEVEL: i32 = 9;
/// Longest line: an operation of the greatest size, each character escaped.
const LINE_BYTES_MAX: u64 = 64 * 1024;

/// What is known of lines: two are equal only if all of it is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) first: u64,
    pub(super) last: u64,
    pub(super) count: u64,
    pub(super) sha256: Hash,
}

/// Takes operations in the order of their numbers.
pub(super) struct Packer {
    encoder: Encoder<'static, Vec<u8>>,
    tally: Tally,
}

#[derive(Default)]
struct Tally {
    hasher: Sha256,
    first: Option<u64>,
    last: u64,
    count: u64,
}

impl Packer {
    pub(super) fn new() -> anyhow::Result<Self> {
        let mut encoder = Encoder::new(Vec::new(), LEVEL).context("cannot compress")?;
        // A damaged file is found out by whoever unpacks it by hand, too.
        encoder.include_checksum(true).context("cannot compress")?;
        Ok(Self {
            encoder,
            tally: Tally::default(),
        })
    }

    pub(super) fn add(&mut self, operation: &Operation) -> anyhow::Result<()> {
        let line = operation.line().context("cannot write an operation")? + "\n";
        self.tally.add(operation.number, &line)?;
        self.encoder
            .write_all(line.as_bytes())
            .context("cannot compress")
    }

    /// The file, and what is in it; none if that is nothing.
    pub(super) fn finish(self) -> anyhow::Result<Option<(Vec<u8>, Content)>> {
        let bytes = self.encoder.finish().context("cannot compress")?;
        Ok(self.tally.content().map(|content| (bytes, content)))
    }
}

impl Tally {
    fn add(&mut self, number: u64, line: &str) -> anyhow::Result<()> {
        if number <= self.last {
            return Err(anyhow!("operation {number} does not follow {}", self.last));
        }
        self.hasher.update(line.as_bytes());
        self.first.get_or_insert(number);
        self.last = number;
        self.count += 1;
        Ok(())
    }

    fn content(self) -> Option<Content> {
        Some(Content {
            first: self.first?,
            last: self.last,
            count: self.count,
            sha256: <[u8; 32]>::from(self.hasher.finalize()).into(),
        })
    }
}

/// Reads a file, each line of which is shown to `each`; gives what is in it.
pub(super) fn unpack(
    bytes: &[u8],
    mut each: impl FnMut(Operation) -> anyhow::Result<()>,
) -> anyhow::Result<Content> {
    let mut lines = BufReader::new(Decoder::new(bytes).context("it is not compressed as it is")?);
    let mut tally = Tally::default();
    let mut line = String::new();
    loop {
        line.clear();
        let taken = std::io::Read::take(&mut lines, LINE_BYTES_MAX).read_line(&mut line);
        if taken.context("it is damaged, or not whole")? == 0 {
            break;
        }
        let number = tally.count + 1;
        let operation = Operation::from_line(&line);
        let operation = operation.with_context(|| format!("line {number} is no operation"))?;
        tally.add(operation.number, &line)?;
        each(operation)?;
    }
    tally.content().ok_or_else(|| anyhow!("it is empty"))
}
