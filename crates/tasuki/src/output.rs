//! Where results go: standard output or a file.
//!
//! A file is written beside its place and moved there when it is whole, so
//! that half an export is never taken for one. A closed pipe is no failure:
//! whoever reads has seen enough.

use std::fs::{self, File};
use std::io::{self, BufWriter, Stdout, Write};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// Fewer, larger writes; a line of the log has a few hundred bytes.
const BUFFER_BYTES: usize = 64 * 1024;

/// Takes lines.
pub(crate) enum Output {
    /// Standard output.
    Stdout(BufWriter<Stdout>),
    /// A file that is not yet in its place.
    File {
        /// Written here,
        partial: PathBuf,
        /// then moved there.
        path: PathBuf,
        file: BufWriter<File>,
    },
}

impl Output {
    /// Standard output.
    pub(crate) fn stdout() -> Self {
        Self::Stdout(BufWriter::with_capacity(BUFFER_BYTES, io::stdout()))
    }

    /// The file at `path`, or standard output where none is named.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = path else {
            return Ok(Self::stdout());
        };
        let mut partial = path.as_os_str().to_owned();
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        let file = File::create(&partial).map_err(|error| {
            let context = format!("cannot write {}", partial.display());
            Failure::Configuration(anyhow::Error::new(error).context(context))
        })?;
        let file = BufWriter::with_capacity(BUFFER_BYTES, file);
        Ok(Self::File {
            partial,
            path: path.to_owned(),
            file,
        })
    }

    /// Writes `text` and a newline.
    pub(crate) fn line(&mut self, text: &str) -> Result<(), Failure> {
        let writer: &mut dyn Write = match self {
            Self::Stdout(stdout) => stdout,
            Self::File { file, .. } => file,
        };
        let written = writer
            .write_all(text.as_bytes())
            .and_then(|()| writer.write_all(b"\n"));
        written.map_err(failed)
    }

    /// Hands on what is buffered, and puts a file into its place.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        match self {
            Self::Stdout(mut stdout) => stdout.flush().map_err(failed),
            Self::File {
                partial,
                path,
                file,
            } => {
                let file = file
                    .into_inner()
                    .map_err(|error| failed(error.into_error()))?;
                file.sync_all().map_err(failed)?;
                fs::rename(partial, path).map_err(failed)
            }
        }
    }
}

/// Prints a few lines at once.
pub(crate) fn say(text: &str) -> Result<(), Failure> {
    let mut stdout = Output::stdout();
    stdout.line(text)?;
    stdout.finish()
}

fn failed(error: io::Error) -> Failure {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return Failure::ClosedPipe;
    }
    Failure::Runtime(anyhow::Error::new(error).context("cannot write the output"))
}
