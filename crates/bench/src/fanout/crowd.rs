//! A crowd: thousands of viewers in one thread of one process, so cheap that
//! the server is what is measured.
//!
//! One `epoll` (through mio), one buffer for all; a viewer is a socket and the
//! last number that it was sent. The conductor's words come in the same loop.

use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream as StdUnixStream;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use mio::event::Event;
use mio::net::UnixStream;
use mio::{Events, Interest, Poll, Token};
use tasuki_bench::control::{Command, Notice, Report, now_us};

use crate::tally::Tally;
use crate::viewer::{Phase, Viewer};

const CONDUCTOR: Token = Token(usize::MAX);
/// Readiness taken from the kernel at a time.
const EVENTS: usize = 1_024;
/// Read at a time: many frames of a viewer that was away.
const BUFFER_BYTES: usize = 64 * 1024;
/// Connections that are opened side by side: fewer than a listener's queue holds.
const CONNECTING_MAX: usize = 128;
const WRITE_AGAIN: Duration = Duration::from_millis(1);

/// Whom a crowd watches, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Audience<'a> {
    pub(crate) address: SocketAddr,
    pub(crate) path: &'a str,
    /// How many viewers.
    pub(crate) viewers: u32,
    /// The place of the first among the viewers of all crowds.
    pub(crate) first: u32,
    /// How many will stop reading when told to.
    pub(crate) apart: u32,
    /// The message that the greeting leads to; 0 where the headers are all.
    pub(crate) base: u32,
    /// How many keep the state itself.
    pub(crate) sampled: u32,
}

/// The role of this process: connects, then does what the conductor says until
/// that goes.
pub(crate) fn run(audience: Audience<'_>) -> Result<()> {
    let mut crowd = Crowd::new(audience)?;
    let begun = Instant::now();
    let mut events = Events::with_capacity(EVENTS);
    while !crowd.gone {
        crowd.connect_more()?;
        match crowd.poll.poll(&mut events, None) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error.into()),
            _ => {}
        }
        for event in &events {
            crowd.meet(event)?;
        }
        crowd.tell_progress(begun)?;
    }
    Ok(())
}

struct Crowd<'a> {
    audience: Audience<'a>,
    request: Vec<u8>,
    poll: Poll,
    conductor: UnixStream,
    /// Of a line that is not complete.
    heard: Vec<u8>,
    viewers: Vec<Viewer>,
    /// Of them, those that were greeted.
    greeted: usize,
    told_ready: bool,
    told_reached: u32,
    /// Those set apart have stopped reading, now or before: what they get and
    /// when is no matter of the others.
    aside: bool,
    stalled: bool,
    /// The conductor has gone.
    gone: bool,
    tally: Tally,
    buffer: Vec<u8>,
}

impl<'a> Crowd<'a> {
    fn new(audience: Audience<'a>) -> Result<Self> {
        let Audience { address, path, .. } = audience;
        let input = io::stdin().as_fd().try_clone_to_owned()?;
        let socket = StdUnixStream::from(input);
        socket.set_nonblocking(true)?;
        let mut conductor = UnixStream::from_std(socket);
        let poll = Poll::new()?;
        let registry = poll.registry();
        registry.register(&mut conductor, CONDUCTOR, Interest::READABLE)?;
        Ok(Self {
            // As browsers ask; Nchan refuses who does not.
            request: format!(
                "GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept: text/event-stream\r\n\r\n"
            )
            .into_bytes(),
            audience,
            poll,
            conductor,
            heard: Vec::new(),
            viewers: Vec::new(),
            greeted: 0,
            told_ready: false,
            told_reached: audience.base,
            aside: false,
            stalled: false,
            gone: false,
            tally: Tally::new(audience.base, audience.viewers)?,
            buffer: vec![0; BUFFER_BYTES],
        })
    }

    fn connect_more(&mut self) -> Result<()> {
        let Audience {
            address,
            viewers,
            first,
            apart,
            sampled,
            ..
        } = self.audience;
        let wanted = usize::try_from(viewers)?.min(self.greeted + CONNECTING_MAX);
        while self.viewers.len() < wanted {
            let at = u32::try_from(self.viewers.len())?;
            // The sample is spread over all; so are those set apart.
            let step = |some: u32| viewers.checked_div(some).map(|step| step.max(1));
            let apart = step(apart).is_some_and(|step| at.is_multiple_of(step));
            // In pairs, so that there are both kinds among them.
            let sampled = step(sampled).is_some_and(|step| at % (2 * step) < 2);
            let viewer = Viewer::connect(address, first + at, apart, sampled)?;
            let viewer = self.register(viewer, self.viewers.len())?;
            self.viewers.push(viewer);
        }
        Ok(())
    }

    fn register(&self, mut viewer: Viewer, at: usize) -> Result<Viewer> {
        let interest = Interest::READABLE | Interest::WRITABLE;
        let registry = self.poll.registry();
        registry.register(&mut viewer.socket, Token(at), interest)?;
        Ok(viewer)
    }

    fn meet(&mut self, event: &Event) -> Result<()> {
        if event.token() == CONDUCTOR {
            return self.listen();
        }
        let at = event.token().0;
        match self.viewers[at].phase {
            Phase::Connecting if event.is_writable() => self.viewers[at].ask(&self.request),
            Phase::Connecting | Phase::Closed => Ok(()),
            Phase::Watching if self.stalled && self.viewers[at].apart => Ok(()),
            _ => self.read(at),
        }
    }

