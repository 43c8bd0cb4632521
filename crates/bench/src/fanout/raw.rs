//! The yardstick: a server that does nothing but write. One thread, one
//! `epoll`, and for each message one `write` per viewer.

use anyhow::Result;
use mio::net::TcpStream;

use crate::round::{Connection, Hand, When, serve};

/// Serves until it is killed.
pub(crate) fn run(when: When) -> Result<()> {
    serve(Writes, when)
}

struct Writes;

impl Hand for Writes {
    type Socket = TcpStream;

    fn send(&mut self, to: &mut [Option<Connection<TcpStream>>], published: &[u8]) -> Result<()> {
        for connection in to {
            let Some(viewer) = connection else { continue };
            if viewer.lacks(published).is_some() && viewer.send(published).is_err() {
                *connection = None;
            }
        }
        Ok(())
    }
}
