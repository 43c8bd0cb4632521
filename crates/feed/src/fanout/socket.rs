//! How a viewer's socket is set up.

use std::io;
use std::net::TcpStream;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};

/// The system doubles it for its own use. Many frames fit; what a slow viewer
/// has not read stays in the ring, where everybody shares it. With less, a proxy
/// on the same machine, where segments are of 64 KB, is waited for at every large
/// frame.
const SEND_BUFFER_BYTES: usize = 48 * 1024;
/// A viewer that acknowledges nothing for so long is gone. More than a minute:
/// a phone that is put away for one has its stream when it is taken out.
const SILENCE_TIME_MAX: Duration = Duration::from_secs(90);
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
    socket.set_tcp_user_timeout(Some(SILENCE_TIME_MAX))?;
    let keepalive = TcpKeepalive::new()
        .with_time(ASKED_AFTER)
        .with_interval(ASKED_EVERY)
        .with_retries(ASKED_TIMES);
    socket.set_tcp_keepalive(&keepalive)
}
