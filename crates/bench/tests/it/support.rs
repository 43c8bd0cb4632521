//! A measurement that has been run, and what it has written.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// The results of one.
pub(crate) struct Measured {
    name: &'static str,
    folder: TempDir,
}

impl Measured {
    /// Runs the program of that name, which ends without an error.
    pub(crate) fn by(program: &str, name: &'static str, settings: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let output = Command::new(program)
            .args(settings.split(' '))
            .arg("--out")
            .arg(folder.path())
            .output()
            .expect("the measurement runs");
        assert!(output.status.success(), "{output:?}");
        Self { name, folder }
    }

    fn file(&self, ending: &str) -> PathBuf {
        self.folder.path().join(format!("{}.{ending}", self.name))
    }

    pub(crate) fn results(&self) -> Value {
        let json = fs::read_to_string(self.file("json")).expect("results");
        serde_json::from_str(&json).expect("JSON")
    }

    pub(crate) fn page(&self) -> String {
        fs::read_to_string(self.file("md")).expect("a page")
    }

    /// Whether there is a picture of it.
    pub(crate) fn is_drawn(&self) -> bool {
        self.file("svg").is_file()
    }
}
