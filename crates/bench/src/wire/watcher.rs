//! A viewer of a live stream: a socket, counters, and for one of each kind the
//! stream itself.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tasuki_bench::gunzip::Gunzip;
use tasuki_bench::unframe::Unframe;

use crate::http::request;
use crate::pieces::Piece;

/// Something must come within this.
const PATIENCE: Duration = Duration::from_secs(20);
const BUFFER_BYTES: usize = 64 * 1024;

/// A viewer.
pub(crate) struct Watcher {
    socket: TcpStream,
    unframe: Unframe,
    gunzip: Option<Gunzip>,
    /// The last fact that it was shown.
    seq: Option<u64>,
    pub(crate) up_bytes: usize,
    pub(crate) down_bytes: usize,
    /// Where the stream is kept.
    pub(crate) pieces: Option<Vec<Piece>>,
    buffer: Vec<u8>,
}

impl Watcher {
    /// Connects and asks.
    pub(crate) fn connect(address: &str, path: &str, gzip: bool, kept: bool) -> Result<Self> {
        let coding = gzip.then_some("gzip");
        let asked = request(path, address, "text/event-stream", coding) + "\r\n";
        let mut socket = TcpStream::connect(address).context("connecting")?;
        socket.set_read_timeout(Some(PATIENCE))?;
        socket.write_all(asked.as_bytes())?;
        Ok(Self {
            socket,
            unframe: Unframe::default(),
            gunzip: gzip.then(Gunzip::default),
            seq: None,
            up_bytes: asked.len(),
            down_bytes: 0,
            pieces: kept.then(Vec::new),
            buffer: vec![0; BUFFER_BYTES],
        })
    }

    /// Reads until it is shown that fact, which happens at that time.
    pub(crate) fn reach(&mut self, seq: u64, at_ms: i64) -> Result<()> {
        while self.seq.is_none_or(|own| own < seq) {
            let read = { self.socket.read(&mut self.buffer) }
                .with_context(|| format!("waiting for {seq}, at {:?}", self.seq))?;
            ensure!(read > 0, "the server hung up");
            self.down_bytes += read;
            let Self { gunzip, pieces, .. } = self;
            let mut last = self.seq;
            self.unframe.feed(&self.buffer[..read], |chunk| {
                let text = match gunzip {
                    Some(gunzip) => gunzip.unpack(chunk)?,
                    None => chunk.to_vec(),
                };
                let piece = Piece { at_ms, text };
                last = piece.seq().or(last);
                match pieces {
                    // The head of a member is a chunk of its own, with no text.
                    Some(pieces) if !piece.text.is_empty() => pieces.push(piece),
                    _ => {}
                }
                Ok(())
            })?;
            self.seq = last;
        }
        Ok(())
    }

    /// Goes, and waits until the server has let it go: else the next day would
    /// begin with the viewers of two.
    pub(crate) fn leave(&mut self) -> Result<()> {
        self.socket.shutdown(Shutdown::Write)?;
        while self.socket.read(&mut self.buffer).context("leaving")? > 0 {}
        Ok(())
    }

    /// Bytes of the answer's head.
    pub(crate) fn head_bytes(&self) -> usize {
        self.unframe.head_bytes.unwrap_or_default()
    }
}
