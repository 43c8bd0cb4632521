//! A temporary directory that goes when its owner goes.

use std::fs::{self, DirBuilder};
use std::io::Write as _;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};
use std::{env, io, process};

use anyhow::{Context, Result};

/// A directory that nobody else had, open to its owner only.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    /// Makes one under the system's directory for such things. The name is short:
    /// a socket in it has to stay under the 107 bytes that unix allows.
    pub(crate) fn new(subject: &str) -> Result<Self> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.subsec_nanos();
        let path = env::temp_dir().join(format!("tasuki-{subject}-{}-{now:x}", process::id()));
        DirBuilder::new()
            .mode(0o700)
            .create(&path)
            .with_context(|| format!("cannot create {}", path.display()))?;
        Ok(Self(path))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            // Not `eprintln!`: it panics when the terminal is gone, as after a SIGHUP.
            let _ = writeln!(io::stderr(), "cannot remove {}: {error}", self.0.display());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scratch_directory_goes_with_all_that_is_in_it() {
        let scratch = Scratch::new("test").expect("create");
        let path = scratch.path().to_owned();
        fs::create_dir(path.join("inner")).expect("create inner");
        fs::write(path.join("inner/file"), "text").expect("write");
        drop(scratch);
        assert!(!path.exists());
    }
}
