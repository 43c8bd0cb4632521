//! The server under test: the binary beside this one, on a log of its own.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

use crate::process::{Process, pinned};

/// The administrator's token of the server under test.
pub const TOKEN: &str = "a-token-for-measurements";
/// One of the limits as it is anyway: that all of them are on.
const USUAL_LIMITS: &str = "login=10";

/// A running `tasuki serve`.
pub struct Server {
    /// For what it takes from the machine.
    pub process: Process,
    folder: TempDir,
    viewers_max: usize,
    /// Host and port of the public listener.
    pub address: String,
    /// The address of its metrics.
    pub metrics: String,
}

impl Server {
    /// Starts it with an empty SQLite log, for so many viewers.
    ///
    /// # Errors
    /// Says what stood in the way.
    pub fn start(viewers_max: usize) -> Result<Self> {
        Self::launch(viewers_max, &[], None)
    }

    /// The same with every limit at its default, and its traces sent to a collector.
    ///
    /// # Errors
    /// Says what stood in the way.
    pub fn as_on_race_day(viewers_max: usize, collector: &str) -> Result<Self> {
        let more = ["--limits", USUAL_LIMITS, "--otlp-endpoint", collector];
        Self::launch(viewers_max, &more, None)
    }

    /// The same with further arguments, on one processor where one is given.
    ///
    /// # Errors
    /// Says what stood in the way.
    pub fn launch(viewers_max: usize, more: &[&str], processor: Option<usize>) -> Result<Self> {
        let folder = tempfile::tempdir().context("a folder for the log")?;
        let place = ("127.0.0.1:0", &folder);
        let (process, [address, metrics]) = run(place, viewers_max, more, processor)?;
        Ok(Self {
            process,
            folder,
            viewers_max,
            address,
            metrics,
        })
    }

    /// Ends it with that signal; how long it took.
    ///
    /// # Errors
    /// When it cannot be sent one.
    pub fn end(&mut self, signal: &str) -> Result<Duration> {
        let begun = Instant::now();
        let id = self.process.id().to_string();
        let status = Command::new("kill").args(["-s", signal, &id]).status();
        ensure!(status.context("kill")?.success(), "there is no server");
        self.process.child().wait()?;
        Ok(begun.elapsed())
    }

    /// Starts it again, on the same log and the same port.
    ///
    /// # Errors
    /// Says what stood in the way.
    pub fn begin_again(&mut self) -> Result<()> {
        let place = (self.address.as_str(), &self.folder);
        let (process, [_, metrics]) = run(place, self.viewers_max, &[], None)?;
        (self.process, self.metrics) = (process, metrics);
        Ok(())
    }

    /// What its log takes on the disk.
    ///
    /// # Errors
    /// When its folder cannot be read.
    pub fn log_bytes(&self) -> Result<u64> {
        let files = fs::read_dir(&self.folder).context("the folder of the log")?;
        let sizes = files.map(|file| Ok(file?.metadata()?.len()));
        sizes.sum()
    }

    /// Whether the binary knows a flag.
    ///
    /// # Errors
    /// When there is no binary.
    pub fn knows(flag: &str) -> Result<bool> {
        let help = Command::new(binary()?).args(["serve", "--help"]).output();
        let help = help.context("tasuki: build it first")?;
        Ok(String::from_utf8_lossy(&help.stdout).contains(flag))
    }
}

/// Starts the binary; gives where it listens and where its metrics are.
fn run(
    (listen, folder): (&str, &TempDir),
    viewers_max: usize,
    more: &[&str],
    processor: Option<usize>,
) -> Result<(Process, [String; 2])> {
    let log = format!("sqlite:{}", folder.path().join("log.sqlite").display());
    let mut command = pinned(processor, &binary()?);
    command
        .args(["serve", "--listen", listen, "--ops-listen", "127.0.0.1:0"])
        .args(["--viewers-max", &viewers_max.to_string()])
        .args(more)
        // As variables: a flag among the further arguments wins.
        .env("TASUKI_LOG", &log)
        // All clients are one address and one token, and more than any race has.
        .env("TASUKI_LIMITS", "off")
        .env("TASUKI_ADMIN_TOKEN", TOKEN)
        .stdout(Stdio::piped());
    let mut process = Process::spawn(&mut command)?;
    let output = process.child().stdout.take().context("its output")?;
    let (address, metrics) = listening(BufReader::new(output))?;
    Ok((process, [address, metrics]))
}

/// The binary beside this one.
fn binary() -> Result<PathBuf> {
    let own = std::env::current_exe().context("where this program is")?;
    Ok(own.with_file_name("tasuki"))
}

/// The public listener's host and port and the metrics' address, as the server
/// says them at its start.
fn listening(output: impl BufRead) -> Result<(String, String)> {
    let (mut address, mut metrics) = (None, None);
    for line in output.lines() {
        let line = line.context("its output")?;
        let mut words = line.split_whitespace();
        let url = words.clone().find(|word| word.starts_with("http://"));
        match (words.next(), url) {
            (Some("open"), Some(url)) => {
                let host = url.trim_start_matches("http://").trim_end_matches('/');
                address.get_or_insert(host.to_owned());
            }
            (Some("metrics"), Some(url)) => metrics = Some(url.to_owned()),
            _ => {}
        }
        if let (Some(address), Some(metrics)) = (&address, &metrics) {
            return Ok((address.clone(), metrics.clone()));
        }
    }
    bail!("the server did not say where it listens")
}
