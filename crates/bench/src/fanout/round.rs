//! What the plain servers do alike: one thread, one `epoll`, and viewers that
//! stand at places in all that was published. How bytes go to their sockets is
//! for a [`Hand`].
//!
//! Where a socket takes no more, the viewer's place is kept and the rest written
//! when it takes some again, so that nothing is lost.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Result;
use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};

use crate::wire::{Request, STREAM_HEAD, TAKEN, event, take_request};

const LISTENER: Token = Token(usize::MAX);
const EVENTS: usize = 1_024;
const BUFFER_BYTES: usize = 16 * 1024;
/// Connections that a hand is given at a time; several milliseconds.
pub(crate) const SWEEP: usize = 512;

/// What writes to viewers.
pub(crate) trait Hand {
    /// How it holds on to a socket.
    type Socket: Borrow<TcpStream> + From<TcpStream>;

    /// Sends to each viewer among them what it lacks, as far as its socket takes
    /// it; a connection that is broken is taken out.
    ///
    /// # Errors
    /// When nobody can be sent anything.
    fn send(&mut self, to: &mut [Option<Connection<Self::Socket>>], published: &[u8])
    -> Result<()>;
}

/// When viewers are sent what is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// Each message to all, before anything else is looked at.
    Each,
    /// All that is pending for each, going round: what is published meanwhile
    /// goes out from there and once round.
    Pending,
}

/// Someone connected.
pub(crate) struct Connection<S> {
    pub(crate) socket: S,
    /// Its socket takes nothing until the system says so.
    is_full: bool,
    /// Of a viewer: how much of what was published it has been sent.
    place: Option<usize>,
}

/// Serves until it is killed.
pub(crate) fn serve<H: Hand>(hand: H, when: When) -> Result<()> {
    let mut server = Plain::listen(hand, when)?;
    let mut events = Events::with_capacity(EVENTS);
    loop {
        // None where nothing is to be done unless something happens.
        let wait = (server.unswept > 0).then_some(Duration::ZERO);
        match server.poll.poll(&mut events, wait) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error.into()),
            _ => {}
        }
        for event in &events {
            match event.token() {
                LISTENER => server.accept()?,
                Token(at) => server.meet(at)?,
            }
        }
        server.sweep()?;
    }
}

struct Plain<H: Hand> {
    hand: H,
    when: When,
    poll: Poll,
    listener: TcpListener,
    /// By token; none where the other end has gone.
    connections: Vec<Option<Connection<H::Socket>>>,
    /// What was read of requests that are not complete.
    asked: HashMap<usize, Vec<u8>>,
    /// All that was ever published: a measurement is short.
    published: Vec<u8>,
    /// Connections, from `next` on and round, that may lack some of it.
    unswept: usize,
    next: usize,
    buffer: Vec<u8>,
}

impl<H: Hand> Plain<H> {
    fn listen(hand: H, when: When) -> Result<Self> {
        let poll = Poll::new()?;
        let mut listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
        let registry = poll.registry();
        registry.register(&mut listener, LISTENER, Interest::READABLE)?;
        println!("{}", listener.local_addr()?);
        Ok(Self {
            hand,
            when,
            poll,
            listener,
            connections: Vec::new(),
            asked: HashMap::new(),
            published: Vec::new(),
            unswept: 0,
            next: 0,
            buffer: vec![0; BUFFER_BYTES],
        })
    }

    fn accept(&mut self) -> Result<()> {
        loop {
            let mut socket = match self.listener.accept() {
                Ok((socket, _)) => socket,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error.into()),
            };
            socket.set_nodelay(true)?;
            let token = Token(self.connections.len());
            let interest = Interest::READABLE | Interest::WRITABLE;
            self.poll
                .registry()
                .register(&mut socket, token, interest)?;
            self.connections.push(Some(Connection {
                socket: socket.into(),
                is_full: false,
                place: None,
            }));
        }
    }

    /// Something happened on a connection.
    ///
    /// # Errors
    /// When nobody can be sent anything.
    fn meet(&mut self, at: usize) -> Result<()> {
        let mut published = Vec::new();
        if self.hear(at, &mut published).is_err() {
            self.connections[at] = None;
            self.asked.remove(&at);
        }
        published.iter().try_for_each(|json| self.publish(json))
    }

    /// Reads, answers, and writes what the socket did not take before.
    fn hear(&mut self, at: usize, published: &mut Vec<Vec<u8>>) -> io::Result<()> {
        self.read(at)?;
        self.answer(at, published)?;
        self.connections[at]
            .as_mut()
            .map_or(Ok(()), |it| it.send(&self.published))
    }

    fn read(&mut self, at: usize) -> io::Result<()> {
        let Some(connection) = &mut self.connections[at] else {
            return Ok(());
        };
        loop {
            match connection.socket().read(&mut self.buffer) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(read) => {
                    let asked = self.asked.entry(at).or_default();
                    asked.extend_from_slice(&self.buffer[..read]);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }

    fn answer(&mut self, at: usize, published: &mut Vec<Vec<u8>>) -> io::Result<()> {
        while let Some(request) = self.asked.get_mut(&at).and_then(take_request) {
            let Some(connection) = &mut self.connections[at] else {
                return Ok(());
            };
            match request {
                Request::Watch => {
                    // Its requests are over; a viewer says nothing more.
                    self.asked.remove(&at);
                    connection.socket().write_all(STREAM_HEAD)?;
                    connection.place = Some(self.published.len());
                }
                Request::Publish(json) => {
                    connection.socket().write_all(TAKEN)?;
                    published.push(json);
                }
            }
        }
        Ok(())
    }

    fn publish(&mut self, json: &[u8]) -> Result<()> {
        self.published.extend_from_slice(&event(json));
        self.unswept = self.connections.len();
        while self.when == When::Each && self.unswept > 0 {
            self.sweep()?;
        }
        Ok(())
    }

    /// Sends to some of those who may lack something.
    fn sweep(&mut self) -> Result<()> {
        if self.unswept == 0 {
            return Ok(());
        }
        let end = self.connections.len();
        let from = if self.next < end { self.next } else { 0 };
        let to = end.min(from + self.unswept.min(SWEEP));
        let some = &mut self.connections[from..to];
        self.hand.send(some, &self.published)?;
        self.unswept -= to - from;
        self.next = to;
        Ok(())
    }
}

impl<S: Borrow<TcpStream>> Connection<S> {
    fn socket(&self) -> &TcpStream {
        self.socket.borrow()
    }

    /// Where a viewer goes on to whom something can be sent.
    pub(crate) fn lacks(&self, published: &[u8]) -> Option<usize> {
        { self.place }.filter(|place| !self.is_full && *place < published.len())
    }

    /// Writes what a viewer lacks, as far as its socket takes it.
    pub(crate) fn send(&mut self, published: &[u8]) -> io::Result<()> {
        self.is_full = false;
        while let Some(place) = self.lacks(published) {
            let written = self.socket().write(&published[place..]);
            self.sent(written)?;
        }
        Ok(())
    }

    /// Moves behind what was sent.
    pub(crate) fn sent(&mut self, written: io::Result<usize>) -> io::Result<()> {
        match written {
            Ok(written) => self.place = self.place.map(|place| place + written),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.is_full = true,
            Err(error) => return Err(error),
        }
        Ok(())
    }
}
