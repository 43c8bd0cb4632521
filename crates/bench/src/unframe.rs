//! Takes an answer of HTTP/1.1 apart that comes in chunks, and counts what
//! crosses the socket.

use anyhow::{Context, Result, ensure};

/// What ends a line.
const LINE_END: &[u8] = b"\r\n";

/// An answer as it comes.
#[derive(Debug, Default)]
pub struct Unframe {
    /// Not taken apart yet.
    pending: Vec<u8>,
    /// Bytes of the answer's head, once it is complete.
    pub head_bytes: Option<usize>,
}

impl Unframe {
    /// Takes bytes as they come from the socket; gives each chunk that is
    /// complete, without what HTTP puts around it.
    ///
    /// # Errors
    /// When the answer is a refusal or no HTTP, or `each` fails.
    pub fn feed(&mut self, bytes: &[u8], mut each: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
        self.pending.extend_from_slice(bytes);
        let mut done = 0;
        if self.head_bytes.is_none() {
            let Some(length) = head_length(&self.pending) else {
                return Ok(());
            };
            let head = String::from_utf8_lossy(&self.pending[..length]);
            ensure!(head.starts_with("HTTP/1.1 200"), "answered {head}");
            self.head_bytes = Some(length);
            done = length;
        }
        while let Some((begin, end)) = next_chunk(&self.pending[done..])? {
            each(&self.pending[done + begin..done + end])?;
            done += end + LINE_END.len();
        }
        self.pending.drain(..done);
        Ok(())
    }
}

/// Where the first chunk's bytes begin and end, if it is complete.
fn next_chunk(bytes: &[u8]) -> Result<Option<(usize, usize)>> {
    let Some(line) = memchr::memmem::find(bytes, LINE_END) else {
        return Ok(None);
    };
    let length = std::str::from_utf8(&bytes[..line])?;
    let length = usize::from_str_radix(length, 16).context("a chunk's length")?;
    let begin = line + LINE_END.len();
    let is_complete = bytes.len() >= begin + length + LINE_END.len();
    Ok(is_complete.then_some((begin, begin + length)))
}

/// Where the first head ends, the empty line included.
#[must_use]
pub fn head_length(bytes: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, b"\r\n\r\n").map(|at| at + 4)
}

/// Bytes of a chunk with what HTTP puts around it.
#[must_use]
pub fn framed(bytes: usize) -> usize {
    format!("{bytes:x}").len() + bytes + 2 * LINE_END.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_found_wherever_the_bytes_are_cut() {
        let wire = b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n3\r\na\r\n\r\n11\r\n0123456789abcdefg\r\n";
        for size in 1..wire.len() {
            let (mut unframe, mut seen) = (Unframe::default(), Vec::new());
            for bytes in wire.chunks(size) {
                let take = |chunk: &[u8]| {
                    seen.push(chunk.to_vec());
                    Ok(())
                };
                unframe.feed(bytes, take).expect("chunks");
            }
            assert_eq!(seen, [&b"a\r\n"[..], b"0123456789abcdefg"]);
            let framed: usize = seen.iter().map(|chunk| framed(chunk.len())).sum();
            assert_eq!(
                unframe.head_bytes.map(|head| head + framed),
                Some(wire.len())
            );
        }
    }
}
