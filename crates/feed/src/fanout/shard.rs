//! One thread that writes to its share of the viewers.

use std::collections::{HashMap, VecDeque};
use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use mio::event::Event;
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};
use prometheus_client::metrics::histogram::Histogram;
use slab::Slab;

use crate::fanout::bell::{Bell, Listener, Message};
use crate::fanout::socket::set_up;
use crate::fanout::stream::Stream;
use crate::fanout::tally::Tally;
use crate::fanout::viewer::{After, Seated, Viewer};
use crate::fanout::wheel::{Look, Wheel};
use crate::fanout::{HEARTBEAT_EVERY, Newcomer};
use crate::view::View;

/// That a viewer hangs up, and that everything written for it is sent.
const INTEREST: Interest = Interest::READABLE.add(Interest::WRITABLE);
/// No viewer has this number.
const BELL: Token = Token(usize::MAX);
/// Taken from the system at a time.
const EVENTS_MAX: usize = 1_024;
/// Whole seconds are exact enough: it may come a little earlier.
const HEARTBEAT_EVERY_S: u32 = 15;
const _: () = assert!(HEARTBEAT_EVERY.as_secs() == HEARTBEAT_EVERY_S as u64);
const _: () = assert!(HEARTBEAT_EVERY_S <= Wheel::WAIT_S_MAX);
/// Viewers that are written to before anything else is looked at: a millisecond
/// or so.
const SWEEP_VIEWERS: usize = 128;
/// Newcomers that are let in before anything else is looked at: each is written a
/// whole state, and those who are there already must not wait for a crowd.
const LET_IN_MAX: usize = 64;
/// After the goodbye a socket that is full is waited for so long.
const GOODBYE_TIME_MAX: Duration = Duration::from_secs(3);

/// A thread's viewers and what they watch.
pub(super) struct Shard {
    poll: Poll,
    bell: Arc<Bell>,
    /// They have come and are not let in yet.
    newcomers: VecDeque<Newcomer>,
    viewers: Slab<Viewer>,
    streams: Slab<Stream>,
    /// Streams by the address of their view, which they hold on to.
    by_view: HashMap<usize, u32>,
    /// Streams with new frames that not all of their viewers have, each once.
    sweeping: VecDeque<u32>,
    wheel: Wheel,
    generation: u32,
    begun: Instant,
    now_s: u32,
    tally: Tally,
    /// Of all shards together.
    lag: Histogram,
    /// When the goodbye was said.
    leaving: Option<Instant>,
    /// Who has taken nothing for so long is gone.
    stalled_s_max: u32,
}

pub(super) fn number(key: usize) -> u32 {
    // A process has far fewer descriptors.
    u32::try_from(key).unwrap_or(u32::MAX)
}

fn address(view: &Arc<View>) -> usize {
    Arc::as_ptr(view).addr()
}

impl Shard {
    pub(super) fn new(stalled_time_max: Duration, lag: Histogram) -> io::Result<Self> {
        let poll = Poll::new()?;
        Ok(Self {
            bell: Arc::new(Bell::new(poll.registry(), BELL)?),
            poll,
            newcomers: VecDeque::new(),
            viewers: Slab::new(),
            streams: Slab::new(),
            by_view: HashMap::new(),
            sweeping: VecDeque::new(),
            wheel: Wheel::new(),
            generation: 0,
            begun: Instant::now(),
            now_s: 0,
            tally: Tally::default(),
            lag,
            leaving: None,
            stalled_s_max: u32::try_from(stalled_time_max.as_secs()).unwrap_or(u32::MAX),
        })
    }

    pub(super) fn bell(&self) -> &Arc<Bell> {
        &self.bell
    }

