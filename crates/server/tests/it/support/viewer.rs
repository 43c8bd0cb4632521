//! A spectator: reads a live stream and applies merge patches, as any client
//! with a library for them would.

use std::collections::BTreeMap;

use reqwest::{Method, Response};
use serde_json::Value;

use crate::support::server::Server;
use crate::support::sse::{Item, Stream};
use crate::support::within;

/// Somebody who watches.
pub(crate) struct Viewer {
    stream: Stream,
    pub(crate) state: Value,
    /// The `id` of the last event.
    pub(crate) last_id: String,
    /// The names of the events read so far, in order.
    pub(crate) events: Vec<String>,
    /// Every state that was seen, by its `seq`.
    pub(crate) seen: BTreeMap<u64, Value>,
}

/// Opens the live stream of a race, and waits for its headers.
pub(crate) async fn open(server: &Server, race: &str, query: &str) -> Response {
    open_after(server, race, query, None).await
}

/// The same, as a browser that reconnects.
pub(crate) async fn open_after(
    server: &Server,
    race: &str,
    query: &str,
    last_id: Option<&str>,
) -> Response {
    let path = format!("/api/races/{race}/live?{query}");
    let mut request = server.request(Method::GET, &path);
    if let Some(id) = last_id {
        request = request.header("Last-Event-ID", id);
    }
    let response = within("the headers of a stream", request.send()).await;
    let response = response.expect("the server answers");
    assert_eq!(response.status(), 200);
    response
}

impl Viewer {
    /// Watches the race `relay` from now on.
    pub(crate) async fn join(server: &Server, query: &str) -> Self {
        Self::join_race(server, "relay", query).await
    }

    pub(crate) async fn join_race(server: &Server, race: &str, query: &str) -> Self {
        let mut viewer = Self::at(open(server, race, query).await, Value::Null);
        viewer.event().await;
        assert_eq!(viewer.events, ["snapshot"], "a stream begins with a state");
        viewer
    }

    /// Watches on a stream that was opened, with a state from before.
    pub(crate) fn at(response: Response, state: Value) -> Self {
        Self {
            stream: Stream::new(response),
            state,
            last_id: String::new(),
            events: Vec::new(),
            seen: BTreeMap::new(),
        }
    }

    pub(crate) fn seq(&self) -> u64 {
        self.state["seq"].as_u64().unwrap_or(0)
    }

    /// Reads the next event and does what it says; `None` at the end.
    pub(crate) async fn event(&mut self) -> Option<()> {
        let (name, id, data) = loop {
            match self.stream.next().await? {
                Item::Event { name, id, data } => break (name, id, data),
                Item::Retry(_) | Item::Comment(_) => {}
            }
        };
        let data: Value = serde_json::from_str(&data).expect("events carry JSON");
        match name.as_str() {
            "snapshot" => self.state = data,
            "diff" => {
                assert!(data["seq"].is_u64() && data["as_of"].is_string(), "{data}");
                json_patch::merge(&mut self.state, &data);
            }
            "bye" => {}
            other => panic!("`{other}` is no event of the contract"),
        }
        let id = id.expect("every event has an id");
        if name == "bye" {
            assert_eq!(
                id, self.last_id,
                "a goodbye names the state that was sent last"
            );
        } else {
            self.last_id = id;
            self.seen.insert(self.seq(), self.state.clone());
        }
        self.events.push(name);
        Some(())
    }

    /// Reads until the state holds the fact `seq`.
    pub(crate) async fn reach(&mut self, seq: u64) {
        while self.seq() < seq {
            let more = self.event().await;
            assert!(more.is_some(), "the stream ended before {seq}");
        }
    }
}
