//! Server-Sent Events, encoded once for everyone.

use std::fmt::Write;

use bytes::Bytes;
use rand::RngExt;

use crate::tag::Tag;

/// Sent where nothing else was: keeps proxies and phones from hanging up.
pub const HEARTBEAT: Piece = Piece {
    chunk: Bytes::from_static(b"3\r\n:\n\n\r\n"),
    head: 3,
};

/// What ends a stream: a chunk without anything.
pub(crate) const END: Bytes = Bytes::from_static(b"0\r\n\r\n");

/// First wait of a browser that lost its stream, milliseconds. Each viewer is
/// told its own, so that a restart does not bring all back at once.
const RETRY_MS: std::ops::Range<u32> = 1_000..4_000;

/// The same before a planned stop: long enough for a restart to finish.
const RETRY_AFTER_BYE_MS: std::ops::Range<u32> = 3_000..10_000;

/// A piece of a stream: as text, and framed as one chunk of HTTP/1.1. Cheap to
/// clone.
#[derive(Clone, Debug)]
pub struct Piece {
    chunk: Bytes,
    /// Bytes before the text.
    head: u8,
}

/// An encoded event and the states that it leads from and to.
#[derive(Clone, Debug)]
pub struct Frame {
    /// What goes over the wire.
    pub piece: Piece,
    /// The state it applies to.
    pub from: u64,
    /// The state it leads to.
    pub to: u64,
}

impl Frame {
    /// Bytes on the wire.
    pub(crate) fn len(&self) -> usize {
        self.piece.chunk.len()
    }
}

impl Piece {
    pub(crate) fn of(text: &str) -> Self {
        // Room for the length and the line ends, so that it is copied once.
        let mut chunk = String::with_capacity(text.len() + 16);
        // Writing to a `String` cannot fail.
        let _ = write!(chunk, "{:x}\r\n", text.len());
        // At most sixteen digits.
        let head = u8::try_from(chunk.len()).unwrap_or(u8::MAX);
        chunk.push_str(text);
        chunk.push_str("\r\n");
        Self {
            chunk: chunk.into(),
            head,
        }
    }

    /// The text alone.
    #[must_use]
    pub fn text(&self) -> Bytes {
        let end = self.chunk.len() - "\r\n".len();
        self.chunk.slice(usize::from(self.head)..end)
    }

    /// As one chunk of HTTP/1.1.
    #[must_use]
    pub fn chunk(&self) -> &Bytes {
        &self.chunk
    }
}

pub(crate) fn event(name: &str, tag: &Tag, json: &str) -> Piece {
    Piece::of(&format!("event: {name}\nid: {tag}\ndata: {json}\n\n"))
}

/// The first thing sent: a reconnection time of its own and a comment, which
/// makes proxies pass the headers on.
#[must_use]
pub fn opening() -> Piece {
    let retry_ms = rand::rng().random_range(RETRY_MS);
    Piece::of(&format!("retry: {retry_ms}\n: tasuki\n\n"))
}

/// The last thing sent before a planned stop, to a viewer in the state that
/// `tag` names.
#[must_use]
pub fn bye(tag: Tag) -> Piece {
    let retry_ms = rand::rng().random_range(RETRY_AFTER_BYE_MS);
    Piece::of(&format!(
        "retry: {retry_ms}\nevent: bye\nid: {tag}\ndata: {{}}\n\n"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunk_says_how_long_its_text_is() {
        let text = "data: 駅伝\n\n";
        let piece = Piece::of(text);
        assert_eq!(piece.text(), text.as_bytes());
        assert_eq!(piece.chunk(), format!("e\r\n{text}\r\n").as_bytes());
        assert_eq!(HEARTBEAT.text(), ":\n\n".as_bytes());
    }
}
