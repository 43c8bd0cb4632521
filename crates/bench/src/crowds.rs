//! The conductor's side: one crowd, or several where one process may not open
//! that many sockets.

use std::io::{BufRead, BufReader, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::Stdio;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::control::{Command, Notice, Report, now_us};
use crate::process::{Process, pinned};

/// Viewers of one process: often no more than 20,000 descriptors may be open.
const PER_CROWD: u32 = 19_500;
/// Of a crowd, so many keep the state itself.
const SAMPLED: u32 = 10;

/// What they watch.
#[derive(Clone, Copy, Debug)]
pub struct Watched<'a> {
    /// Host and port.
    pub address: &'a str,
    /// Path and query of the stream.
    pub path: &'a str,
    /// The message that the greeting leads to; 0 where the headers are all.
    pub base: u32,
    /// Whether there are states, which a sample keeps.
    pub states: bool,
}

/// All viewers.
pub struct Crowds {
    crowds: Vec<Crowd>,
    notices: Receiver<(usize, Result<Notice>)>,
    /// The last message that was sent.
    pub last: u32,
}

struct Crowd {
    process: Process,
    words: UnixStream,
    /// The last message that all its readers have.
    reached: u32,
    took: Duration,
}

impl Crowds {
    /// Starts them and waits until everybody is there, so many of whom are set
    /// apart to stop reading later.
    ///
    /// # Errors
    /// When not everybody came in time.
    pub fn gather(
        watched: Watched<'_>,
        viewers: u32,
        apart: u32,
        processor: Option<usize>,
        patience: Duration,
    ) -> Result<Self> {
        let (notify, notices) = channel();
        let mut crowds = Vec::new();
        for first in (0..viewers).step_by(usize::try_from(PER_CROWD)?) {
            let count = PER_CROWD.min(viewers - first);
            let apart = u64::from(apart) * u64::from(count);
            let apart = u32::try_from(apart.div_ceil(viewers.into()))?;
            let crowd = Crowd::start(watched, [count, first, apart], processor)?;
            crowd.listen(crowds.len(), notify.clone())?;
            crowds.push(crowd);
        }
        let mut all = Self {
            crowds,
            notices,
            last: watched.base,
        };
        for _ in 0..all.crowds.len() {
            match all.next(Instant::now() + patience)? {
                (at, Notice::Ready { took_us }) => {
                    all.crowds[at].took = Duration::from_micros(took_us);
                }
                (_, other) => bail!("a crowd said {other:?} before it was there"),
            }
        }
        Ok(all)
    }

    /// How long it took all to connect and be greeted.
    #[must_use]
    pub fn took(&self) -> Duration {
        self.crowds
            .iter()
            .map(|crowd| crowd.took)
            .max()
            .unwrap_or_default()
    }

    /// Tells all crowds.
    ///
    /// # Errors
    /// When a crowd is gone.
    pub fn tell(&mut self, command: Command) -> Result<()> {
        let mut line = serde_json::to_vec(&command)?;
        line.push(b'\n');
        for crowd in &mut self.crowds {
            if let Command::Begin { base } = command {
                crowd.reached = base;
            }
            crowd.words.write_all(&line).context("a crowd is gone")?;
        }
        Ok(())
    }

    /// Counts from here on.
    ///
    /// # Errors
    /// When a crowd is gone.
    pub fn begin(&mut self) -> Result<()> {
        let base = self.last;
        self.tell(Command::Begin { base })
    }

    /// Says that messages are sent now, up to this one.
    ///
    /// # Errors
    /// When a crowd is gone.
    pub fn sent(&mut self, last: u32) -> Result<()> {
        self.last = last;
        let at_us = now_us();
        self.tell(Command::Sent { last, at_us })
    }

    /// Waits until all who read have that message; whether they got it in time.
    ///
    /// # Errors
    /// When a crowd is gone.
    pub fn wait(&mut self, number: u32, until: Instant) -> Result<bool> {
        while self.reached() < number {
            if Instant::now() >= until {
                return Ok(false);
            }
            match self
                .notices
                .recv_timeout(until.saturating_duration_since(Instant::now()))
            {
                Err(RecvTimeoutError::Timeout) => return Ok(false),
                Err(RecvTimeoutError::Disconnected) => bail!("the crowds are gone"),
                Ok((at, notice)) => {
                    if let Notice::Reached { last } = notice? {
                        self.crowds[at].reach(last);
                    }
                }
            }
        }
        Ok(true)
    }

    /// The last message that all who read have.
    fn reached(&self) -> u32 {
        self.crowds
            .iter()
            .map(|crowd| crowd.reached)
            .min()
            .unwrap_or(0)
    }

    /// How it went since the beginning.
    ///
    /// # Errors
    /// When a crowd is gone.
    pub fn report(&mut self, patience: Duration) -> Result<Report> {
        self.tell(Command::Report)?;
        let (mut sum, mut count) = (Report::default(), 0);
        while count < self.crowds.len() {
            match self.next(Instant::now() + patience)? {
                (_, Notice::Report(report)) => {
                    sum.add(*report);
                    count += 1;
                }
                (at, Notice::Reached { last }) => self.crowds[at].reach(last),
                (_, Notice::Ready { .. }) => {}
            }
        }
        Ok(sum)
    }

    /// Processor time of the crowds.
    ///
    /// # Errors
    /// When a crowd is gone.
    pub fn cpu(&self) -> Result<Duration> {
        self.crowds.iter().map(|crowd| crowd.process.cpu()).sum()
    }

    fn next(&mut self, until: Instant) -> Result<(usize, Notice)> {
        let left = until.saturating_duration_since(Instant::now());
        let (at, notice) = self
            .notices
            .recv_timeout(left)
            .context("a crowd does not answer")?;
        Ok((at, notice?))
    }
}

impl Crowd {
    fn start(watched: Watched<'_>, counts: [u32; 3], processor: Option<usize>) -> Result<Self> {
        let (words, input) = UnixStream::pair()?;
        let sampled = if watched.states { SAMPLED } else { 0 };
        // `fanout` can be one; so can whoever is that.
        let own = std::env::current_exe()?;
        let mut command = pinned(processor, &own.with_file_name("fanout"));
        command.args(["--role", "crowd", watched.address, watched.path]);
        command.args(
            counts
                .iter()
                .chain(&[watched.base, sampled])
                .map(u32::to_string),
        );
        command.stdin(Stdio::from(OwnedFd::from(input)));
        Ok(Self {
            process: Process::spawn(&mut command)?,
            words,
            reached: watched.base,
            took: Duration::ZERO,
        })
    }

    /// What it says may have been said before the last beginning.
    fn reach(&mut self, last: u32) {
        self.reached = self.reached.max(last);
    }

    /// Passes on what it says, from a thread of its own.
    fn listen(&self, at: usize, notify: Sender<(usize, Result<Notice>)>) -> Result<()> {
        let lines = BufReader::new(self.words.try_clone()?).lines();
        thread::spawn(move || {
            let parse = |line: String| serde_json::from_str(&line).context("a crowd's words");
            for line in lines {
                let notice = line.context("a crowd is gone").and_then(parse);
                if notify.send((at, notice)).is_err() {
                    return;
                }
            }
            let gone = Err(anyhow::anyhow!("a crowd ended: see what it said above"));
            let _ = notify.send((at, gone));
        });
        Ok(())
    }
}
