//! The server under test: the binary beside this one, on a log of its own.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

/// The administrator's token of the server under test.
pub const TOKEN: &str = "a-token-for-measurements";
/// Ticks of a processor per second in `/proc`, on every Linux there is.
const CLOCK_TICKS: f64 = 100.0;

/// A running `tasuki serve`.
pub struct Server {
    process: Child,
    _folder: TempDir,
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
        let own = std::env::current_exe().context("where this program is")?;
        let binary = own.with_file_name("tasuki");
        let folder = tempfile::tempdir().context("a folder for the log")?;
        let log = format!("sqlite:{}", folder.path().join("log.sqlite").display());
        let mut process = Command::new(&binary)
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--ops-listen",
                "127.0.0.1:0",
            ])
            .args(["--log", &log, "--viewers-max", &viewers_max.to_string()])
            .env("TASUKI_ADMIN_TOKEN", TOKEN)
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{}: build it first", binary.display()))?;
        let (mut address, mut metrics) = (None, None);
        let output = process.stdout.take().context("its output")?;
        for line in BufReader::new(output).lines() {
            let line = line.context("its output")?;
            let url = line
                .split_whitespace()
                .find(|word| word.starts_with("http://"));
            match (line.trim_start().split(' ').next(), url) {
                (Some("open"), Some(url)) => {
                    let host = url.trim_start_matches("http://").trim_end_matches('/');
                    address.get_or_insert(host.to_owned());
                }
                (Some("metrics"), Some(url)) => metrics = Some(url.to_owned()),
                _ => {}
            }
            if address.is_some() && metrics.is_some() {
                break;
            }
        }
        let (Some(address), Some(metrics)) = (address, metrics) else {
            bail!("the server did not say where it listens");
        };
        Ok(Self {
            process,
            _folder: folder,
            address,
            metrics,
        })
    }

    /// Processor time that it has used, user and system.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn cpu(&self) -> Result<Duration> {
        let stat = self.read("stat")?;
        // After the name, which may hold anything, in brackets.
        let (_, fields) = stat.rsplit_once(')').context("the shape of `stat`")?;
        let fields: Vec<&str> = fields.split_whitespace().collect();
        let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok());
        let (user, system) = ticks(11).zip(ticks(12)).context("the shape of `stat`")?;
        Ok(Duration::from_secs_f64((user + system) / CLOCK_TICKS))
    }

    /// Memory in use and its peak, kB.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn memory_kb(&self) -> Result<(u64, u64)> {
        let status = self.read("status")?;
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        };
        field("VmRSS:")
            .zip(field("VmHWM:"))
            .context("the shape of `status`")
    }

    fn read(&self, name: &str) -> Result<String> {
        let path = format!("/proc/{}/{name}", self.process.id());
        fs::read_to_string(&path).context("the server is gone")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It is ours, and its log goes with it.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
