//! A socket for which the kernel keeps next to nothing.

use std::io;
use std::os::fd::AsFd;

use socket2::SockRef;

/// What a viewer that will stop reading lets the kernel keep for it. Else the
/// kernel would keep all that is sent in a minute, and the server notice nothing.
const SMALL_BUFFER_BYTES: usize = 4 * 1024;
/// And the segments of a real network: over loopback's of 64 KiB, the kernel
/// grants a server a megabyte to send, and waits, longer and longer, for one to fit
/// where there is less room.
const SEGMENT_BYTES: u32 = 1_460;

/// Makes it so, before it is connected.
///
/// # Errors
/// The system's own.
pub fn narrow(socket: &impl AsFd) -> io::Result<()> {
    let socket = SockRef::from(socket);
    socket.set_recv_buffer_size(SMALL_BUFFER_BYTES)?;
    socket.set_tcp_mss(SEGMENT_BYTES)
}
