//! What starts and stops the server and its database: a stand-in for systemd, as far as
//! runbooks use it. `systemctl` in a runbook is this program under another name; it
//! asks here, over a socket.
//!
//! ```text
//! runbook ─▶ systemctl start tasuki ─▶ socket ─▶ Units ─▶ current/tasuki serve
//! ```

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Write as _};
use std::net::TcpStream;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tasuki_bench::process::{Process, family, pinned};
use tasuki_testkit::cluster::Cluster;

use crate::site::Site;

/// Names the socket to the stand-ins.
pub(crate) const SOCKET_VARIABLE: &str = "DRILL_UNITS";
/// A server that has not come up by then has not come up, as `TimeoutStartSec` says.
const START_TIME_MAX: Duration = Duration::from_secs(10);
/// A server that has not stopped by then is killed.
const STOP_TIME_MAX: Duration = Duration::from_secs(15);
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// The server and its database, for all who start and stop them.
#[derive(Clone)]
pub(crate) struct Units(Arc<Mutex<Inner>>);

struct Inner {
    settings: PathBuf,
    program: PathBuf,
    journal: PathBuf,
    ops: String,
    server: Option<Process>,
    cluster: Option<Arc<Cluster>>,
}

impl Units {
    /// For that installation; listens to the stand-ins.
    pub(crate) fn of(site: &Site, cluster: Option<Arc<Cluster>>) -> Result<Self> {
        let units = Self(Arc::new(Mutex::new(Inner {
            settings: site.settings(),
            program: site.path().join("current/tasuki"),
            journal: site.journal("tasuki"),
            ops: site.ops.clone(),
            server: None,
            cluster,
        })));
        let listener = UnixListener::bind(site.socket())?;
        // It must not keep the server running when everybody else has gone.
        let asked = Arc::downgrade(&units.0);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let Some(units) = asked.upgrade() else { return };
                let _ = Self(units).answer(stream);
            }
        });
        Ok(units)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, mut stream: UnixStream) -> Result<()> {
        let mut line = String::new();
        BufReader::new(stream.try_clone()?).read_line(&mut line)?;
        let words: Vec<&str> = line.split_whitespace().collect();
        match self.act(&words) {
            Ok(text) => write!(stream, "0 {text}")?,
            Err(error) => write!(stream, "1 {error:#}")?,
        }
        Ok(())
    }

    /// What `systemctl` with these words does, and says.
    pub(crate) fn act(&self, words: &[&str]) -> Result<String> {
        let mut inner = self.inner();
        match words {
            ["start", "tasuki"] => inner.start(),
            ["stop", "tasuki"] => inner.stop(),
            ["restart", "tasuki"] => inner.stop().and_then(|_| inner.start()),
            ["status", "tasuki"] => Ok(inner.status()),
            ["is-active", "tasuki"] => inner.is_active(),
            ["show", "-p", "MainPID", "--value", "tasuki"] => Ok(inner.main_process()),
            ["start", "postgresql"] => inner.with_cluster(Cluster::launch),
            ["stop", "postgresql"] => inner.with_cluster(Cluster::kill),
            ["is-active", "postgresql"] => inner.is_cluster_active(),
            ["kill", "-s", signal, unit] => inner.kill(signal, unit),
            _ => bail!(
                "the stand-in for systemctl does not know `{}`",
                words.join(" ")
            ),
        }
    }

    /// The server's process, while it runs.
    pub(crate) fn pid(&self) -> Result<u32> {
        let inner = self.inner();
        let server = inner.server.as_ref().context("the server does not run")?;
        Ok(server.id())
    }
}

impl Inner {
    fn with_cluster(&self, act: impl FnOnce(&Cluster)) -> Result<String> {
        let cluster = self.cluster.as_deref();
        act(cluster.context("there is no PostgreSQL here")?);
        Ok(String::new())
    }

    fn is_cluster_active(&self) -> Result<String> {
        let process = self.cluster.as_deref().and_then(Cluster::pid);
        process.context("inactive")?;
        Ok("active".to_owned())
    }

    fn start(&mut self) -> Result<String> {
        if self.ended()?.is_none() && self.server.is_some() {
            return Ok(String::new());
        }
        let mut journal = OpenOptions::new();
        let journal = journal.create(true).append(true).open(&self.journal)?;
        let mut command = pinned(None, &self.program);
        command.arg("serve").env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        for line in fs::read_to_string(&self.settings)?.lines() {
            let (name, value) = line.split_once('=').context("NAME=VALUE in tasuki.env")?;
            command.env(name, value);
        }
        let output = |file: &File| file.try_clone().map(Stdio::from);
        command.stdin(Stdio::null());
        command.stdout(output(&journal)?).stderr(output(&journal)?);
        self.server = Some(Process::spawn(&mut command)?);
        self.wait_until_ready()
    }

