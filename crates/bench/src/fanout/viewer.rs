//! One viewer of a crowd: a socket and a few words.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context, Result, ensure};
use json_patch::merge;
use mio::net::TcpStream;
use serde_json::Value;
use socket2::{Domain, Socket, Type};
use tasuki_bench::narrow::narrow;
use tasuki_bench::stream::Stream;

use crate::scan::Scan;

/// Viewers with one source address: an address has some 28,000 ports, and those
/// of connections that have just ended stay taken for a minute.
const PER_ADDRESS: u32 = 1_000;
const FOUND: &[u8] = b"HTTP/1.1 200";

/// One viewer.
pub(crate) struct Viewer {
    pub(crate) socket: TcpStream,
    scan: Scan,
    /// The last message it was sent.
    pub(crate) seq: u32,
    pub(crate) phase: Phase,
    /// Set apart: it stops reading when told to.
    pub(crate) apart: bool,
    sample: Option<Box<Sample>>,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Connecting,
    /// It has asked and is not greeted yet.
    Asking,
    Watching,
    /// The other end has gone.
    Closed,
}

/// The state of a viewer that is compared with the server's at the end.
#[derive(Default)]
struct Sample {
    stream: Stream,
    state: Value,
    snapshots: u64,
}

/// What a read brought.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Brought {
    pub(crate) frames: u64,
    pub(crate) merged: u64,
    pub(crate) backwards: u64,
}

impl Viewer {
    /// Begins to connect, from an address that depends on its place.
    pub(crate) fn connect(to: SocketAddr, place: u32, apart: bool, sampled: bool) -> Result<Self> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.set_nonblocking(true)?;
        if apart {
            narrow(&socket)?;
        }
        let first = u32::from(Ipv4Addr::new(127, 0, 0, 2));
        let from = Ipv4Addr::from(first + place / PER_ADDRESS);
        socket.bind(&SocketAddr::from((from, 0)).into())?;
        // It is under way when this returns, which is an error by name only.
        let _ = socket.connect(&to.into());
        Ok(Self {
            socket: TcpStream::from_std(socket.into()),
            scan: Scan::default(),
            seq: 0,
            phase: Phase::Connecting,
            apart,
            sample: sampled.then(Box::default),
        })
    }

    /// Asks, if the connection stands.
    pub(crate) fn ask(&mut self, request: &[u8]) -> Result<()> {
        if let Some(error) = self.socket.take_error()? {
            return Err(error).context("connecting");
        }
        let written = match self.socket.write(request) {
            Ok(written) => written,
            Err(error) if is_not_yet(&error) => return Ok(()),
            Err(error) => return Err(error).context("asking"),
        };
        ensure!(written == request.len(), "a fresh socket took no request");
        self.phase = Phase::Asking;
        Ok(())
    }

    /// Reads once; gives the number of bytes, none where there are none now.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> Option<usize> {
        match self.socket.read(buffer) {
            Ok(read) if read > 0 => Some(read),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => None,
            _ => {
                self.phase = Phase::Closed;
                None
            }
        }
    }

    /// Takes what was read.
    pub(crate) fn take(&mut self, bytes: &[u8]) -> Result<Brought> {
        if self.phase == Phase::Asking {
            let is_refusal = bytes.starts_with(b"HTTP/") && !bytes.starts_with(FOUND);
            ensure!(!is_refusal, "answered {}", String::from_utf8_lossy(bytes));
        }
        let (mut brought, mut last) = (Brought::default(), self.seq);
        self.scan.feed(bytes, |number| {
            brought.frames += 1;
            brought.backwards += u64::from(number < last);
            brought.merged += u64::from(number.saturating_sub(last).saturating_sub(1));
            last = number.max(last);
        });
        self.seq = last;
        if let Some(sample) = &mut self.sample {
            sample.take(bytes);
        }
        Ok(brought)
    }

    /// Its state and how often it was given a new one, where it is in the sample.
    pub(crate) fn state(&self) -> Option<(&Value, u64)> {
        let sample = self.sample.as_ref()?;
        Some((&sample.state, sample.snapshots.saturating_sub(1)))
    }
}

/// The connection does not stand yet.
fn is_not_yet(error: &io::Error) -> bool {
    use io::ErrorKind::{NotConnected, WouldBlock};
    matches!(error.kind(), NotConnected | WouldBlock)
}

impl Sample {
    fn take(&mut self, bytes: &[u8]) {
        let (state, snapshots) = (&mut self.state, &mut self.snapshots);
        self.stream.feed(bytes, |event| {
            let Ok(data) = serde_json::from_str(event.data) else {
                return;
            };
            match event.name {
                "snapshot" => {
                    *state = data;
                    *snapshots += 1;
                }
                "diff" => merge(state, &data),
                _ => {}
            }
        });
    }
}
