//! The race from its beginning to its end before a server of its own, watched
//! by one means.
//!
//! Time is not scaled but left out: a fact is recorded when everybody has been
//! shown the one before it, and who asks every ten seconds of the race does so
//! between the facts where that falls. So all is sent that would be sent in the
//! race's own time, in the same order, but for the comments in its silences.

use std::time::Duration;

use anyhow::{Result, ensure};
use tasuki_bench::recorder::Recorder;
use tasuki_bench::runtime::runtime;
use tasuki_bench::server::Server;
use tokio::runtime::Runtime;

use crate::ekiden::{Day, Race};
use crate::means::Means;
use crate::packing::{Packing, body_bytes};
use crate::pieces::{Kind, Piece};
use crate::poller::Poller;
use crate::watcher::Watcher;

/// Who polls asks so often.
pub(crate) const POLL_EVERY_MS: i64 = 10_000;
/// Who is there in every run.
const WITNESSES: usize = 1;
/// A place is free a little after its viewer has gone.
const SPARE_VIEWERS: usize = 50;

/// What a run gave; bytes are those of one viewer, of both days.
#[derive(Default)]
pub(crate) struct Measured {
    pub(crate) up_bytes: usize,
    pub(crate) down_bytes: usize,
    /// Of these, heads of streams.
    pub(crate) head_bytes: usize,
    pub(crate) states: usize,
    pub(crate) unchanged: usize,
    /// Of the whole server.
    pub(crate) cpu: Duration,
    /// By day, the pieces of a stream without compression.
    pub(crate) plain: Vec<Vec<Piece>>,
}

/// Puts a server through the race.
pub(crate) fn replay(race: &Race, means: Means) -> Result<Measured> {
    let server = Server::start(means.viewers() + WITNESSES + SPARE_VIEWERS)?;
    let runtime = runtime()?;
    let recorder = Recorder::new(&server.address, &race.id);
    runtime.block_on(recorder.create(&race.definition))?;
    let mut run = Run {
        race,
        means,
        address: &server.address,
        runtime,
        recorder,
        head: 1,
        measured: Measured::default(),
    };
    let before = server.process.cpu()?;
    for day in &race.days {
        run.day(day)?;
    }
    run.measured.cpu = server.process.cpu()? - before;
    Ok(run.measured)
}

struct Run<'a> {
    race: &'a Race,
    means: Means,
    address: &'a str,
    runtime: Runtime,
    recorder: Recorder,
    /// The log's last number.
    head: u64,
    measured: Measured,
}

impl Run<'_> {
    fn day(&mut self, day: &Day) -> Result<()> {
        let mut witness = self.watcher(false, true)?;
        let (mut watchers, mut pollers) = self.audience()?;
        let mut next_poll_ms = day.from_ms;
        witness.reach(self.head, day.from_ms)?;
        for watcher in &mut watchers {
            watcher.reach(self.head, day.from_ms)?;
        }
        for (at_ms, fact) in &day.facts {
            poll(&mut pollers, &mut next_poll_ms, *at_ms)?;
            let fact = std::slice::from_ref(fact);
            self.head = self.runtime.block_on(self.recorder.record(fact))?;
            witness.reach(self.head, *at_ms)?;
            for watcher in &mut watchers {
                watcher.reach(self.head, *at_ms)?;
            }
        }
        poll(&mut pollers, &mut next_poll_ms, day.until_ms)?;
        witness.leave()?;
        watchers.iter_mut().try_for_each(Watcher::leave)?;
        let plain = witness.pieces.take().unwrap_or_default();
        self.add_stream(&mut watchers, &plain)?;
        self.add_polls(&pollers)?;
        self.measured.plain.push(plain);
        Ok(())
    }

    fn watcher(&self, gzip: bool, kept: bool) -> Result<Watcher> {
        let path = format!("/api/races/{}/live", self.race.id);
        Watcher::connect(self.address, &path, gzip, kept)
    }

    fn audience(&self) -> Result<(Vec<Watcher>, Vec<Poller>)> {
        let (mut watchers, mut pollers) = (Vec::new(), Vec::new());
        let path = format!("/api/races/{}/standings", self.race.id);
        for at in 0..self.means.viewers() {
            match self.means {
                Means::Nobody => {}
                Means::Stream { packing, .. } => {
                    watchers.push(self.watcher(packing != Packing::Plain, at == 0)?);
                }
                Means::Poll { coding, .. } => {
                    pollers.push(Poller::connect(self.address, &path, coding)?);
                }
            }
        }
        Ok((watchers, pollers))
    }

    /// Counts what a viewer of a stream was sent: each the same, and just what
    /// is worked out from the text that somebody got without compression.
    fn add_stream(&mut self, watchers: &mut [Watcher], plain: &[Piece]) -> Result<()> {
        let (Means::Stream { packing, .. }, Some(first)) = (self.means, watchers.first_mut())
        else {
            return Ok(());
        };
        let pieces = first.pieces.take().unwrap_or_default();
        ensure!(
            events(&pieces).eq(events(plain)),
            "a stream unpacks to other events than are sent without compression"
        );
        let (down_bytes, head_bytes) = (first.down_bytes, first.head_bytes());
        let expected = head_bytes + body_bytes(packing, &pieces)?;
        ensure!(
            down_bytes == expected,
            "{down_bytes} bytes were sent, and {expected} worked out"
        );
        let same = { watchers.iter() }.all(|watcher| watcher.down_bytes == down_bytes);
        ensure!(same, "not everybody was sent as much");
        self.measured.up_bytes += watchers[0].up_bytes;
        self.measured.down_bytes += down_bytes;
        self.measured.head_bytes += head_bytes;
        Ok(())
    }

    fn add_polls(&mut self, pollers: &[Poller]) -> Result<()> {
        let Some(first) = pollers.first() else {
            return Ok(());
        };
        let same = { pollers.iter() }.all(|poller| poller.down_bytes == first.down_bytes);
        ensure!(same, "not everybody was sent as much");
        self.measured.up_bytes += first.up_bytes;
        self.measured.down_bytes += first.down_bytes;
        self.measured.states += first.states;
        self.measured.unchanged += first.unchanged;
        Ok(())
    }
}

/// All but the greeting, which is each viewer's own.
fn events(pieces: &[Piece]) -> impl Iterator<Item = &[u8]> {
    let events = pieces.iter().filter(|piece| piece.kind() != Kind::Greeting);
    events.map(|piece| &piece.text[..])
}

/// Everybody asks as often as there is time until then.
fn poll(pollers: &mut [Poller], next_ms: &mut i64, until_ms: i64) -> Result<()> {
    while *next_ms <= until_ms {
        pollers.iter_mut().try_for_each(Poller::ask)?;
        *next_ms += POLL_EVERY_MS;
    }
    Ok(())
}
