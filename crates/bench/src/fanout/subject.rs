//! The servers under test, each in a process of its own.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::Stdio;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tasuki_bench::crowds::Watched;
use tasuki_bench::process::{Process, pinned};
use tasuki_bench::recorder::Recorder;
use tasuki_bench::relay;
use tasuki_bench::runtime::runtime;
use tasuki_bench::server::{Server, TOKEN};
use tasuki_bench::standings::standings;
use tempfile::TempDir;

use crate::nchan;
use crate::publisher::Publisher;
use crate::uring;

/// JSON in a message to the servers that know nothing of races: with what each
/// puts around it, about the size of a frame of tasuki's.
const JSON_BYTES: usize = 300;

/// Which server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Tasuki,
    TasukiAxum,
    Raw,
    RawPending,
    Uring,
    UringPending,
    Tokio,
    Nchan,
}

impl Kind {
    /// In the order of the tables.
    pub(crate) const ALL: [Self; 8] = [
        Self::Tasuki,
        Self::TasukiAxum,
        Self::Raw,
        Self::RawPending,
        Self::Uring,
        Self::UringPending,
        Self::Tokio,
        Self::Nchan,
    ];

    /// Those that are measured where nothing else is asked for.
    pub(crate) const USUAL: [Self; 6] = [
        Self::Tasuki,
        Self::TasukiAxum,
        Self::Raw,
        Self::Uring,
        Self::Tokio,
        Self::Nchan,
    ];

    /// As it is called in arguments and tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Tasuki => "tasuki",
            Self::TasukiAxum => "tasuki-axum",
            Self::Raw => "raw",
            Self::RawPending => "raw-pending",
            Self::Uring => "uring",
            Self::UringPending => "uring-pending",
            Self::Tokio => "tokio",
            Self::Nchan => "nchan",
        }
    }

    /// Why it cannot be measured here, if it cannot.
    pub(crate) fn missing(self) -> Result<Option<&'static str>> {
        Ok(match self {
            Self::TasukiAxum if !Server::knows("--fanout")? => {
                Some("this tasuki has no flag --fanout")
            }
            Self::Uring | Self::UringPending if !uring::is_there() => {
                Some("the system lets nobody, or not us, use io_uring")
            }
            Self::Nchan if !nchan::is_there() => {
                Some("nginx and libnginx-mod-nchan are not installed")
            }
            _ => None,
        })
    }

    /// Whether it may send one frame for several messages.
    pub(crate) fn merges(self) -> bool {
        matches!(self, Self::Tasuki | Self::TasukiAxum)
    }
}

/// What a server is started for, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Needs<'a> {
    /// Viewers at a time.
    pub(crate) viewers: u32,
    /// Messages in all.
    pub(crate) messages: u32,
    /// Where it runs, if it is to have a processor of its own.
    pub(crate) processor: Option<usize>,
    /// Further ones for tasuki.
    pub(crate) arguments: &'a [String],
}

/// A running server and how to use it.
pub(crate) struct Subject {
    pub(crate) kind: Kind,
    host: Host,
    pub(crate) address: String,
    /// Where viewers connect.
    pub(crate) watch: String,
    /// The number of the last message before the first that is published.
    pub(crate) base: u32,
}

enum Host {
    Tasuki(Server),
    Other {
        process: Process,
        /// Goes with it.
        _folder: Option<TempDir>,
    },
}

impl Subject {
    /// Starts it.
    pub(crate) fn start(kind: Kind, needs: &Needs<'_>) -> Result<Self> {
        match kind {
            Kind::Tasuki => Self::tasuki(kind, needs, &[]),
            Kind::TasukiAxum => Self::tasuki(kind, needs, &["--fanout", "axum"]),
            Kind::Raw | Kind::RawPending | Kind::Uring | Kind::UringPending | Kind::Tokio => {
                Self::own(kind, needs.processor)
            }
            Kind::Nchan => {
                let (process, address, folder) = nchan::start(needs.viewers, needs.processor)?;
                let _folder = Some(folder);
                let host = Host::Other { process, _folder };
                Ok(Self::new(kind, host, address, nchan::WATCH, 0))
            }
        }
    }

