//! Whoever publishes: requests over one connection, the next without waiting
//! for the answer to the last, so that a slow server gets no fewer of them.

use std::io::{BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::heads::{content_length, head_length};
use crate::tally::Delays;
use anyhow::{Context, Result, bail, ensure};

/// An answer may take so long.
const PATIENCE: Duration = Duration::from_secs(60);

/// A connection on which is published.
pub struct Publisher {
    socket: TcpStream,
    head: String,
    /// When each request was sent that is not answered yet, and those that are.
    sent: Vec<Instant>,
    answers: Receiver<Answer>,
}

struct Answer {
    at: Instant,
    status: u16,
}

impl Publisher {
    /// Connects; `headers` are complete lines.
    ///
    /// # Errors
    /// When nobody listens there.
    pub fn connect(address: &str, path: &str, headers: &str) -> Result<Self> {
        let socket = TcpStream::connect(address)?;
        socket.set_nodelay(true)?;
        let (answered, answers) = channel();
        let mut reader = BufReader::new(socket.try_clone()?);
        thread::spawn(move || {
            while let Ok(answer) = answer(&mut reader) {
                if answered.send(answer).is_err() {
                    return;
                }
            }
        });
        Ok(Self {
            socket,
            head: format!("POST {path} HTTP/1.1\r\nHost: {address}\r\n{headers}"),
            sent: Vec::new(),
            answers,
        })
    }

    /// Sends one request.
    ///
    /// # Errors
    /// When the server has hung up.
    pub fn send(&mut self, body: &[u8]) -> Result<()> {
        let head = format!("{}Content-Length: {}\r\n\r\n", self.head, body.len());
        self.sent.push(Instant::now());
        self.socket
            .write_all(&[head.as_bytes(), body].concat())
            .context("publishing")
    }

    /// Waits for all answers; how long each took.
    ///
    /// # Errors
    /// When one does not come, or is a refusal.
    pub fn answers(&mut self) -> Result<Delays> {
        let mut delays = Delays::default();
        for sent in self.sent.drain(..) {
            let answer = match self.answers.recv_timeout(PATIENCE) {
                Ok(answer) => answer,
                Err(RecvTimeoutError::Timeout) => bail!("publishing: no answer came"),
                Err(RecvTimeoutError::Disconnected) => bail!("publishing: the server hung up"),
            };
            ensure!(
                (200..203).contains(&answer.status),
                "publishing: {}",
                answer.status
            );
            delays.add(answer.at - sent);
        }
        Ok(delays)
    }
}

/// Reads one answer to its end.
fn answer(reader: &mut impl Read) -> Result<Answer> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while head_length(&head).is_none() {
        reader.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let at = Instant::now();
    let mut body = vec![0; content_length(&head)];
    reader.read_exact(&mut body)?;
    let text = String::from_utf8_lossy(&head);
    let status = text
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    Ok(Answer {
        at,
        status: status.context("no answer in HTTP")?,
    })
}
