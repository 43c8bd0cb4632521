//! Just enough of HTTP and Server-Sent Events to take a stream apart without
//! copying it more than once.

/// Takes chunked bytes apart into events.
#[derive(Debug, Default)]
pub struct Stream {
    /// Bytes of the present chunk that are still to come; its end included.
    chunk: usize,
    /// A chunk's length line that is not complete.
    line: Vec<u8>,
    /// The headers are behind us.
    begun: bool,
    /// The body has no chunks and ends with the connection.
    plain: bool,
    text: Text,
}

/// Takes text apart into events.
#[derive(Debug, Default)]
pub struct Text {
    /// Of an event that is not complete.
    event: Vec<u8>,
    /// What was last said of how long to stay away after the end.
    pub retry_ms: Option<u64>,
}

/// An event's parts.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    /// `snapshot`, `diff` or `bye`.
    pub name: &'a str,
    /// The whole id.
    pub id: &'a str,
    /// The last part of its id.
    pub seq: u64,
    /// JSON.
    pub data: &'a str,
}

const CHUNK_END: usize = 2;

impl Stream {
    /// Takes bytes as they come from the socket; gives each complete event.
    pub fn feed(&mut self, mut bytes: &[u8], mut each: impl FnMut(Event<'_>)) {
        while !bytes.is_empty() {
            if self.plain {
                self.text.feed(bytes, &mut each);
                return;
            } else if self.chunk > CHUNK_END {
                let taken = bytes.len().min(self.chunk - CHUNK_END);
                let (data, rest) = bytes.split_at(taken);
                self.text.feed(data, &mut each);
                self.chunk -= taken;
                bytes = rest;
            } else if self.chunk > 0 {
                self.chunk -= 1;
                bytes = &bytes[1..];
            } else {
                self.line.push(bytes[0]);
                bytes = &bytes[1..];
                self.end_of_line();
            }
        }
    }

    /// Reads the headers, then the lengths of chunks.
    fn end_of_line(&mut self) {
        if !self.begun {
            if self.line.ends_with(b"\r\n\r\n") {
                self.begun = true;
                let head = String::from_utf8_lossy(&self.line).to_ascii_lowercase();
                self.plain = !head.contains("transfer-encoding: chunked");
                self.line.clear();
            }
        } else if self.line.ends_with(b"\r\n") {
            let text = String::from_utf8_lossy(&self.line);
            let length = usize::from_str_radix(text.trim(), 16).unwrap_or(0);
            self.chunk = length + CHUNK_END;
            self.line.clear();
        }
    }
}

impl Text {
    /// Takes text as it comes; gives each complete event.
    pub fn feed(&mut self, data: &[u8], each: &mut impl FnMut(Event<'_>)) {
        self.event.extend_from_slice(data);
        while let Some(end) = self.event.windows(2).position(|two| two == b"\n\n") {
            let text = std::str::from_utf8(&self.event[..end]).unwrap_or_default();
            let mut lines = text.lines();
            let retry = lines.find_map(|line| line.strip_prefix("retry: "));
            self.retry_ms = retry.and_then(|ms| ms.parse().ok()).or(self.retry_ms);
            if let Some(event) = parse(text) {
                each(event);
            }
            self.event.drain(..end + 2);
        }
    }
}

fn parse(text: &str) -> Option<Event<'_>> {
    let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name));
    let id = field("id: ")?;
    let (_, seq) = id.rsplit_once('-')?;
    Some(Event {
        name: field("event: ")?,
        id,
        seq: seq.parse().ok()?,
        data: field("data: ")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_found_wherever_the_bytes_are_cut() {
        let first = "retry: 5\n: hello\n\nevent: diff\nid: 0a-b-42\ndata: {\"seq\":42}\n\n";
        let second = ":\n\nevent: diff\nid: 0a-b-43\ndata: {}\n\n";
        let mut wire = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
        for chunk in [first, second] {
            wire.extend(format!("{:x}\r\n{chunk}\r\n", chunk.len()).bytes());
        }
        for size in 1..wire.len() {
            let expected = [(42, "{\"seq\":42}".to_owned()), (43, "{}".to_owned())];
            assert_eq!(events(&wire, size), expected);
        }
    }

    #[test]
    fn a_body_without_chunks_is_taken_as_it_is() {
        let wire = b"HTTP/1.1 200 OK\r\n\r\nevent: diff\nid: 0a-b-42\ndata: {}\n\n";
        for size in 1..wire.len() {
            assert_eq!(events(wire, size), [(42, "{}".to_owned())]);
        }
    }

    fn events(wire: &[u8], size: usize) -> Vec<(u64, String)> {
        let mut stream = Stream::default();
        let mut seen = Vec::new();
        for bytes in wire.chunks(size) {
            stream.feed(bytes, |event| seen.push((event.seq, event.data.to_owned())));
        }
        seen
    }
}
