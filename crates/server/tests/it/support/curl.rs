//! curl: a client of HTTP/1.1, HTTP/2 and TLS that shares no code with the server.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use serde_json::Value;

use crate::describing::tools::provided;

/// Nothing that is waited for takes so long, on however slow a machine.
const PATIENCE: Duration = Duration::from_secs(45);

/// What curl got.
#[derive(Debug)]
pub(crate) struct Got {
    /// Curl's own exit code.
    pub(crate) code: Option<i32>,
    /// `1.1`, `2`, or `0` where there was no answer.
    pub(crate) version: String,
    pub(crate) status: String,
    /// The heads of all answers, in lower case.
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Got {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The body, if it is a success.
    pub(crate) fn ok(self) -> Self {
        assert!(
            self.code == Some(0) && self.status.starts_with('2'),
            "{self:?}"
        );
        self
    }
}

pub(crate) fn command() -> Command {
    let mut command = Command::new(provided("TASUKI_TEST_CURL"));
    // No file of the user's, and nobody's proxy.
    command.args(["--disable", "--silent", "--show-error", "--noproxy", "*"]);
    command
}

/// Asks, and waits for the whole answer.
pub(crate) fn ask<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Got {
    let mut command = command();
    command.args([
        "--include",
        "--max-time",
        "40",
        "--write-out",
        "\n%{http_version} %{http_code}",
    ]);
    let command = command.stderr(Stdio::inherit());
    let output = command.args(arguments).output().expect("curl runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let (answer, told) = text.rsplit_once('\n').unwrap_or(("", &text));
    let (version, status) = told.split_once(' ').unwrap_or_default();
    let (mut head, mut body) = (String::new(), answer);
    while body.starts_with("HTTP/") {
        let (first, rest) = body.split_once("\r\n\r\n").unwrap_or((body, ""));
        head += &first.to_ascii_lowercase();
        body = rest;
    }
    Got {
        code: output.status.code(),
        version: version.to_owned(),
        status: status.to_owned(),
        head,
        body: body.to_owned(),
    }
}

/// A live stream that curl reads.
pub(crate) struct Stream {
    child: Child,
    lines: Receiver<String>,
    /// Every line that came.
    pub(crate) seen: Vec<String>,
}

impl Stream {
    pub(crate) fn open<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Self {
        let mut command = command();
        command.args(["--no-buffer", "--include"]).args(arguments);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("curl runs");
        let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Self {
            child,
            lines,
            seen: Vec::new(),
        }
    }

    /// Reads until a line has that in it, and gives that line.
    pub(crate) fn until(&mut self, wanted: &str) -> String {
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => self.seen.push(line.clone()),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("{wanted} did not come: {:?}", self.seen)
                }
            }
            if let Some(line) = self.seen.last().filter(|line| line.contains(wanted)) {
                return line.clone();
            }
        }
    }

    /// Reads to its end; curl's exit code.
    pub(crate) fn end(&mut self) -> Option<i32> {
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => self.seen.push(line),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it does not end: {:?}", self.seen),
            }
        }
        self.child.wait().expect("curl ends").code()
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
