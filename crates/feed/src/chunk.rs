//! How HTTP/1.1 frames a body whose length is not known.

use bytes::Bytes;

/// What ends a body: a chunk without anything.
pub(crate) const END: Bytes = Bytes::from_static(b"0\r\n\r\n");
/// Behind a chunk's length, and behind its bytes.
pub(crate) const LINE_END: &[u8] = b"\r\n";

/// Bytes as one chunk.
pub(crate) fn chunk(bytes: &[u8]) -> Bytes {
    let length = format!("{:x}", bytes.len());
    [length.as_bytes(), LINE_END, bytes, LINE_END]
        .concat()
        .into()
}
