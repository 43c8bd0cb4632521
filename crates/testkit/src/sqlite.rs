//! A SQLite log of a test's own, in a folder that goes when the test ends.

use std::fs;
use std::path::{Path, PathBuf};

use uuid::Uuid;

/// A folder with room for a log.
#[derive(Debug)]
pub struct TestFile {
    folder: PathBuf,
}

impl TestFile {
    /// Makes the folder; the log is not there yet.
    ///
    /// # Panics
    /// If the folder cannot be made.
    #[must_use]
    pub fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("tasuki-test-{}", Uuid::new_v4().simple()));
        if let Err(error) = fs::create_dir(&folder) {
            panic!("cannot make the folder {}: {error}", folder.display());
        }
        Self { folder }
    }

    /// Where the log is, or will be.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.folder.join("log.sqlite")
    }

    /// The folder around it.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The log's address, as `--log` takes it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("sqlite:{}", self.path().display())
    }
}

impl Default for TestFile {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for TestFile {
    fn drop(&mut self) {
        // What is left behind is in the system's folder for such things.
        let _ = fs::remove_dir_all(&self.folder);
    }
}
