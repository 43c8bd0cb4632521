//! What is known of a viewer that is sent compressed text.

use bytes::Bytes;

use crate::chunk::chunk;
use crate::deflate::{GZIP_HEAD, Sum, end};
use crate::frame::{Frame, Piece};

/// How a viewer's stream came to where it stands.
#[derive(Debug, Default)]
pub(super) struct Packing {
    /// Of all text that it was sent before its present run of frames.
    sent: Sum,
    run: Option<Run>,
}

/// Frames one after the other, with nothing between them.
#[derive(Clone, Copy, Debug)]
struct Run {
    /// The position of the first.
    from: u64,
    /// Of all text of the view in front of the first, and up to the last.
    sums: (Sum, Sum),
}

impl Packing {
    /// What a stream begins with.
    pub(super) fn begin(&mut self, opening: &Piece) -> [Bytes; 2] {
        [chunk(&GZIP_HEAD), self.aside(opening)]
    }

    /// How a state is sent.
    pub(super) fn state(&mut self, piece: &Piece) -> Bytes {
        self.interrupt(piece);
        piece.packed().clone()
    }

    /// How anything else is sent that is no frame.
    pub(super) fn aside(&mut self, piece: &Piece) -> Bytes {
        self.interrupt(piece);
        piece.stored()
    }

    /// The frames behind a piece have something else before them than in the
    /// ring.
    fn interrupt(&mut self, piece: &Piece) {
        self.close_run();
        self.sent = self.sent.then(piece.sum());
    }

    fn close_run(&mut self) {
        if let Some(run) = self.run.take() {
            self.sent = self.sent.then(run.sums.1.behind(run.sums.0));
        }
    }

    /// How a frame is sent, if the next is that at `next`.
    pub(super) fn frame<'a>(&self, frame: &'a Frame, next: u64) -> &'a Bytes {
        let from = self.run.map_or(next, |run| run.from);
        match &frame.common {
            Some(common) if common.window_from >= from => &common.chunk,
            _ => frame.piece.packed(),
        }
    }

    /// The frame at `position` is sent, at least its beginning.
    pub(super) fn sent(&mut self, frame: &Frame, position: u64) {
        let begun = Run {
            from: position,
            sums: frame.sums,
        };
        self.run.get_or_insert(begun).sums.1 = frame.sums.1;
    }

    /// What ends the stream.
    pub(super) fn end(&mut self) -> Bytes {
        self.close_run();
        chunk(&end(self.sent))
    }
}
