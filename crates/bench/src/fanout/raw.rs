//! The yardstick: a server that does nothing but write. One thread, one
//! `epoll`, and for each message one `write` per viewer.
//!
//! Where a socket takes no more, the viewer's place in what was published is
//! kept and the rest written when it takes some again, so that nothing is lost.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::SocketAddr;

use anyhow::Result;
use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};

use crate::wire::{Request, STREAM_HEAD, TAKEN, event, take_request};

const LISTENER: Token = Token(usize::MAX);
const EVENTS: usize = 1_024;
const BUFFER_BYTES: usize = 16 * 1024;

/// Serves until it is killed.
pub(crate) fn run() -> Result<()> {
    let mut server = Raw::listen()?;
    let mut events = Events::with_capacity(EVENTS);
    loop {
        match server.poll.poll(&mut events, None) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error.into()),
            _ => {}
        }
        for event in &events {
            match event.token() {
                LISTENER => server.accept()?,
                Token(at) => server.meet(at),
            }
        }
    }
}

struct Raw {
    poll: Poll,
    listener: TcpListener,
    /// By token; none where the other end has gone.
    connections: Vec<Option<Connection>>,
    /// What was read of requests that are not complete.
    asked: HashMap<usize, Vec<u8>>,
    /// All that was ever published: a measurement is short.
    published: Vec<u8>,
    buffer: Vec<u8>,
}

struct Connection {
    socket: TcpStream,
    /// Of a viewer: how much of what was published it has been sent.
    place: Option<usize>,
}

impl Raw {
    fn listen() -> Result<Self> {
        let poll = Poll::new()?;
        let mut listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
        let registry = poll.registry();
        registry.register(&mut listener, LISTENER, Interest::READABLE)?;
        println!("{}", listener.local_addr()?);
        Ok(Self {
            poll,
            listener,
            connections: Vec::new(),
            asked: HashMap::new(),
            published: Vec::new(),
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
                socket,
                place: None,
            }));
        }
    }

    fn meet(&mut self, at: usize) {
        if self.read(at).and_then(|()| self.answer(at)).is_err() {
            self.connections[at] = None;
            self.asked.remove(&at);
        }
    }

    fn read(&mut self, at: usize) -> io::Result<()> {
        let Some(connection) = &mut self.connections[at] else {
            return Ok(());
        };
        loop {
            match connection.socket.read(&mut self.buffer) {
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

    fn answer(&mut self, at: usize) -> io::Result<()> {
        while let Some(request) = self.asked.get_mut(&at).and_then(take_request) {
            match request {
                Request::Watch => {
                    // Its requests are over; a viewer says nothing more.
                    self.asked.remove(&at);
                    if let Some(connection) = &mut self.connections[at] {
                        connection.socket.write_all(STREAM_HEAD)?;
                        connection.place = Some(self.published.len());
                    }
                }
                Request::Publish(json) => {
                    if let Some(connection) = &mut self.connections[at] {
                        connection.socket.write_all(TAKEN)?;
                    }
                    self.publish(&event(&json));
                }
            }
        }
        // Perhaps its socket takes bytes again.
        self.connections[at]
            .as_mut()
            .map_or(Ok(()), |it| it.send(&self.published))
    }

    fn publish(&mut self, event: &[u8]) {
        let before = self.published.len();
        self.published.extend_from_slice(event);
        for connection in &mut self.connections {
            let Some(viewer) = connection.as_mut().filter(|it| it.place == Some(before)) else {
                // No viewer, or one whose socket is full.
                continue;
            };
            if viewer.send(&self.published).is_err() {
                *connection = None;
            }
        }
    }
}

impl Connection {
    /// Writes what a viewer lacks, as far as its socket takes it.
    fn send(&mut self, published: &[u8]) -> io::Result<()> {
        while let Some(place) = self.place.filter(|place| *place < published.len()) {
            match self.socket.write(&published[place..]) {
                Ok(written) => self.place = Some(place + written),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