    /// Until the goodbye is said and everybody is gone.
    pub(super) fn run(mut self) {
        let mut events = Events::with_capacity(EVENTS_MAX);
        while !self.is_done() {
            match self.poll.poll(&mut events, self.wait()) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => {
                    tracing::error!(%error, "a shard of the fan-out cannot wait for its sockets");
                    return;
                }
            }
            self.now_s = u32::try_from(self.begun.elapsed().as_secs()).unwrap_or(u32::MAX);
            let mut rung = false;
            for event in &events {
                match event.token() {
                    BELL => rung = true,
                    Token(viewer) => self.ready(number(viewer), event),
                }
            }
            if rung {
                self.answer();
            }
            self.let_in();
            self.sweep();
            self.beat();
            self.bell.publish(!self.sweeping.is_empty(), self.tally);
        }
    }

    fn is_done(&self) -> bool {
        self.leaving
            .is_some_and(|since| self.viewers.is_empty() || since.elapsed() >= GOODBYE_TIME_MAX)
    }

    /// How long nothing is to be done unless something happens.
    fn wait(&self) -> Option<Duration> {
        if !(self.sweeping.is_empty() && self.newcomers.is_empty()) {
            return Some(Duration::ZERO);
        }
        if let Some(since) = self.leaving {
            return Some(GOODBYE_TIME_MAX.saturating_sub(since.elapsed()));
        }
        let due = self.begun + Duration::from_secs(self.wheel.next_s()?.into());
        Some(due.saturating_duration_since(Instant::now()))
    }

    fn answer(&mut self) {
        let Message {
            newcomers,
            mut news,
            bye,
            ..
        } = self.bell.answer();
        self.newcomers.extend(newcomers);
        if self.leaving.is_some() {
            // Nothing comes after the goodbye.
            return;
        }
        news.sort_unstable();
        news.dedup();
        for stream in news {
            self.begin_sweep(stream);
        }
        if bye {
            self.say_bye();
        }
    }

    /// Lets some newcomers in.
    fn let_in(&mut self) {
        for _ in 0..LET_IN_MAX {
            let Some(newcomer) = self.newcomers.pop_front() else {
                return;
            };
            self.bell.let_in();
            self.admit(newcomer);
        }
    }

    fn admit(&mut self, newcomer: Newcomer) {
        let Newcomer { socket, asked } = newcomer;
        if self.leaving.is_some() {
            // Dropped, and with it the connection.
            return self.bell.left();
        }
        if let Err(error) = set_up(&socket) {
            tracing::warn!(%error, "a viewer could not be admitted");
            return self.bell.left();
        }
        let stream = self.stream_of(&asked.place.view);
        self.generation = self.generation.wrapping_add(1);
        let entry = self.viewers.vacant_entry();
        let viewer = number(entry.key());
        let seated = Seated {
            stream,
            listed_at: number(self.streams[stream as usize].list(viewer)),
            generation: self.generation,
            now_s: self.now_s,
        };
        let mut socket = TcpStream::from_std(socket);
        let token = Token(entry.key());
        let registered = self.poll.registry().register(&mut socket, token, INTEREST);
        entry.insert(Viewer::new(socket, asked, &seated));
        if let Err(error) = registered {
            tracing::warn!(%error, "a viewer could not be admitted");
            return self.remove(viewer);
        }
        self.look_later(viewer);
        self.flush(viewer);
    }

    /// The stream of a view; begun with its first viewer.
    fn stream_of(&mut self, view: &Arc<View>) -> u32 {
        if let Some(&stream) = self.by_view.get(&address(view)) {
            return stream;
        }
        let entry = self.streams.vacant_entry();
        let stream = number(entry.key());
        let listener = Listener {
            bell: Arc::clone(&self.bell),
            stream,
        };
        entry.insert(Stream::begin(view, listener));
        self.by_view.insert(address(view), stream);
        stream
    }

    /// Goes round all who watch a stream that has new frames.
    fn begin_sweep(&mut self, stream: u32) {
        let Some(it) = self.streams.get_mut(stream as usize) else {
            return;
        };
        let sweeps_already = !it.is_swept();
        it.refresh();
        if !sweeps_already {
            self.sweeping.push_back(stream);
        }
    }

    /// Writes to some viewers; streams take turns.
    fn sweep(&mut self) {
        let mut left = SWEEP_VIEWERS;
        while left > 0
            && let Some(stream) = self.sweeping.pop_front()
        {
            left = left.saturating_sub(self.sweep_one(stream, left));
        }
    }

    /// Writes to some viewers of a stream; how many.
    fn sweep_one(&mut self, stream: u32, most: usize) -> usize {
        let Some(it) = self.streams.get_mut(stream as usize) else {
            return 0;
        };
        let some = it.next_viewers(most);
        let count = some.len();
        let mut gone = Vec::new();
        for &viewer in &it.watched_by[some] {
            let Some(one) = self.viewers.get_mut(viewer as usize) else {
                continue;
            };
            if !one.is_stuck() && one.flush(it, self.now_s, &mut self.tally) == After::Gone {
                gone.push(viewer);
            }
        }
        if !it.is_swept() {
            self.sweeping.push_back(stream);
        } else if let Some(made) = it.end_turn() {
            self.lag.observe(made.elapsed().as_secs_f64());
        }
        gone.into_iter().for_each(|viewer| self.remove(viewer));
        count
    }

    fn flush(&mut self, viewer: u32) {
        let Some(one) = self.viewers.get_mut(viewer as usize) else {
            return;
        };
        let stream = &self.streams[one.stream as usize];
        let after = one.flush(stream, self.now_s, &mut self.tally);
        self.settle(viewer, after);
    }

    /// Lets go of who is gone, or has been sent the end.
    fn settle(&mut self, viewer: u32, after: After) {
        let is_leaving = { self.viewers.get(viewer as usize) }.is_some_and(|one| one.is_leaving);
        if after == After::Gone || (is_leaving && after == After::Idle) {
            self.remove(viewer);
        }
    }

    fn ready(&mut self, viewer: u32, event: &Event) {
        let Some(one) = self.viewers.get_mut(viewer as usize) else {
            return;
        };
        // What it sends is not read: it has asked for a stream without an end.
        if event.is_error() || event.is_read_closed() || event.is_write_closed() {
            self.remove(viewer);
        } else if event.is_writable() {
            one.has_taken_all();
            if one.is_stuck() {
                self.flush(viewer);
            }
        }
    }

    fn remove(&mut self, viewer: u32) {
        let Some(one) = self.viewers.try_remove(viewer as usize) else {
            return;
        };
        self.bell.left();
        let stream = &mut self.streams[one.stream as usize];
        if let Some(moved) = stream.strike(one.listed_at) {
            self.viewers[moved as usize].listed_at = one.listed_at;
        }
        if stream.watched_by.is_empty() {
            self.by_view.remove(&address(&stream.view));
            self.streams.remove(one.stream as usize);
        }
    }

    /// Looks at a viewer again when it will have been sent nothing for long, or its
    /// stream is to end.
    fn look_later(&mut self, viewer: u32) {
        let one = &self.viewers[viewer as usize];
        let look = Look {
            viewer,
            generation: one.generation,
        };
        let from_s = if one.is_stuck() {
            self.now_s
        } else {
            one.sent_s
        };
        let due_s = (from_s + HEARTBEAT_EVERY_S).min(one.ends_s);
        self.wheel.put(due_s, look);
    }

    /// Sends a comment to everyone who was sent nothing for long, and the end to
    /// whose time is over; lets go of who takes nothing.
    fn beat(&mut self) {
        for look in self.wheel.take(self.now_s) {
            let Some(one) = self.viewers.get(look.viewer as usize) else {
                continue;
            };
            if one.generation != look.generation {
                continue;
            }
            if let Some(after) = self.look(look.viewer) {
                self.settle(look.viewer, after);
            }
            if self.viewers.contains(look.viewer as usize) {
                self.look_later(look.viewer);
            }
        }
    }

    /// How a viewer is if anything was to be done for it.
    fn look(&mut self, viewer: u32) -> Option<After> {
        if self.takes_nothing(viewer) {
            return Some(After::Gone);
        }
        let one = self.viewers.get_mut(viewer as usize)?;
        let stream = &self.streams[one.stream as usize];
        if one.ends_s <= self.now_s {
            return Some(one.end(stream, self.now_s, &mut self.tally));
        }
        let is_quiet = self.now_s - one.sent_s >= HEARTBEAT_EVERY_S && !one.is_stuck();
        is_quiet.then(|| one.beat(stream, self.now_s, &mut self.tally))
    }

    /// Whether what was written for a viewer has not been sent for so long. Who has
    /// vanished acknowledges nothing, and so nothing more is sent to it either.
    fn takes_nothing(&mut self, viewer: u32) -> bool {
        let one = &mut self.viewers[viewer as usize];
        if one.ask(self.now_s) >= self.stalled_s_max {
            return true;
        }
        // Anew, so that the system says it now if it is so already, and else later.
        let registry = self.poll.registry();
        let asked = registry.reregister(&mut one.socket, Token(viewer as usize), INTEREST);
        asked.is_err()
    }

    /// Says goodbye to all.
    fn say_bye(&mut self) {
        self.leaving = Some(Instant::now());
        let all: Vec<u32> = self.viewers.iter().map(|(key, _)| number(key)).collect();
        for viewer in all {
            let one = &mut self.viewers[viewer as usize];
            let stream = &self.streams[one.stream as usize];
            let after = one.say_bye(stream, self.now_s, &mut self.tally);
            self.settle(viewer, after);
        }
    }
}

impl Drop for Shard {
    fn drop(&mut self) {
        self.bell.close();
    }
}
