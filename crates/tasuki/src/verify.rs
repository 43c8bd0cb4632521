//! `tasuki verify`: is the log as it was written?

use std::path::PathBuf;

use anyhow::anyhow;
use clap::Args;
use tasuki_log::Head;

use crate::failure::Failure;
use crate::{input, output};

/// Check that nothing in an exported log was changed
///
/// Checks every line, every link and every hash. Names the first line that is
/// wrong, and exits 1.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Verify {
    /// The exported log; - reads standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

const EXAMPLES: &str = "\
Examples:
  tasuki verify my-race.ndjson
  tasuki export --race my-race | tasuki verify -

A log that ends early is still right up to there: compare the head hash with
the one that was published.";

impl Verify {
    /// Runs the command.
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let (lines, bar) = input::open(&self.file)?;
        let mut last = None;
        for line in lines {
            let record = line.map_err(anyhow::Error::new)?;
            last = Some((record.head(), record.race));
        }
        bar.finish_and_clear();
        let Some((Head { seq, hash }, race)) = last else {
            return Err(anyhow!("the file is empty: an exported log has at least one line").into());
        };
        let facts = if seq == 1 { "fact" } else { "facts" };
        output::say(&format!("{race}: {seq} {facts}, all right, head {hash}"))
    }
}
