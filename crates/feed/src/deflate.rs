//! Blocks of compressed text that fit behind each other.
//!
//! A viewer's stream is one gzip member (RFC 1952) of deflate blocks (RFC 1951)
//! that end at whole bytes, so blocks that were made once can be sent to many.
//! A block may refer back to text that was sent before it: a *common* block
//! refers to the frames before it in its ring, back to where its window begins,
//! and fits behind those frames, however they were compressed themselves. A
//! block made *alone* fits everywhere, and so does one that is only *stored*.

use std::cell::RefCell;

use bytes::Bytes;
use flate2::{Compress, Compression, FlushCompress};

use crate::chunk::chunk;

/// Begins a member: deflate, no name, no time, any system.
pub(crate) const GZIP_HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
/// An empty last block, and no text.
const LAST_BLOCK: [u8; 2] = [3, 0];
/// Frames of one window. Who joins in the middle gets blocks made alone until
/// the next begins.
const WINDOW_FRAMES: u32 = 32;

thread_local! {
    /// 300 KB: made once per thread, not per block.
    static ALONE: RefCell<Compress> = RefCell::new(raw());
}

fn raw() -> Compress {
    Compress::new(Compression::default(), false)
}

/// Compresses text to its end, in blocks that end at a whole byte.
fn blocks(compress: &mut Compress, text: &[u8]) -> Vec<u8> {
    let mut blocks = Vec::with_capacity(text.len() / 2 + 64);
    let begun = compress.total_in();
    loop {
        let done = usize::try_from(compress.total_in() - begun).unwrap_or(usize::MAX);
        let rest = text.get(done..).unwrap_or_default();
        // Into memory, and never ended: nothing can fail.
        let _ = compress.compress_vec(rest, &mut blocks, FlushCompress::Sync);
        let all = compress.total_in() - begun == text.len() as u64;
        if all && blocks.len() < blocks.capacity() {
            return blocks;
        }
        blocks.reserve(text.len() / 4 + 64);
    }
}

/// Blocks that refer to nothing before them.
pub(crate) fn alone(text: &[u8]) -> Vec<u8> {
    ALONE.with_borrow_mut(|compress| {
        compress.reset();
        blocks(compress, text)
    })
}

/// A block that is not compressed, of at most 64 KB of text: it costs nothing.
pub(crate) fn stored(text: &[u8]) -> Vec<u8> {
    let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
    let mut block = vec![0];
    block.extend_from_slice(&length.to_le_bytes());
    block.extend_from_slice(&(!length).to_le_bytes());
    block.extend_from_slice(&text[..usize::from(length)]);
    block
}

/// What ends a member of text with that checksum and length.
pub(crate) fn end(sum: Sum) -> Vec<u8> {
    let mut end = LAST_BLOCK.to_vec();
    end.extend_from_slice(&sum.crc.to_le_bytes());
    end.extend_from_slice(&sum.modulo().to_le_bytes());
    end
}

/// The blocks that all viewers of a view share.
pub(crate) struct Common {
    compress: Compress,
    /// The position of the first frame that blocks refer back to.
    window_from: u64,
    frames: u32,
}

/// A block that refers back.
#[derive(Clone, Debug)]
pub(crate) struct Referring {
    /// As one chunk of HTTP/1.1.
    pub(crate) chunk: Bytes,
    /// Fits behind all frames from that position on.
    pub(crate) window_from: u64,
}

impl Common {
    pub(crate) fn new() -> Self {
        Self {
            compress: raw(),
            window_from: 0,
            frames: WINDOW_FRAMES,
        }
    }

    /// The block of the frame at `position`. Frames come one after the other.
    pub(crate) fn block(&mut self, position: u64, text: &[u8]) -> Referring {
        if self.frames >= WINDOW_FRAMES {
            self.compress.reset();
            self.window_from = position;
            self.frames = 0;
        }
        self.frames += 1;
        Referring {
            chunk: chunk(&blocks(&mut self.compress, text)),
            window_from: self.window_from,
        }
    }
}

impl std::fmt::Debug for Common {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Common({}, {})", self.window_from, self.frames)
    }
}

