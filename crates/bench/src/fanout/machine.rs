//! What was measured, and on what.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::nchan;

/// Stands beside every result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Circumstances {
    pub(crate) day: String,
    pub(crate) processor: String,
    pub(crate) processors: usize,
    pub(crate) memory_gib: u64,
    pub(crate) kernel: String,
    pub(crate) rustc: String,
    pub(crate) tasuki: String,
    pub(crate) commit: String,
    pub(crate) nginx: Option<String>,
}

impl Circumstances {
    /// Those of now and here.
    pub(crate) fn find() -> Result<Self> {
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
            nginx: nchan::version(),
        })
    }
}

/// How many processors the machine has, whatever this process may run on.
pub(crate) fn processors() -> Result<usize> {
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
