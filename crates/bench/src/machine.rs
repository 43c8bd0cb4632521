//! What was measured, and on what.

use std::fmt;
use std::fs;
use std::process::Command;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// Stands beside every result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Circumstances {
    /// UTC.
    pub day: String,
    /// Its model.
    pub processor: String,
    /// How many.
    pub processors: usize,
    /// Rounded up.
    pub memory_gib: u64,
    /// Name and version.
    pub kernel: String,
    /// What compiled it.
    pub rustc: String,
    /// Its version.
    pub tasuki: String,
    /// Of the working tree.
    pub commit: String,
    /// Its version, where it takes part.
    pub nginx: Option<String>,
}

impl Circumstances {
    /// Those of now and here; `nginx` where that is measured too.
    ///
    /// # Errors
    /// When there is no `/proc`.
    pub fn find(nginx: Option<String>) -> Result<Self> {
        let cpuinfo = fs::read_to_string("/proc/cpuinfo")?;
        let meminfo = fs::read_to_string("/proc/meminfo")?;
        let tasuki = std::env::current_exe()?.with_file_name("tasuki");
        // With a mark where the tree has changes that are in no commit.
        let commit = said("git", &["describe", "--always", "--dirty", "--abbrev=12"]);
        Ok(Self {
            day: said("date", &["-u", "+%Y-%m-%d"]),
            processor: field(&cpuinfo, "model name").unwrap_or_default().to_owned(),
            processors: processors()?,
            memory_gib: memory_gib(&meminfo).context("the shape of `meminfo`")?,
            // Of `6.18.4-3-amd64` the numbers: the rest is the builder's.
            kernel: said("uname", &["-sr"])
                .split('-')
                .next()
                .unwrap_or_default()
                .to_owned(),
            rustc: said("rustc", &["--version"]),
            tasuki: said(&tasuki.display().to_string(), &["--version"]),
            commit,
            nginx,
        })
    }
}

impl fmt::Display for Circumstances {
    /// All but the day.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            processor, kernel, ..
        } = self;
        let (processors, memory_gib) = (self.processors, self.memory_gib);
        write!(
            f,
            "{processor}, {processors} processors, {memory_gib} GiB, {kernel}; "
        )?;
        write!(f, "{}, {} at `{}`", self.rustc, self.tasuki, self.commit)?;
        self.nginx.iter().try_for_each(|it| write!(f, ", {it}"))
    }
}

/// How many processors the machine has, whatever this process may run on.
///
/// # Errors
/// When there is no `/proc`.
pub fn processors() -> Result<usize> {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo")?;
    let count = cpuinfo
        .lines()
        .filter(|line| line.starts_with("processor"))
        .count();
    Ok(count.max(1))
}

fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_once(':').map(|(_, value)| value.trim())
}

fn memory_gib(meminfo: &str) -> Option<u64> {
    let kib: u64 = field(meminfo, "MemTotal")?
        .split(' ')
        .next()?
        .parse()
        .ok()?;
    Some(kib.div_ceil(1_024 * 1_024))
}

/// What a program prints; nothing where it is not there.
fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map_or_else(
        |_| String::new(),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_rounded_to_what_was_bought() {
        let meminfo = "MemTotal:       24610332 kB\nMemFree: 1 kB\n";
        assert_eq!(memory_gib(meminfo), Some(24));
        assert_eq!(
            field("model name\t: AMD EPYC\n", "model name"),
            Some("AMD EPYC")
        );
    }
}
