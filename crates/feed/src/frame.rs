//! Server-Sent Events, encoded once for everyone.

use std::sync::{Arc, LazyLock, OnceLock};
use std::time::Instant;

use bytes::Bytes;
use rand::RngExt;

use crate::chunk::{LINE_END, chunk};
use crate::deflate::{self, Referring, Sum};
use crate::tag::Tag;

/// Sent where nothing else was: keeps proxies and phones from hanging up.
pub static HEARTBEAT: LazyLock<Piece> = LazyLock::new(|| Piece::of(":\n\n"));

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
    /// The same compressed: made when the first wants it.
    packed: Arc<OnceLock<Bytes>>,
}

/// An encoded event and the states that it leads from and to; of a comment they
/// are the same.
#[derive(Clone, Debug)]
pub struct Frame {
    /// What goes over the wire.
    pub piece: Piece,
    /// The state it applies to.
    pub from: u64,
    /// The state it leads to.
    pub to: u64,
    /// When the tick began that made it.
    pub(crate) made: Instant,
    /// Compressed together with the frames before it, where many want it.
    pub(crate) common: Option<Referring>,
    /// Of all text of the view up to its beginning, and up to its end.
    pub(crate) sums: (Sum, Sum),
}

impl Frame {
    /// Bytes that it takes.
    pub(crate) fn len(&self) -> usize {
        let common = self.common.as_ref().map(|common| common.chunk.len());
        self.piece.chunk.len() + common.unwrap_or_default()
    }
}

impl Piece {
    pub(crate) fn of(text: &str) -> Self {
        let chunk = chunk(text.as_bytes());
        // A length of at most sixteen digits, and the end of its line.
        let head = chunk.len() - text.len() - LINE_END.len();
        Self {
            chunk,
            head: u8::try_from(head).unwrap_or(u8::MAX),
            packed: Arc::default(),
        }
    }

    /// The text alone.
    #[must_use]
    pub fn text(&self) -> Bytes {
        let end = self.chunk.len() - LINE_END.len();
        self.chunk.slice(usize::from(self.head)..end)
    }

    /// As one chunk of HTTP/1.1.
    #[must_use]
    pub fn chunk(&self) -> &Bytes {
        &self.chunk
    }

    /// As one chunk of a compressed stream, which fits everywhere. For what many
    /// are sent: it is compressed once.
    #[must_use]
    pub fn packed(&self) -> &Bytes {
        let pack = || chunk(&deflate::alone(&self.text()));
        self.packed.get_or_init(pack)
    }

    /// The same for what one is sent: that costs less than compressing it.
    #[must_use]
    pub fn stored(&self) -> Bytes {
        chunk(&deflate::stored(&self.text()))
    }

    pub(crate) fn sum(&self) -> Sum {
        Sum::of(&self.text())
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
