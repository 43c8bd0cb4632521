//! Who asks for the standings again and again, on one connection.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use tasuki_bench::unframe::head_length;

use crate::http::{field, request};

const PATIENCE: Duration = Duration::from_secs(20);
const BUFFER_BYTES: usize = 64 * 1024;

/// A viewer that asks.
pub(crate) struct Poller {
    socket: TcpStream,
    request: String,
    coding: Option<&'static str>,
    /// The state that it has, if it says so when it asks.
    known: Option<String>,
    pub(crate) up_bytes: usize,
    pub(crate) down_bytes: usize,
    /// Answers with a state in them.
    pub(crate) states: usize,
    /// Answers that there is none but the one it has.
    pub(crate) unchanged: usize,
    buffer: Vec<u8>,
}

impl Poller {
    /// Connects. Who takes no coding says nothing of what it knows either.
    pub(crate) fn connect(address: &str, path: &str, coding: Option<&'static str>) -> Result<Self> {
        let socket = TcpStream::connect(address).context("connecting")?;
        socket.set_read_timeout(Some(PATIENCE))?;
        socket.set_nodelay(true)?;
        Ok(Self {
            socket,
            request: request(path, address, "application/json", coding),
            coding,
            known: None,
            up_bytes: 0,
            down_bytes: 0,
            states: 0,
            unchanged: 0,
            buffer: vec![0; BUFFER_BYTES],
        })
    }

    /// Asks once and reads the answer.
    pub(crate) fn ask(&mut self) -> Result<()> {
        let mut asked = self.request.clone();
        if let Some(known) = &self.known {
            asked += &format!("If-None-Match: {known}\r\n");
        }
        asked += "\r\n";
        self.socket.write_all(asked.as_bytes())?;
        self.up_bytes += asked.len();
        let (head, mut length) = self.head()?;
        let is_unchanged = head.starts_with("HTTP/1.1 304");
        let mut expected = head.len();
        if is_unchanged {
            self.unchanged += 1;
        } else {
            ensure!(head.starts_with("HTTP/1.1 200"), "answered {head}");
            let packed = field(&head, "content-encoding");
            // What fits into a packet is sent as it is.
            ensure!(packed.is_none() || packed == self.coding, "answered {head}");
            let body = field(&head, "content-length").context("an answer without length")?;
            expected += body.parse::<usize>()?;
            self.states += 1;
        }
        while length < expected {
            length += self.read()?.len();
        }
        ensure!(length == expected, "more came than was asked for");
        self.down_bytes += length;
        if self.coding.is_some() {
            self.known = field(&head, "etag").map(str::to_owned);
        }
        Ok(())
    }

    /// The answer's head, and how much has been read.
    fn head(&mut self) -> Result<(String, usize)> {
        let mut read = Vec::new();
        loop {
            read.extend_from_slice(self.read()?);
            if let Some(length) = head_length(&read) {
                let head = String::from_utf8_lossy(&read[..length]).into_owned();
                return Ok((head, read.len()));
            }
        }
    }

    fn read(&mut self) -> Result<&[u8]> {
        let read = self.socket.read(&mut self.buffer).context("an answer")?;
        ensure!(read > 0, "the server hung up");
        Ok(&self.buffer[..read])
    }
}
