//! `tasuki operations`: months of what was done to the server, in files.
//!
//! ```text
//! database ──▶ pack: NDJSON, zstd ──▶ depot: folder or bucket ──▶ read back ──▶ let go
//!          ◀── take back ◀── checked ◀─────────────┘
//! ```
//!
//! Wherever an archive is cut short, each operation is in the database, in a file
//! that was checked, or in both; the same command again goes on from there.

mod archive;
mod depot;
mod manifest;
mod pack;
mod restore;

use clap::{Args, Subcommand};

use crate::failure::Failure;

/// Move old months of the log of operations to files, and back
///
/// What was done to the server is kept for ever: in the database, or in one file
/// a month that the database knows of. Each file is NDJSON compressed with zstd,
/// with a manifest beside it that says what is in it.
#[derive(Debug, Args)]
pub(crate) struct Operations {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Archive(archive::Archive),
    Restore(restore::Restore),
}

impl Operations {
    /// Runs the command.
    pub(crate) async fn run(&self) -> Result<(), Failure> {
        match &self.command {
            Command::Archive(command) => command.run().await,
            Command::Restore(command) => command.run().await,
        }
    }
}
