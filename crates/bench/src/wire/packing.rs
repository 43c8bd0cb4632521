//! Ways to put a stream's pieces on the wire, worked out from its text.
//!
//! For what tasuki does this must give what was measured, to the byte; only
//! then is it believed about the comments, for which a measurement would have
//! to take as long as the race, and about what tasuki does not do.

use std::io::Read;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use flate2::read::DeflateDecoder;
use flate2::{Compress, Compression, FlushCompress};
use tasuki_bench::unframe::framed;

use crate::pieces::{Kind, Piece};

/// Bytes that begin a gzip member.
const GZIP_HEAD_BYTES: usize = 10;
/// Around a block that is not compressed.
const STORED_BYTES: usize = 5;
/// Frames that may refer back to the first of them, as in `feed/src/deflate.rs`.
const WINDOW_FRAMES: usize = 32;

/// How pieces are put on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    /// As they are.
    Plain,
    /// Compressed once for all, each for itself: tasuki, few viewers.
    Alone,
    /// Compressed once for all, referring back: tasuki, many viewers.
    Shared,
    /// By a compressor for each viewer that keeps its window and is flushed
    /// after each piece: what a middleware does.
    Own,
}

/// Bytes that a stream's body takes.
pub(crate) fn body_bytes(packing: Packing, pieces: &[Piece]) -> Result<usize> {
    Ok(match packing {
        Packing::Plain => pieces.iter().map(|piece| framed(piece.text.len())).sum(),
        Packing::Alone => framed(GZIP_HEAD_BYTES) + shared(pieces, false),
        Packing::Shared => framed(GZIP_HEAD_BYTES) + shared(pieces, true),
        Packing::Own => framed(GZIP_HEAD_BYTES) + own(pieces)?.0,
    })
}

/// The time that a compressor takes for one viewer's stream.
pub(crate) fn own_time(pieces: &[Piece]) -> Result<Duration> {
    Ok(own(pieces)?.1)
}

fn raw() -> Compress {
    Compress::new(Compression::default(), false)
}

/// Greetings are stored, states compressed alone; so are frames, unless they refer
/// back only to what the viewer has, with nothing in between. A comment is a frame:
/// everybody is sent it at the same place.
fn shared(pieces: &[Piece], refers: bool) -> usize {
    let (mut alone, mut common) = (raw(), raw());
    let (mut frames, mut run) = (0, 0);
    let size = |piece: &Piece| {
        let text = &piece.text;
        match piece.kind() {
            Kind::Greeting => {
                run = 0;
                text.len() + STORED_BYTES
            }
            Kind::Snapshot => {
                run = 0;
                alone.reset();
                blocks(&mut alone, text).len()
            }
            Kind::Diff | Kind::Comment => {
                let in_window = frames % WINDOW_FRAMES;
                if in_window == 0 {
                    common.reset();
                }
                let block = blocks(&mut common, text).len();
                let fits = refers && run >= in_window;
                frames += 1;
                run += 1;
                if fits {
                    return block;
                }
                alone.reset();
                blocks(&mut alone, text).len()
            }
        }
    };
    pieces.iter().map(size).map(framed).sum()
}

/// Bytes and time; what comes out is unpacked again and compared.
fn own(pieces: &[Piece]) -> Result<(usize, Duration)> {
    let mut compress = raw();
    let begun = Instant::now();
    let packed: Vec<Vec<u8>> = pieces
        .iter()
        .map(|piece| blocks(&mut compress, &piece.text))
        .collect();
    let took = begun.elapsed();
    let text: Vec<u8> = pieces
        .iter()
        .flat_map(|piece| &piece.text)
        .copied()
        .collect();
    let mut unpacked = Vec::new();
    let all = packed.concat();
    let end = DeflateDecoder::new(&all[..]).take(text.len() as u64);
    { end }.read_to_end(&mut unpacked)?;
    ensure!(unpacked == text, "what was compressed is another text");
    Ok((packed.iter().map(|block| framed(block.len())).sum(), took))
}

/// Compresses text up to a whole byte, as `feed/src/deflate.rs` does.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pieces::with_comments;

    #[test]
    fn what_refers_back_further_is_smaller_and_comments_do_not_change_that() {
        let splits = "\"checkpoint\":\"exchange\",\"elapsed_ms\":0,".repeat(5);
        let diff = |at: i64| Piece {
            at_ms: at * 20_000,
            text: format!("event: diff\nid: 0a-b-{at}\ndata: {{{splits}\"rank\":{at}}}\n\n").into(),
        };
        let quiet: Vec<Piece> = (0..100).map(diff).collect();
        let bytes = |packing, pieces: &[Piece]| body_bytes(packing, pieces).expect("bytes");
        let packings = [
            Packing::Own,
            Packing::Shared,
            Packing::Alone,
            Packing::Plain,
        ];
        let sizes = packings.map(|packing| bytes(packing, &quiet));
        assert!(sizes.is_sorted(), "{sizes:?}");
        let spoken = with_comments(&quiet, 2_000_000);
        assert_eq!(spoken.len(), 200);
        let [alone, shared] = [Packing::Alone, Packing::Shared].map(|it| bytes(it, &spoken));
        assert!(shared < alone, "{shared} and {alone} bytes");
    }
}
