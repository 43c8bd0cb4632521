//! Where PostgreSQL's server programs are.
//!
//! First the directories of `PATH`, then Debian's, which keeps server programs out of
//! `PATH`: `/usr/lib/postgresql/VERSION/bin`, the newest version first.

use std::cmp::Reverse;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result};

use crate::command::output_of;
use crate::packages;

/// The oldest PostgreSQL that is tested against: that of Debian 12.
const MAJOR_MIN: u32 = 15;

/// A directory must have all of these to be of use.
const PROGRAMS: [&str; 3] = ["initdb", "pg_ctl", "postgres"];

/// Where Debian puts one directory per major version.
const DEBIAN_ROOT: &str = "/usr/lib/postgresql";

/// The directory of the server programs; installs Debian's package if there is none.
pub(crate) fn find_or_install() -> Result<PathBuf> {
    let root = Path::new(DEBIAN_ROOT);
    if let Some(found) = find(&path_directories(), root) {
        return Ok(found);
    }
    packages::install("postgresql")?;
    find(&path_directories(), root).with_context(|| {
        format!("the installed PostgreSQL is too old: install version {MAJOR_MIN} or newer")
    })
}

fn path_directories() -> Vec<PathBuf> {
    env::var_os("PATH")
        .map(|path| env::split_paths(&path).collect())
        .unwrap_or_default()
}

/// The first directory whose programs are complete and new enough.
fn find(path: &[PathBuf], debian_root: &Path) -> Option<PathBuf> {
    let in_path = path
        .iter()
        .filter_map(|directory| home_of_postgres(directory));
    in_path
        .chain(debian_directories(debian_root))
        .find(|directory| is_usable(directory))
}

/// Where the `postgres` of a directory really is: `PATH` may hold links to a few of the
/// programs, while tests want the others beside them too.
fn home_of_postgres(directory: &Path) -> Option<PathBuf> {
    let program = directory.join("postgres").canonicalize().ok()?;
    program.parent().map(Path::to_owned)
}

fn debian_directories(root: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = entries
        .filter_map(|entry| {
            let major = entry.file_name().to_str()?.parse().ok()?;
            Some((major, entry.path().join("bin")))
        })
        .collect();
    versions.sort_by_key(|(major, _)| Reverse(*major));
    versions
        .into_iter()
        .map(|(_, directory)| directory)
        .collect()
}

fn is_usable(directory: &Path) -> bool {
    PROGRAMS
        .iter()
        .all(|program| directory.join(program).is_file())
        && output_of(Command::new(directory.join("postgres")).arg("--version"))
            .is_ok_and(|text| major(&text).is_some_and(|major| major >= MAJOR_MIN))
}

/// The major version in the answer to `postgres --version`, such as
/// `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)` or `… 19devel`.
fn major(text: &str) -> Option<u32> {
    let version = text.split_once("(PostgreSQL)")?.1.trim_start();
    let digits = version
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(version.len());
    version[..digits].parse().ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;
    use crate::scratch::Scratch;

    /// Puts programs that answer with `version` into a directory.
    fn install_fake(directory: &Path, version: &str, programs: &[&str]) {
        fs::create_dir_all(directory).expect("create directory");
        for program in programs {
            let file = directory.join(program);
            fs::write(
                &file,
                format!("#!/bin/sh\necho '{program} (PostgreSQL) {version}'\n"),
            )
            .expect("write program");
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("chmod");
        }
    }

    #[test]
    fn the_major_version_is_read_from_every_form_of_the_answer() {
        assert_eq!(
            major("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"),
            Some(15)
        );
        assert_eq!(major("postgres (PostgreSQL) 18.0"), Some(18));
        assert_eq!(major("postgres (PostgreSQL) 19devel"), Some(19));
        assert_eq!(major("postgres (PostgreSQL) 9.6.24"), Some(9));
        assert_eq!(major("postgres 15"), None);
        assert_eq!(major(""), None);
    }

    #[test]
    fn the_path_comes_first_then_the_newest_of_debian() {
        let scratch = Scratch::new("find").expect("scratch");
        let (path, debian) = (scratch.path().join("path"), scratch.path().join("debian"));
        install_fake(&debian.join("9/bin"), "9.6", &PROGRAMS);
        install_fake(&debian.join("15/bin"), "15.1", &PROGRAMS);
        install_fake(&debian.join("17/bin"), "17.2", &PROGRAMS);
        assert_eq!(find(&[], &debian), Some(debian.join("17/bin")));
        install_fake(&path, "16.0", &PROGRAMS);
        assert_eq!(find(std::slice::from_ref(&path), &debian), Some(path));
    }

    #[test]
    fn links_in_the_path_lead_to_where_all_programs_are() {
        let scratch = Scratch::new("find").expect("scratch");
        let (path, real) = (scratch.path().join("path"), scratch.path().join("real"));
        install_fake(&real, "16.0", &PROGRAMS);
        fs::create_dir(&path).expect("create directory");
        symlink(real.join("postgres"), path.join("postgres")).expect("link");
        assert_eq!(find(&[path], &scratch.path().join("nowhere")), Some(real));
    }

    #[test]
    fn old_and_incomplete_installations_are_passed_over() {
        let scratch = Scratch::new("find").expect("scratch");
        let (path, debian) = (scratch.path().join("path"), scratch.path().join("debian"));
        install_fake(&path, "17.2", &["initdb", "pg_ctl"]);
        install_fake(&debian.join("14/bin"), "14.9", &PROGRAMS);
        assert_eq!(find(std::slice::from_ref(&path), &debian), None);
        assert_eq!(find(&[path], &scratch.path().join("nowhere")), None);
    }
}
