//! Python environments with the packages that tests and measurements run, kept under
//! `target`.
//!
//! Each is made once and again when its list of packages changes: the list that it was made
//! from is copied into it last, so that one that was cut off midway is never taken for
//! whole.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result};

use crate::command::output_of;
use crate::packages;
use crate::programs::PYTHON;

/// Names the environment's interpreter to the tests.
pub(crate) const VARIABLE: &str = "TASUKI_TEST_PYTHON";

/// Names k6 to the tests.
pub(crate) const K6_VARIABLE: &str = "TASUKI_TEST_K6";

/// An environment: its folder under `target`, and the list of its packages, each with
/// its version.
struct Environment {
    folder: &'static str,
    requirements: &'static str,
}

/// What the tests run.
const TESTS: Environment = Environment {
    folder: "python",
    requirements: "crates/server/tests/requirements.txt",
};

/// A program that comes as a package of Python, which is all there is to it.
const K6: Environment = Environment {
    folder: "python-k6",
    requirements: "bench/k6/requirements.txt",
};

/// Under this name an environment keeps the list that it was made from.
const STAMP: &str = "requirements.txt";

/// The interpreter of the tests' environment, which is made where it is missing or old.
pub(crate) fn find_or_make() -> Result<PathBuf> {
    Ok(TESTS.find_or_make()?.join("bin/python"))
}

/// The program that plays the recorders of `cargo xtask bench scenarios`, likewise.
pub(crate) fn find_or_install_k6() -> Result<PathBuf> {
    Ok(K6.find_or_make()?.join("bin/k6"))
}

impl Environment {
    /// Where it is; it is made where it is missing or old.
    fn find_or_make(&self) -> Result<PathBuf> {
        let root = workspace()?;
        let wanted = root.join(self.requirements);
        let target = env::var_os("CARGO_TARGET_DIR");
        let target = target.map_or_else(|| root.join("target"), PathBuf::from);
        let home = root.join(target).join(self.folder);
        if !is_current(&home, &wanted)? {
            make(&home, &wanted)
                .with_context(|| format!("cannot install what {} names", self.requirements))?;
        }
        Ok(home)
    }
}

fn workspace() -> Result<PathBuf> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = package.ancestors().nth(2);
    Ok(root.context("xtask stands in no workspace")?.to_owned())
}

fn is_current(home: &Path, wanted: &Path) -> Result<bool> {
    let wanted = fs::read(wanted).with_context(|| format!("cannot read {}", wanted.display()))?;
    let made_from = fs::read(home.join(STAMP)).unwrap_or_default();
    Ok(made_from == wanted && home.join("bin/python").is_file())
}

fn make(home: &Path, wanted: &Path) -> Result<()> {
    println!("making a Python environment in {}", home.display());
    let python = PYTHON.find_or_install()?;
    let create = || {
        let mut venv = Command::new(&python);
        output_of(venv.args(["-m", "venv", "--clear"]).arg(home))
    };
    // Debian keeps what a new environment starts with in a package of its own.
    if create().is_err() {
        packages::install("python3-venv")?;
        create()?;
    }
    let mut pip = Command::new(home.join("bin/python"));
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]);
    output_of(pip.arg("--requirement").arg(wanted))?;
    fs::copy(wanted, home.join(STAMP))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn an_environment_is_current_only_if_it_was_finished_from_the_same_list() {
        let scratch = Scratch::new("python").expect("scratch");
        let wanted = scratch.path().join("wanted.txt");
        let home = scratch.path().join("home");
        fs::create_dir_all(home.join("bin")).expect("directories");
        fs::write(&wanted, "one==1\n").expect("a list");
        fs::write(home.join("bin/python"), "").expect("an interpreter");
        assert!(!is_current(&home, &wanted).expect("a verdict"), "no list");
        fs::copy(&wanted, home.join(STAMP)).expect("a stamp");
        assert!(is_current(&home, &wanted).expect("a verdict"));
        fs::write(&wanted, "one==2\n").expect("another list");
        assert!(!is_current(&home, &wanted).expect("a verdict"), "old list");
    }
}
