//! An exported log that is being read, from a file or from standard input.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use indicatif::ProgressBar;
use tasuki_log::Lines;

use crate::failure::Failure;
use crate::progress;

/// The checked lines of an exported log.
pub(crate) type Input = Lines<Box<dyn BufRead>>;

/// Opens `path`, or standard input where it is `-`, with a progress bar that
/// follows what is read.
pub(crate) fn open(path: &Path) -> Result<(Input, ProgressBar), Failure> {
    if path.as_os_str() == "-" {
        let bar = progress::unknown();
        let reader = BufReader::new(bar.wrap_read(io::stdin()));
        return Ok((Lines::new(Box::new(reader)), bar));
    }
    let opened = File::open(path).and_then(|file| Ok((file.metadata()?, file)));
    let (about, file) = opened.map_err(|error| wrong(path, error))?;
    if about.is_dir() {
        return Err(Failure::configuration(format!(
            "{} is a directory, name a file",
            path.display()
        )));
    }
    let bar = progress::bytes(about.len());
    let reader = BufReader::new(bar.wrap_read(file));
    Ok((Lines::new(Box::new(reader)), bar))
}

fn wrong(path: &Path, error: io::Error) -> Failure {
    let context = format!("cannot open {}", path.display());
    Failure::Configuration(anyhow::Error::new(error).context(context))
}
