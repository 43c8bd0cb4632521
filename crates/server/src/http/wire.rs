//! A connection that is looked at between two requests.
//!
//! A live stream is not hyper's to write: its connection is taken away from it
//! (`watching/usher.rs`). So a request's head is held back until it is
//! complete, and looked at. Of a request without a body exactly the head is
//! passed on, and what follows only when its answer has been written: then the
//! next byte begins the next head, whatever the client sends. Where a body was
//! announced, or anything that is not plain, everything is passed on from there
//! and never looked at again: two readers cannot disagree about where a request
//! ends if only one of them has to know.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_util::io::poll_read_buf;

use crate::http::answering::Between;
use crate::http::head::{Head, Look, look};
use crate::http::listener::HEAD_BYTES_MAX;

/// Read at a time.
const READ_BYTES: usize = 2 * 1024;
/// A head that comes in more pieces than this is not looked at.
const LOOKS_MAX: u32 = 256;

/// A connection whose next request is looked at.
pub(crate) struct Wire {
    stream: TcpStream,
    /// Read, and not passed on.
    ahead: BytesMut,
    mode: Mode,
    looks: u32,
}

/// Where in the conversation the next byte belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// To a head that is not looked at yet.
    Between,
    /// To a head of which so much is to be passed on.
    Head(usize),
    /// To what comes when that request is answered.
    Answering,
    /// Nobody knows, but for who reads on.
    Through,
}

/// What the next request is.
pub(crate) enum Next {
    /// Asks for a live stream.
    Live(Head),
    /// Anything else, also what is no request.
    Other,
}

impl Wire {
    pub(crate) fn new(stream: TcpStream) -> Self {
        Self {
            stream,
            ahead: BytesMut::new(),
            mode: Mode::Between,
            looks: 0,
        }
    }

    /// The connection alone: what it sent beside the head is dropped with it.
    pub(crate) fn into_stream(self) -> TcpStream {
        self.stream
    }

    /// Looks at the next request; nothing of it is passed on.
    pub(crate) async fn next(&mut self) -> io::Result<Next> {
        std::future::poll_fn(|context| self.poll_next(context)).await
    }

    /// Passes the request on that was looked at.
    pub(crate) fn pass(&mut self, head: &Head) {
        self.mode = Mode::Head(head.length);
    }

    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Next>> {
        while self.mode == Mode::Between {
            let unread = self.looks < LOOKS_MAX && self.ahead.len() < HEAD_BYTES_MAX;
            self.looks += 1;
            match look(&self.ahead) {
                Look::Live(head) => return Poll::Ready(Ok(Next::Live(head))),
                Look::Plain(length) => self.mode = Mode::Head(length),
                Look::Partial if unread && ready!(self.poll_fill(context))? > 0 => {}
                Look::Partial | Look::Odd => self.mode = Mode::Through,
            }
        }
        self.looks = 0;
        Poll::Ready(Ok(Next::Other))
    }

    /// Reads more ahead; 0 at the end.
    fn poll_fill(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        self.ahead.reserve(READ_BYTES);
        poll_read_buf(Pin::new(&mut self.stream), context, &mut self.ahead)
    }

    /// Passes on what stands ahead, at most so much.
    fn hand_out(&mut self, most: usize, buffer: &mut ReadBuf<'_>) -> usize {
        let count = most.min(self.ahead.len()).min(buffer.remaining());
        buffer.put_slice(&self.ahead[..count]);
        self.ahead.advance(count);
        count
    }
}

/// A wire as hyper reads and writes it.
pub(crate) struct Watched {
    /// `None` once the next request was found to be a live stream.
    wire: Option<Wire>,
    between: Arc<Between>,
}

impl Watched {
    pub(crate) fn new(wire: Wire) -> (Self, Arc<Between>) {
        let between = Arc::new(Between::default());
        let watched = Self {
            wire: Some(wire),
            between: Arc::clone(&between),
        };
        (watched, between)
    }

    /// The end, as far as hyper can tell.
    fn give_away(&mut self) {
        if let Some(wire) = self.wire.take() {
            self.between.give(wire);
        }
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let between = Arc::clone(&self.between);
        loop {
            let Some(wire) = &mut self.wire else {
                return Poll::Ready(Ok(()));
            };
            match wire.mode {
                Mode::Between => match ready!(wire.poll_next(context))? {
                    Next::Live(_) if between.is_flushed() => self.give_away(),
                    // Its last answer is on its way: hyper writes this one, too.
                    Next::Live(head) => wire.pass(&head),
                    Next::Other => {}
                },
                Mode::Head(left) => {
                    between.begin();
                    let passed = wire.hand_out(left, buffer);
                    wire.mode = match left - passed {
                        0 => Mode::Answering,
                        left => Mode::Head(left),
                    };
                    return Poll::Ready(Ok(()));
                }
                Mode::Answering => {
                    if between.is_answered(context) {
                        wire.mode = Mode::Between;
                        continue;
                    }
                    // Whether the client has hung up is to be known meanwhile.
                    if wire.ahead.len() >= HEAD_BYTES_MAX {
                        return Poll::Pending;
                    }
                    if ready!(wire.poll_fill(context))? == 0 {
                        return Poll::Ready(Ok(()));
                    }
                }
                Mode::Through if wire.ahead.is_empty() => {
                    return Pin::new(&mut wire.stream).poll_read(context, buffer);
                }
                Mode::Through => {
                    wire.hand_out(usize::MAX, buffer);
                    return Poll::Ready(Ok(()));
                }
            }
        }
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut self.wire {
            Some(wire) => Pin::new(&mut wire.stream).poll_write(context, bytes),
            None => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match &mut self.wire {
            Some(wire) => Pin::new(&mut wire.stream).poll_write_vectored(context, pieces),
            None => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    /// Called when hyper has nothing left to write.
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.between.flush();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.wire {
            Some(wire) => Pin::new(&mut wire.stream).poll_shutdown(context),
            None => Poll::Ready(Ok(())),
        }
    }
}
