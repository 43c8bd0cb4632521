//! The plain loop with io_uring: the kernel is given the sends to several
//! hundred viewers in one call.
//!
//! Sockets do not block, so every send is over when the call returns, and one
//! whose socket is full says so. Everything else is as in `raw`: `epoll` says who
//! asks for something, and whose socket takes some again.

use std::io::{self, ErrorKind};
use std::rc::Rc;
use std::time::Duration;

use anyhow::Result;
use compio_driver::op::{Send, SendFlags};
use compio_driver::{Key, Proactor, PushEntry};
use mio::net::TcpStream;

use crate::round::{Connection, Hand, SWEEP, When, serve};

/// Serves until it is killed.
pub(crate) fn run(when: When) -> Result<()> {
    serve(Sends::new()?, when)
}

/// Whether the system lets us: containers often do not.
pub(crate) fn is_there() -> bool {
    Sends::new().is_ok()
}

/// Both are held until the kernel is done with them.
type Op = Send<Rc<[u8]>, Rc<TcpStream>>;

struct Sends {
    ring: Proactor,
    /// By their place among those that are being sent to.
    under_way: Vec<(usize, Key<Op>)>,
    piece: Piece,
}

impl Sends {
    fn new() -> Result<Self> {
        // One for the driver itself.
        let capacity = u32::try_from(SWEEP + 1)?;
        let mut builder = Proactor::builder();
        builder.capacity(capacity);
        // All is done by the thread that asks for it, when it asks.
        builder.single_issuer(true).defer_taskrun(true);
        Ok(Self {
            ring: builder.build()?,
            under_way: Vec::with_capacity(SWEEP),
            piece: Piece::default(),
        })
    }

    /// Hands over what was put together; gives what became of each.
    fn submit(&mut self, mut each: impl FnMut(usize, io::Result<usize>)) -> Result<()> {
        while !self.under_way.is_empty() {
            match self.ring.poll(Some(Duration::ZERO)) {
                Err(error) if !is_early(&error) => return Err(error.into()),
                _ => {}
            }
            for (at, key) in std::mem::take(&mut self.under_way) {
                match self.ring.pop(key) {
                    PushEntry::Ready(done) => each(at, done.0),
                    PushEntry::Pending(key) => self.under_way.push((at, key)),
                }
            }
        }
        Ok(())
    }
}

/// Nothing is done yet.
fn is_early(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::Interrupted)
}

impl Hand for Sends {
    type Socket = Rc<TcpStream>;

    fn send(
        &mut self,
        to: &mut [Option<Connection<Rc<TcpStream>>>],
        published: &[u8],
    ) -> Result<()> {
        for (at, connection) in to.iter().enumerate() {
            let Some(viewer) = connection else { continue };
            let Some(place) = viewer.lacks(published) else {
                continue;
            };
            let bytes = self.piece.of(published, place);
            let op = Send::new(Rc::clone(&viewer.socket), bytes, SendFlags::empty());
            match self.ring.push(op) {
                PushEntry::Pending(key) => self.under_way.push((at, key)),
                PushEntry::Ready(failed) => drop(failed.0?),
            }
        }
        self.submit(|at, written| {
            let sent = to[at].as_mut().map(|viewer| viewer.sent(written));
            if sent.is_some_and(|sent| sent.is_err()) {
                to[at] = None;
            }
        })
    }
}

/// What was last asked for: nearly everybody is at the same place.
#[derive(Default)]
struct Piece {
    place: usize,
    bytes: Rc<[u8]>,
}

impl Piece {
    /// Everything from a place on, in memory that the kernel can be lent.
    fn of(&mut self, published: &[u8], place: usize) -> Rc<[u8]> {
        if (self.place, self.place + self.bytes.len()) != (place, published.len()) {
            self.place = place;
            self.bytes = published[place..].into();
        }
        Rc::clone(&self.bytes)
    }
}
