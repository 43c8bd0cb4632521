//! A reader of Server-Sent Events, written from the standard's own rules.

use reqwest::Response;

use crate::support::within;

/// What stands in a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    /// A reconnection time, milliseconds.
    Retry(u64),
    Comment(String),
    Event {
        name: String,
        id: Option<String>,
        data: String,
    },
}

/// A stream that is being read.
pub(crate) struct Stream {
    response: Response,
    unread: Vec<u8>,
    name: String,
    id: Option<String>,
    data: Vec<String>,
}

impl Stream {
    pub(crate) fn new(response: Response) -> Self {
        Self {
            response,
            unread: Vec::new(),
            name: String::new(),
            id: None,
            data: Vec::new(),
        }
    }

    /// The next item; `None` at the clean end of the stream.
    pub(crate) async fn next(&mut self) -> Option<Item> {
        loop {
            while let Some(end) = self.unread.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.unread.drain(..=end).collect();
                let line = String::from_utf8(line).expect("streams are UTF-8");
                let line = line.trim_end_matches('\n');
                let line = line.strip_suffix('\r').unwrap_or(line);
                if let Some(item) = self.line(line) {
                    return Some(item);
                }
            }
            let chunk = within("more of the stream", self.response.chunk()).await;
            match chunk.expect("the stream is not cut off") {
                Some(chunk) => self.unread.extend(chunk),
                None => {
                    assert!(self.unread.is_empty() && self.data.is_empty(), "cut off");
                    return None;
                }
            }
        }
    }

    fn line(&mut self, line: &str) -> Option<Item> {
        if line.is_empty() {
            return self.dispatch();
        }
        if let Some(comment) = line.strip_prefix(':') {
            return Some(Item::Comment(comment.trim().to_owned()));
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value).to_owned();
        match field {
            "event" => self.name = value,
            "data" => self.data.push(value),
            "id" => self.id = Some(value),
            "retry" => return Some(Item::Retry(value.parse().expect("milliseconds"))),
            _ => panic!("`{field}` is no field of a stream"),
        }
        None
    }

    fn dispatch(&mut self) -> Option<Item> {
        let (name, id, data) = (
            std::mem::take(&mut self.name),
            self.id.take(),
            std::mem::take(&mut self.data),
        );
        // Without data there is no event.
        (!data.is_empty()).then(|| Item::Event {
            name,
            id,
            data: data.join("\n"),
        })
    }
}
