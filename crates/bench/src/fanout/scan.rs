//! Finds the numbers of messages in Server-Sent Events, looking at each byte
//! about once and keeping none of them.
//!
//! Every server under test sends events with one `"seq":N` near the beginning
//! or the end; an event counts when the empty line behind it has come.

use std::sync::LazyLock;

use memchr::memchr;
use memchr::memmem::Finder;

const MARKER: &[u8] = b"\"seq\":";
const MARKER_BYTES: u8 = 6;
static FINDER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(MARKER));

/// Where a scan stands between two reads.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Scan {
    place: Place,
    number: u32,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    /// So many bytes of the marker were the last ones.
    Before { matched: u8 },
    /// Among the digits.
    Within,
    /// Waiting for the empty line; perhaps a line has just ended.
    Behind { newline: bool },
}

impl Default for Place {
    fn default() -> Self {
        Self::Before { matched: 0 }
    }
}

impl Scan {
    /// Takes bytes as they come; gives the number of each event that is complete.
    pub(crate) fn feed(&mut self, mut bytes: &[u8], mut each: impl FnMut(u32)) {
        while !bytes.is_empty() {
            let taken = match self.place {
                Place::Before { matched: 0 } => self.find(bytes),
                Place::Before { matched } => self.go_on(usize::from(matched), bytes),
                Place::Within => self.digits(bytes),
                Place::Behind { newline } => self.end(newline, bytes, &mut each),
            };
            bytes = &bytes[taken..];
        }
    }

    fn find(&mut self, bytes: &[u8]) -> usize {
        if let Some(at) = FINDER.find(bytes) {
            return at + self.begin_number(MARKER.len());
        }
        // The buffer may end amid a marker.
        let is_cut = |length: &u8| bytes.ends_with(&MARKER[..usize::from(*length)]);
        let matched = (1..MARKER_BYTES).rev().find(is_cut).unwrap_or(0);
        self.place = Place::Before { matched };
        bytes.len()
    }

    /// After a marker that was cut in two. No end of it is a beginning of it in
    /// JSON, so where it does not go on the search begins anew.
    fn go_on(&mut self, matched: usize, bytes: &[u8]) -> usize {
        let rest = &MARKER[matched..];
        if bytes.starts_with(rest) {
            return self.begin_number(rest.len());
        }
        let taken = if rest.starts_with(bytes) {
            bytes.len()
        } else {
            0
        };
        let matched = if taken > 0 { matched + taken } else { 0 };
        self.place = Place::Before {
            matched: u8::try_from(matched).unwrap_or(0),
        };
        taken
    }

    fn begin_number(&mut self, taken: usize) -> usize {
        self.number = 0;
        self.place = Place::Within;
        taken
    }

    fn digits(&mut self, bytes: &[u8]) -> usize {
        for (at, byte) in bytes.iter().enumerate() {
            if !byte.is_ascii_digit() {
                self.place = Place::Behind { newline: false };
                return at;
            }
            self.number = self.number.wrapping_mul(10) + u32::from(byte - b'0');
        }
        bytes.len()
    }

    fn end(&mut self, newline: bool, bytes: &[u8], each: &mut impl FnMut(u32)) -> usize {
        if newline && bytes[0] == b'\n' {
            each(self.number);
            self.place = Place::default();
            return 1;
        }
        let at = memchr(b'\n', bytes);
        self.place = Place::Behind {
            newline: at.is_some(),
        };
        at.map_or(bytes.len(), |at| at + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIRE: &str = "HTTP/1.1 200 OK\r\n\r\nretry: 5\n: hello\n\n\
        event: snapshot\nid: 0a-b-42\ndata: {\"entries\":{\"7\":{\"se\":1}},\"seq\":42}\n\n:\n\n\
        1f\r\nevent: diff\nid: 0a-b-43\ndata: {\"seq\":43,\"text\":\"\\\"seq\"}\n\n\r\n\
        data: {\"seq\":1000000}\n\ndata: {\"seq\":44";

    #[test]
    fn numbers_are_found_wherever_the_bytes_are_cut() {
        for first in 0..WIRE.len() {
            for size in 1..40 {
                let (begin, rest) = WIRE.as_bytes().split_at(first);
                let (mut scan, mut seen) = (Scan::default(), Vec::new());
                scan.feed(begin, |number| seen.push(number));
                for bytes in rest.chunks(size) {
                    scan.feed(bytes, |number| seen.push(number));
                }
                assert_eq!(
                    seen,
                    [42, 43, 1_000_000],
                    "cut at {first}, then every {size}"
                );
            }
        }
    }

    #[test]
    fn an_event_counts_when_its_empty_line_has_come() {
        let (mut scan, mut seen) = (Scan::default(), 0);
        scan.feed(b"data: {\"seq\":7}\n", |number| seen = number);
        assert_eq!(seen, 0);
        scan.feed(b"\n", |number| seen = number);
        assert_eq!(seen, 7);
    }
}
