//! What a stream consists of: the greeting, a snapshot, diffs, comments.

/// A text that is sent as one chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// When, by the race's clock.
    pub(crate) at_ms: i64,
    pub(crate) text: Vec<u8>,
}

/// Which piece it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The first, which tells a viewer when to come back.
    Greeting,
    Snapshot,
    Diff,
    Comment,
}

impl Piece {
    pub(crate) fn kind(&self) -> Kind {
        let begins = |with: &[u8]| self.text.starts_with(with);
        match () {
            () if begins(b"event: snapshot\n") => Kind::Snapshot,
            () if begins(b"event: diff\n") => Kind::Diff,
            () if begins(b":") => Kind::Comment,
            () => Kind::Greeting,
        }
    }

    /// The number of the fact up to which it leads.
    pub(crate) fn seq(&self) -> Option<u64> {
        let text = std::str::from_utf8(&self.text).ok()?;
        let id = text.lines().find_map(|line| line.strip_prefix("id: "))?;
        id.rsplit_once('-')?.1.parse().ok()
    }
}

/// A comment, as it is sent to who was sent nothing for [`COMMENT_EVERY_MS`].
pub(crate) const COMMENT: &[u8] = b":\n\n";
pub(crate) const COMMENT_EVERY_MS: i64 = 14_000;

/// The same stream with the comments that it has at the race's own pace, until
/// that time.
pub(crate) fn with_comments(pieces: &[Piece], until_ms: i64) -> Vec<Piece> {
    let mut all: Vec<Piece> = Vec::with_capacity(2 * pieces.len());
    let ends = pieces.iter().skip(1).map(|piece| piece.at_ms);
    for (piece, next_ms) in pieces.iter().zip(ends.chain([until_ms])) {
        all.push(piece.clone());
        let mut at_ms = piece.at_ms + COMMENT_EVERY_MS;
        while at_ms < next_ms {
            let text = COMMENT.to_vec();
            all.push(Piece { at_ms, text });
            at_ms += COMMENT_EVERY_MS;
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_comes_after_every_so_many_seconds_of_silence() {
        let piece = |at_s: i64, text: &str| Piece {
            at_ms: at_s * 1_000,
            text: text.into(),
        };
        let diff = "event: diff\nid: 0a-b-42\ndata: {}\n\n";
        let stream = [piece(0, "retry: 1\n\n"), piece(14, diff), piece(45, diff)];
        let all = with_comments(&stream, 61_000);
        let comments: Vec<i64> = { all.iter() }
            .filter(|piece| piece.kind() == Kind::Comment)
            .map(|piece| piece.at_ms / 1_000)
            .collect();
        assert_eq!(comments, [28, 42, 59]);
        assert_eq!(stream[0].kind(), Kind::Greeting);
        assert_eq!((stream[1].kind(), stream[1].seq()), (Kind::Diff, Some(42)));
    }
}