/// Checksum and length of a text; of two texts in a row it is found from
/// theirs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sum {
    crc: u32,
    length: u64,
}

impl Sum {
    pub(crate) fn of(text: &[u8]) -> Self {
        Self {
            crc: crc32fast::hash(text),
            length: text.len() as u64,
        }
    }

    /// Of this text and another behind it.
    pub(crate) fn then(self, next: Self) -> Self {
        Self {
            crc: combined(self.crc, next.crc, next.length),
            length: self.length + next.length,
        }
    }

    /// Of what stands behind the text `before` in this one.
    pub(crate) fn behind(self, before: Self) -> Self {
        let length = self.length.saturating_sub(before.length);
        if length == 0 {
            return Self::default();
        }
        // Adding the beginning once more takes it away: it is a sum of bits.
        Self {
            crc: combined(before.crc, self.crc, length),
            length,
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "as the format asks for")]
    fn modulo(self) -> u32 {
        self.length as u32
    }
}

fn combined(first: u32, second: u32, second_length: u64) -> u32 {
    let mut hasher = crc32fast::Hasher::new_with_initial(first);
    hasher.combine(&crc32fast::Hasher::new_with_initial_len(
        second,
        second_length,
    ));
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;
    use proptest::prelude::*;

    use super::*;

    fn unpack(member: &[u8]) -> String {
        let mut text = String::new();
        let mut decoder = GzDecoder::new(member);
        decoder.read_to_string(&mut text).expect("a whole member");
        text
    }

    fn frame(position: u64) -> String {
        format!(
            "event: diff\ndata: {{\"seq\":{position},\"entries\":{{\"7\":{{\"rank\":3}}}}}}\n\n"
        )
    }

    /// The bytes inside of a chunk.
    fn inside(chunk: &Bytes) -> &[u8] {
        let line = chunk
            .windows(2)
            .position(|pair| pair == b"\r\n")
            .expect("a length");
        &chunk[line + 2..chunk.len() - 2]
    }

    proptest! {
        #[test]
        fn a_common_block_fits_behind_the_frames_of_its_window(join in 0..100_u64, breaks in prop::collection::vec(any::<bool>(), 100)) {
            let mut common = Common::new();
            let (mut member, mut text, mut sum) = (GZIP_HEAD.to_vec(), String::new(), Sum::default());
            let mut add = |text: &mut String, block: &[u8], part: &str| {
                member.extend_from_slice(block);
                text.push_str(part);
                sum = sum.then(Sum::of(part.as_bytes()));
            };
            let mut unbroken_from = join;
            let mut shared = 0;
            for position in 0..100 {
                let part = frame(position);
                let block = common.block(position, part.as_bytes());
                if position < join {
                    continue;
                }
                if breaks[usize::try_from(position).expect("small")] && position % 9 == 0 {
                    add(&mut text, &stored(b":\n\n"), ":\n\n");
                    unbroken_from = position;
                }
                if block.window_from >= unbroken_from {
                    shared += 1;
                    add(&mut text, inside(&block.chunk), &part);
                } else {
                    add(&mut text, &alone(part.as_bytes()), &part);
                }
            }
            member.extend(end(sum));
            prop_assert_eq!(unpack(&member), text);
            prop_assert!(join > 60 || shared > 0);
        }

        #[test]
        fn sums_are_those_of_the_texts(a in ".{0,80}", b in ".{0,80}") {
            let (first, second) = (Sum::of(a.as_bytes()), Sum::of(b.as_bytes()));
            let both = Sum::of(format!("{a}{b}").as_bytes());
            prop_assert_eq!(first.then(second), both);
            prop_assert_eq!(both.behind(first), second);
        }
    }

    #[test]
    fn common_blocks_are_much_smaller_than_those_made_alone() {
        let mut common = Common::new();
        let sizes = (0..64).map(|position| {
            let text = frame(position);
            (
                common.block(position, text.as_bytes()).chunk.len(),
                alone(text.as_bytes()).len(),
            )
        });
        let (common, alone) = sizes.fold((0, 0), |sum, size| (sum.0 + size.0, sum.1 + size.1));
        assert!(common * 2 < alone, "{common} and {alone} bytes");
    }
}
