//! How a viewer's socket is set up.
//!
//! How long a viewer that acknowledges nothing is kept is for its shard to say,
//! not for `TCP_USER_TIMEOUT`: over a window that is nearly closed, Linux counts the
//! time until everything that is pending fits, however much the viewer has read
//! meanwhile, and so cuts off who reads slowly.

use std::io;
use std::net::TcpStream;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};

/// The system doubles it for its own use. Many frames fit; what a slow viewer
/// has not read stays in the ring, where everybody shares it. With less, a proxy
/// on the same machine, where segments are of 64 KB, is waited for at every large
/// frame.
const SEND_BUFFER_BYTES: usize = 48 * 1024;
/// A socket has room again, and no earlier, when everything that was written is sent.
/// So what a slow viewer has not read is held once, in the ring, and whether a
/// viewer takes anything can be told.
const UNSENT_BYTES_MAX: u32 = 1;
/// One that has nothing to acknowledge is asked whether it is there.
const ASKED_AFTER: Duration = Duration::from_secs(60);
const ASKED_EVERY: Duration = Duration::from_secs(15);
const ASKED_TIMES: u32 = 3;

/// Bounds what a viewer costs, and how long it costs it when it is gone.
pub(super) fn set_up(socket: &TcpStream) -> io::Result<()> {
    let socket = SockRef::from(socket);
    socket.set_nonblocking(true)?;
    // A frame must not wait for the acknowledgement of the last one.
    socket.set_tcp_nodelay(true)?;
    socket.set_send_buffer_size(SEND_BUFFER_BYTES)?;
    socket.set_tcp_notsent_lowat(UNSENT_BYTES_MAX)?;
    let keepalive = TcpKeepalive::new()
        .with_time(ASKED_AFTER)
        .with_interval(ASKED_EVERY)
        .with_retries(ASKED_TIMES);
    socket.set_tcp_keepalive(&keepalive)
}
