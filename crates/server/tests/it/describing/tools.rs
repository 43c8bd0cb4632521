//! Programs of others, which `cargo xtask test` provides and names.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The Python interpreter that has the packages of `requirements.txt`.
pub(crate) fn python() -> PathBuf {
    provided("TASUKI_TEST_PYTHON")
}

/// The program that a variable names.
pub(crate) fn provided(variable: &str) -> PathBuf {
    match std::env::var_os(variable) {
        Some(program) => program.into(),
        None => panic!("{variable} is not set; `cargo xtask test` sets it"),
    }
}

/// What documentation is run with.
pub(crate) struct Tools {
    path: std::ffi::OsString,
}

impl Tools {
    pub(crate) fn find() -> Self {
        let (python, node, curl) = (
            python(),
            provided("TASUKI_TEST_NODE"),
            provided("TASUKI_TEST_CURL"),
        );
        let folders = [&python, &node, &curl].map(|program| {
            let folder = program.parent().map(Path::to_owned);
            folder.expect("a program stands in a folder")
        });
        let old = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(folders.into_iter().chain(std::env::split_paths(&old)));
        Self {
            path: path.expect("a search path"),
        }
    }

    /// A command in a folder, that finds the programs and nobody's proxy.
    pub(crate) fn command(&self, program: &str, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(folder)
            .env("PATH", &self.path)
            .env("PYTHONUNBUFFERED", "1")
            .envs([("no_proxy", "*"), ("NO_PROXY", "*")]);
        command
    }
}

/// Runs a command to its end; what it said, if it failed.
pub(crate) fn run(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| error.to_string())?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let said = text(&output.stdout);
    if output.status.success() {
        Ok(said)
    } else {
        let complained = text(&output.stderr);
        Err(format!("{}\n{said}{complained}", output.status))
    }
}
