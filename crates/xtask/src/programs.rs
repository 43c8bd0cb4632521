//! Programs that tests call: found in `PATH`, or installed from Debian's packages.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::packages;

/// A program, and where to get it.
pub(crate) struct Program {
    /// Names it to the tests, and overrides the search for it.
    pub(crate) variable: &'static str,
    /// Under these names it is found in `PATH`.
    pub(crate) names: &'static [&'static str],
    /// Debian's package.
    pub(crate) package: &'static str,
}

/// The browser in which the pages are tested.
pub(crate) const CHROMIUM: Program = Program {
    variable: "TASUKI_TEST_CHROMIUM",
    names: &["chromium", "chromium-browser", "google-chrome", "chrome"],
    package: "chromium",
};

/// Runs the JavaScript in the documentation.
pub(crate) const NODE: Program = Program {
    variable: "TASUKI_TEST_NODE",
    names: &["node", "nodejs"],
    package: "nodejs",
};

/// Runs the shell commands in the documentation.
pub(crate) const CURL: Program = Program {
    variable: "TASUKI_TEST_CURL",
    names: &["curl"],
    package: "curl",
};

/// Checks and tests the rules of the alerts.
pub(crate) const PROMTOOL: Program = Program {
    variable: "TASUKI_TEST_PROMTOOL",
    names: &["promtool"],
    package: "prometheus",
};

/// Proxies in front of a server, as `deploy` sets them up.
pub(crate) const CADDY: Program = Program {
    variable: "TASUKI_TEST_CADDY",
    names: &["caddy"],
    package: "caddy",
};
pub(crate) const NGINX: Program = Program {
    variable: "TASUKI_TEST_NGINX",
    names: &["nginx"],
    package: "nginx-light",
};

/// Judges the unit in `deploy`.
pub(crate) const SYSTEMD_ANALYZE: Program = Program {
    variable: "TASUKI_TEST_SYSTEMD_ANALYZE",
    names: &["systemd-analyze"],
    package: "systemd",
};

/// Watches the server in drills.
pub(crate) const PROMETHEUS: Program = Program {
    variable: "TASUKI_TEST_PROMETHEUS",
    names: &["prometheus"],
    package: "prometheus",
};

/// Copies logs that are in use, in drills.
pub(crate) const SQLITE: Program = Program {
    variable: "TASUKI_TEST_SQLITE3",
    names: &["sqlite3"],
    package: "sqlite3",
};

/// Takes logs apart, in drills.
pub(crate) const JQ: Program = Program {
    variable: "TASUKI_TEST_JQ",
    names: &["jq"],
    package: "jq",
};

/// Makes the environment of `python.rs`.
pub(crate) const PYTHON: Program = Program {
    variable: "TASUKI_TEST_PYTHON3",
    names: &["python3"],
    package: "python3",
};

impl Program {
    /// Where it is; installs Debian's package if it is nowhere.
    pub(crate) fn find_or_install(&self) -> Result<PathBuf> {
        let Self {
            variable, package, ..
        } = self;
        if let Some(chosen) = env::var_os(variable) {
            let chosen = PathBuf::from(chosen);
            ensure!(
                chosen.is_file(),
                "{variable} names {}: no such file",
                chosen.display()
            );
            return Ok(chosen);
        }
        if let Some(found) = self.find() {
            return Ok(found);
        }
        packages::install(package)?;
        self.find()
            .with_context(|| format!("{package} was installed but is not in PATH: set {variable}"))
    }

    fn find(&self) -> Option<PathBuf> {
        let path = env::var_os("PATH")?;
        // Debian keeps servers where not everybody looks.
        let servers = std::iter::once(PathBuf::from("/usr/sbin"));
        self.find_in(env::split_paths(&path).chain(servers))
    }

    fn find_in(&self, directories: impl Iterator<Item = PathBuf>) -> Option<PathBuf> {
        let named = |directory: PathBuf| self.names.iter().map(move |name| directory.join(name));
        let mut programs = directories.flat_map(named);
        programs.find(|program| Path::is_file(program))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn a_program_is_found_under_any_of_its_names() {
        let scratch = Scratch::new("find").expect("scratch");
        let directories = || [scratch.path().join("empty"), scratch.path().to_owned()].into_iter();
        assert_eq!(CHROMIUM.find_in(directories()), None);
        let program = scratch.path().join("google-chrome");
        fs::write(&program, "").expect("write");
        assert_eq!(CHROMIUM.find_in(directories()), Some(program));
    }
}
