//! Just enough of HTTP for the reference servers: one request after the other,
//! however they are cut.

use tasuki_bench::run::heads::{content_length, head_length};

/// What a viewer is answered; the body ends with the connection.
pub(crate) const STREAM_HEAD: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\
    Cache-Control: no-store\r\n\r\n";
/// What the publisher is answered.
pub(crate) const TAKEN: &[u8] = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";

/// A request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Request {
    /// Wants to watch.
    Watch,
    /// Publishes this.
    Publish(Vec<u8>),
}

/// Takes the first request out of what was read, if it is complete.
pub(crate) fn take_request(read: &mut Vec<u8>) -> Option<Request> {
    let head = head_length(read)?;
    let length = content_length(&read[..head]);
    if read.len() < head + length {
        return None;
    }
    let is_watching = read.starts_with(b"GET ");
    let body = read[head..head + length].to_vec();
    read.drain(..head + length);
    Some(if is_watching {
        Request::Watch
    } else {
        Request::Publish(body)
    })
}

/// An event with this JSON in it.
pub(crate) fn event(json: &[u8]) -> Vec<u8> {
    [b"data: ", json, b"\n\n"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_taken_one_by_one_when_they_are_complete() {
        let wire = b"POST /p HTTP/1.1\r\ncontent-Length: 3\r\n\r\nabcGET / HTTP/1.1\r\n\r\n";
        let (mut read, mut seen) = (Vec::new(), Vec::new());
        for byte in wire {
            read.push(*byte);
            seen.extend(take_request(&mut read));
        }
        assert_eq!(seen, [Request::Publish(b"abc".to_vec()), Request::Watch]);
        assert!(read.is_empty());
    }
}
