//! A folder.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::PathBuf;

use anyhow::{Context, anyhow};

use super::FILE_BYTES_MAX;
use crate::failure::Failure;

/// A folder that files are put into.
pub(in crate::operations) struct Folder {
    path: PathBuf,
    shown: String,
}

impl Folder {
    pub(super) fn open(address: &str) -> Result<Self, Failure> {
        let made = fs::create_dir_all(address).and_then(|()| fs::canonicalize(address));
        let path = made.map_err(|error| {
            let context = format!("cannot use the folder `{address}`");
            Failure::Configuration(anyhow::Error::new(error).context(context))
        })?;
        let shown = path.display().to_string();
        Ok(Self { path, shown })
    }

    pub(super) fn place(&self) -> &str {
        &self.shown
    }

    /// The database lets go of what was written: it has to be on the disk, and its
    /// name as well.
    pub(super) fn put(&self, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
        let partial = self.path.join(format!("{name}.partial"));
        let put = || -> io::Result<()> {
            let mut file = File::create(&partial)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&partial, self.path.join(name))?;
            File::open(&self.path)?.sync_all()
        };
        put().with_context(|| format!("cannot write {name} to {}", self.shown))
    }

    pub(super) fn get(&self, name: &str) -> anyhow::Result<Option<Vec<u8>>> {
        let reading = || format!("cannot read {name} from {}", self.shown);
        let file = match File::open(self.path.join(name)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file.with_context(reading)?,
        };
        let mut bytes = Vec::new();
        let read = file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes);
        if read.with_context(reading)? as u64 > FILE_BYTES_MAX {
            return Err(anyhow!("{name} is larger than any archive"));
        }
        Ok(Some(bytes))
    }
}