    /// As a unit of the type `notify` is waited for.
    fn wait_until_ready(&mut self) -> Result<String> {
        let until = Instant::now() + START_TIME_MAX;
        while TcpStream::connect(&self.ops).is_err() {
            if let Some(status) = self.ended()? {
                self.server = None;
                bail!("tasuki did not start: {status}; see journalctl -u tasuki");
            }
            if Instant::now() >= until {
                self.server = None;
                bail!("tasuki did not start within {START_TIME_MAX:?}; see journalctl -u tasuki");
            }
            thread::sleep(LOOK_AGAIN);
        }
        Ok(String::new())
    }

    fn stop(&mut self) -> Result<String> {
        if self.ended()?.is_some() {
            self.server = None;
        }
        let Some(server) = &mut self.server else {
            return Ok(String::new());
        };
        send("TERM", server.id())?;
        let until = Instant::now() + STOP_TIME_MAX;
        while server.child().try_wait()?.is_none() && Instant::now() < until {
            thread::sleep(LOOK_AGAIN);
        }
        self.server = None;
        Ok(String::new())
    }

    fn kill(&mut self, signal: &str, unit: &str) -> Result<String> {
        let id = match (unit, &self.server, &self.cluster) {
            ("tasuki", Some(server), _) => Some(server.id()),
            ("postgresql", _, Some(cluster)) => cluster.pid(),
            _ => None,
        };
        let id = id.with_context(|| format!("{unit} does not run"))?;
        let processes = family(id)?;
        for process in &processes {
            // A child may have ended with its parent.
            let _ = send(signal, *process);
        }
        if signal == "KILL" {
            self.wait_until_gone(&processes)?;
        }
        Ok(String::new())
    }

    /// Its place, its socket and its memory are free only when all of it is gone, also
    /// from the list of processes: PostgreSQL looks there.
    fn wait_until_gone(&mut self, processes: &[u32]) -> Result<()> {
        let until = Instant::now() + STOP_TIME_MAX;
        let runs = |id: &u32| Path::new(&format!("/proc/{id}")).exists();
        while processes.iter().any(runs) {
            ensure!(Instant::now() < until, "it does not end");
            self.ended()?;
            thread::sleep(LOOK_AGAIN);
        }
        Ok(())
    }

    /// How the server has ended, if it has.
    fn ended(&mut self) -> Result<Option<ExitStatus>> {
        let status = match &mut self.server {
            Some(server) => server.child().try_wait()?,
            None => None,
        };
        Ok(status)
    }

    fn is_active(&mut self) -> Result<String> {
        let active = self.server.is_some() && self.ended()?.is_none();
        ensure!(active, "inactive");
        Ok("active".to_owned())
    }

    fn main_process(&self) -> String {
        let process = self.server.as_ref().map_or(0, Process::id);
        process.to_string()
    }

    fn status(&mut self) -> String {
        match (self.ended(), &self.server) {
            (Ok(None), Some(server)) => format!("active (running), process {}", server.id()),
            (Ok(Some(status)), _) => format!("failed ({status})"),
            _ => "inactive (dead)".to_owned(),
        }
    }
}

fn send(signal: &str, process: u32) -> Result<()> {
    let mut kill = Command::new("kill");
    let status = kill.args(["-s", signal, &process.to_string()]).status();
    ensure!(status?.success(), "process {process} is gone");
    Ok(())
}

/// The stand-in's side: asks, prints what is said, gives the exit code.
pub(crate) fn systemctl(words: &[String]) -> Result<u8> {
    let socket = std::env::var(SOCKET_VARIABLE).context(SOCKET_VARIABLE)?;
    let mut stream = UnixStream::connect(socket)?;
    let plain = words.iter().filter(|word| *word != "--no-pager");
    let line: Vec<&str> = plain.map(String::as_str).collect();
    writeln!(stream, "{}", line.join(" "))?;
    let answer = std::io::read_to_string(stream)?;
    let (code, text) = answer.split_once(' ').context("an answer")?;
    if !text.is_empty() {
        println!("{text}");
    }
    Ok(code.parse()?)
}

/// `journalctl -u UNIT -n LINES`: the last lines of what a unit has said.
pub(crate) fn journalctl(words: &[String]) -> Result<u8> {
    let behind = |flag: &str| {
        let at = words.iter().position(|word| word == flag);
        at.and_then(|at| words.get(at + 1)).map(String::as_str)
    };
    let unit = behind("-u").context("-u UNIT")?;
    let lines: usize = behind("-n").unwrap_or("1000000").parse()?;
    let socket = PathBuf::from(std::env::var(SOCKET_VARIABLE).context(SOCKET_VARIABLE)?);
    let text = fs::read_to_string(socket.with_file_name("journal").join(unit))?;
    let all: Vec<&str> = text.lines().collect();
    for line in &all[all.len().saturating_sub(lines)..] {
        println!("{line}");
    }
    Ok(0)
}