    fn new(kind: Kind, host: Host, address: String, watch: &str, base: u32) -> Self {
        Self {
            kind,
            host,
            address,
            watch: watch.to_owned(),
            base,
        }
    }

    fn tasuki(kind: Kind, needs: &Needs<'_>, engine: &[&str]) -> Result<Self> {
        let more = needs.arguments.iter().map(String::as_str);
        let more: Vec<&str> = engine.iter().copied().chain(more).collect();
        let server = Server::launch(usize::try_from(needs.viewers)?, &more, needs.processor)?;
        let address = server.address.clone();
        let recorder = Recorder::new(&address, relay::RACE);
        runtime()?.block_on(async { recorder.begin(&relay::definition(needs.messages)).await })?;
        let watch = format!("/api/races/{}/live", relay::RACE);
        Ok(Self::new(
            kind,
            Host::Tasuki(server),
            address,
            &watch,
            relay::BASE,
        ))
    }

    /// A yardstick: this program in another role.
    fn own(kind: Kind, processor: Option<usize>) -> Result<Self> {
        let mut command = pinned(processor, &std::env::current_exe()?);
        command.args(["--role", kind.name()]).stdout(Stdio::piped());
        let mut process = Process::spawn(&mut command)?;
        let output = process.child().stdout.take().context("its output")?;
        let mut address = String::new();
        BufReader::new(output).read_line(&mut address)?;
        let address: SocketAddr = address.trim().parse().context("where it listens")?;
        Ok(Self::new(
            kind,
            Host::Other {
                process,
                _folder: None,
            },
            address.to_string(),
            "/",
            0,
        ))
    }

    /// For what it takes from the machine.
    pub(crate) fn process(&self) -> &Process {
        match &self.host {
            Host::Tasuki(server) => &server.process,
            Host::Other { process, .. } => process,
        }
    }

    /// What a crowd needs to know of it.
    pub(crate) fn watched(&self) -> Watched<'_> {
        Watched {
            address: &self.address,
            path: &self.watch,
            base: self.base,
            states: self.kind.merges(),
        }
    }

    /// A connection on which is published.
    pub(crate) fn publisher(&self) -> Result<Publisher> {
        let Self { address, .. } = self;
        let json = "Content-Type: application/json\r\n";
        match self.kind {
            Kind::Tasuki | Kind::TasukiAxum => {
                let path = format!("/api/races/{}/events", relay::RACE);
                let headers = format!("{json}Authorization: Bearer {TOKEN}\r\n");
                Publisher::connect(address, &path, &headers)
            }
            Kind::Nchan => Publisher::connect(address, nchan::PUBLISH, json),
            Kind::Raw | Kind::RawPending | Kind::Uring | Kind::UringPending | Kind::Tokio => {
                Publisher::connect(address, "/", json)
            }
        }
    }

    /// The body of a request that publishes the messages `first..=last`; more
    /// than one only to those who take several at a time.
    pub(crate) fn body(&self, first: u32, last: u32) -> Vec<u8> {
        if self.kind.merges() {
            let passages = (first..=last).map(|number| relay::passage(number - relay::BASE));
            return json!({"events": passages.collect::<Vec<_>>()})
                .to_string()
                .into_bytes();
        }
        let mut text = format!("{{\"seq\":{last},\"text\":\"");
        let padding = JSON_BYTES.saturating_sub(text.len() + 2);
        let _ = write!(text, "{:x<padding$}\"}}", "");
        text.into_bytes()
    }

    /// What everybody should be shown, where the server knows: the standings.
    pub(crate) fn standings(&self) -> Result<Option<Value>> {
        if !self.kind.merges() {
            return Ok(None);
        }
        runtime()?.block_on(standings(&self.address, "")).map(Some)
    }
}