    /// Reads all that is there: readiness is told once.
    fn read(&mut self, at: usize) -> Result<()> {
        loop {
            let Some(read) = self.viewers[at].read(&mut self.buffer) else {
                if self.viewers[at].phase == Phase::Closed {
                    self.closed()?;
                }
                return Ok(());
            };
            self.take(at, read)?;
            if read < self.buffer.len() {
                return Ok(());
            }
        }
    }

    fn closed(&mut self) -> Result<()> {
        self.tally.sums.closed += 1;
        if !self.told_ready {
            bail!("the server hung up on a viewer that had just connected");
        }
        Ok(())
    }

    fn take(&mut self, at: usize, read: usize) -> Result<()> {
        let viewer = &mut self.viewers[at];
        let before = viewer.seq;
        let brought = viewer.take(&self.buffer[..read])?;
        let (after, apart) = (viewer.seq, viewer.apart);
        if viewer.phase == Phase::Asking && after >= self.audience.base {
            viewer.phase = Phase::Watching;
            self.greeted += usize::from(!self.told_ready);
        }
        let sums = &mut self.tally.sums;
        sums.reads += 1;
        sums.bytes += read as u64;
        sums.frames += brought.frames;
        sums.merged += brought.merged;
        sums.backwards += brought.backwards;
        sums.delivered += u64::from(after - before);
        if after == before {
            return Ok(());
        }
        if after > self.tally.last() {
            // It overtook the conductor's word, which was said before it was sent.
            self.listen()?;
        }
        let now = now_us();
        self.tally.arrive(before, after, now);
        if !(apart && self.aside) {
            self.tally.advance(before, after, now);
        }
        Ok(())
    }

    fn listen(&mut self) -> Result<()> {
        loop {
            let mut bytes = [0; 4_096];
            match self.conductor.read(&mut bytes) {
                Ok(0) => {
                    self.gone = true;
                    return Ok(());
                }
                Ok(read) => self.heard.extend_from_slice(&bytes[..read]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error).context("the conductor"),
            }
            while let Some(end) = self.heard.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.heard.drain(..=end).collect();
                self.obey(serde_json::from_slice(&line)?)?;
            }
        }
    }

    fn obey(&mut self, command: Command) -> Result<()> {
        match command {
            Command::Begin { base } => {
                let is_reader = |viewer: &&Viewer| !(self.aside && viewer.apart);
                let readers = self.viewers.iter().filter(is_reader).count();
                self.tally = Tally::new(base, u32::try_from(readers)?)?;
                self.told_reached = base;
            }
            Command::Trace => self.tally.trace(),
            Command::Sent { last, at_us } => self.tally.sent(last, at_us),
            Command::Stall => self.stall()?,
            Command::Wake => self.wake()?,
            Command::Report => {
                let report = Box::new(self.report());
                self.tell(&Notice::Report(report))?;
            }
        }
        Ok(())
    }

    /// Those set apart come anew and read nothing after the greeting: of a
    /// connection that has long been good the kernel would keep a megabyte for
    /// them, and no server would notice.
    fn stall(&mut self) -> Result<()> {
        (self.aside, self.stalled) = (true, true);
        let Audience { address, first, .. } = self.audience;
        for at in 0..self.viewers.len() {
            let old = &self.viewers[at];
            if !old.apart {
                continue;
            }
            let place = first + u32::try_from(at)?;
            let mut viewer = Viewer::connect(address, place, true, old.state().is_some())?;
            viewer.seq = old.seq;
            self.viewers[at] = self.register(viewer, at)?;
        }
        Ok(())
    }

    /// Those who did not read have missed their readiness: it is looked up.
    fn wake(&mut self) -> Result<()> {
        self.stalled = false;
        for at in 0..self.viewers.len() {
            if self.viewers[at].apart && self.viewers[at].phase != Phase::Closed {
                self.read(at)?;
            }
        }
        Ok(())
    }

    fn report(&self) -> Report {
        let mut report = self.tally.report();
        let last = self.tally.last();
        report.behind = self
            .viewers
            .iter()
            .filter(|viewer| viewer.seq < last)
            .count() as u64;
        for (state, rebased) in self.viewers.iter().filter_map(Viewer::state) {
            report.states.push(state.clone());
            report.rebased += rebased;
        }
        report
    }

    fn tell_progress(&mut self, begun: Instant) -> Result<()> {
        if !self.told_ready && self.greeted == usize::try_from(self.audience.viewers)? {
            self.told_ready = true;
            let took_us = u64::try_from(begun.elapsed().as_micros())?;
            self.tell(&Notice::Ready { took_us })?;
        }
        let last = self.tally.reached();
        if last > self.told_reached {
            self.told_reached = last;
            self.tell(&Notice::Reached { last })?;
        }
        Ok(())
    }

    fn tell(&mut self, notice: &Notice) -> Result<()> {
        let mut line = serde_json::to_vec(notice)?;
        line.push(b'\n');
        let mut rest = &line[..];
        while !rest.is_empty() {
            match self.conductor.write(rest) {
                Ok(written) => rest = &rest[written..],
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => sleep(WRITE_AGAIN),
                // It has gone, and with it whoever would want to know.
                Err(_) => {
                    self.gone = true;
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}
