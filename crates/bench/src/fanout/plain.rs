//! The servers that know nothing of races: what is published is sent as it came.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::Stdio;

use anyhow::{Context, Result};
use serde_json::Value;
use tasuki_bench::crowds::Watched;
use tasuki_bench::process::{Process, pinned};
use tasuki_bench::run::publisher::Publisher;
use tasuki_bench::run::subject::{Needs, Subject};
use tempfile::TempDir;

use crate::nchan;

/// JSON in a message: with what each puts around it, about the size of a frame
/// of tasuki's.
const JSON_BYTES: usize = 300;

/// One of them.
pub(crate) struct Plain {
    process: Process,
    address: String,
    /// Where viewers connect.
    watch: &'static str,
    /// Where messages go.
    publish: &'static str,
    /// Goes with it.
    _folder: Option<TempDir>,
}

impl Plain {
    /// A yardstick: this program in another role.
    pub(crate) fn own(role: &str, processor: Option<usize>) -> Result<Self> {
        let mut command = pinned(processor, &std::env::current_exe()?);
        command.args(["--role", role]).stdout(Stdio::piped());
        let mut process = Process::spawn(&mut command)?;
        let output = process.child().stdout.take().context("its output")?;
        let mut address = String::new();
        BufReader::new(output).read_line(&mut address)?;
        let address: SocketAddr = address.trim().parse().context("where it listens")?;
        Ok(Self {
            process,
            address: address.to_string(),
            watch: "/",
            publish: "/",
            _folder: None,
        })
    }

    /// nginx with its module.
    pub(crate) fn nchan(needs: &Needs<'_>) -> Result<Self> {
        let (process, address, folder) = nchan::start(needs.viewers, needs.processor)?;
        Ok(Self {
            process,
            address,
            watch: nchan::WATCH,
            publish: nchan::PUBLISH,
            _folder: Some(folder),
        })
    }
}

impl Subject for Plain {
    fn process(&self) -> &Process {
        &self.process
    }

    fn watched(&self) -> Watched<'_> {
        Watched {
            address: &self.address,
            path: self.watch,
            base: 0,
            states: false,
        }
    }

    fn publisher(&self) -> Result<Publisher> {
        let headers = "Content-Type: application/json\r\n";
        Publisher::connect(&self.address, self.publish, headers)
    }

    fn body(&self, _first: u32, last: u32) -> Vec<u8> {
        let mut text = format!("{{\"seq\":{last},\"text\":\"");
        let padding = JSON_BYTES.saturating_sub(text.len() + 2);
        let _ = write!(text, "{:x<padding$}\"}}", "");
        text.into_bytes()
    }

    fn standings(&self) -> Result<Option<Value>> {
        Ok(None)
    }
}
