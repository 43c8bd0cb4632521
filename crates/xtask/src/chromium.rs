//! The browser in which the pages are tested.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::packages;

/// Names the browser's program to the tests, and overrides the search for it.
pub(crate) const VARIABLE: &str = "TASUKI_TEST_CHROMIUM";

/// Under these names the browser is found in `PATH`.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// The browser's program; installs Debian's package if there is none.
pub(crate) fn find_or_install() -> Result<PathBuf> {
    if let Some(chosen) = env::var_os(VARIABLE) {
        let chosen = PathBuf::from(chosen);
        ensure!(
            chosen.is_file(),
            "{VARIABLE} names {}: no such file",
            chosen.display()
        );
        return Ok(chosen);
    }
    if let Some(found) = find() {
        return Ok(found);
    }
    packages::install("chromium")?;
    find().context("chromium was installed but is not in PATH: set TASUKI_TEST_CHROMIUM")
}

fn find() -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    find_in(env::split_paths(&path))
}

fn find_in(directories: impl Iterator<Item = PathBuf>) -> Option<PathBuf> {
    let mut programs = directories.flat_map(|directory| NAMES.map(|name| directory.join(name)));
    programs.find(|program| Path::is_file(program))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn the_browser_is_found_under_any_of_its_names() {
        let scratch = Scratch::new("find").expect("scratch");
        let directories = || [scratch.path().join("empty"), scratch.path().to_owned()].into_iter();
        assert_eq!(find_in(directories()), None);
        let program = scratch.path().join("google-chrome");
        fs::write(&program, "").expect("write");
        assert_eq!(find_in(directories()), Some(program));
    }
}
