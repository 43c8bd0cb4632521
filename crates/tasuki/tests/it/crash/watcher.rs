//! A spectator who keeps the state with a library for merge patches, and comes
//! back with `Last-Event-ID` whenever the stream is cut off.

use std::fmt;
use std::sync::Arc;

use reqwest::Response;
use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::facts::RACE;
use super::site::Site;
use super::waiting::{LOOK_AGAIN, within};

/// A spectator at work.
pub(crate) struct Watching {
    goal: watch::Sender<u64>,
    seen: watch::Receiver<u64>,
    task: JoinHandle<Watcher>,
}

/// What a spectator saw.
pub(crate) struct Watcher {
    site: Arc<Site>,
    /// The newest `seq`, for whoever waits for it.
    seen: watch::Sender<u64>,
    pub(crate) state: Value,
    last_id: Option<String>,
    pub(crate) connections: usize,
    snapshots: usize,
    diffs: usize,
    pub(crate) said_goodbye: bool,
}

impl Watching {
    pub(crate) fn start(site: &Arc<Site>) -> Self {
        // Until it is known where the race ends, there is always more to see.
        let goal = watch::Sender::new(u64::MAX);
        let (seen, latest) = watch::channel(0);
        let watcher = Watcher {
            site: Arc::clone(site),
            seen,
            state: Value::Null,
            last_id: None,
            connections: 0,
            snapshots: 0,
            diffs: 0,
            said_goodbye: false,
        };
        let task = tokio::spawn(watcher.watch(goal.subscribe()));
        Self {
            goal,
            seen: latest,
            task,
        }
    }

    /// Waits until the fact `seq` was seen, and goes on watching.
    pub(crate) async fn sees(&mut self, seq: u64) {
        let seen = self.seen.wait_for(|seen| *seen >= seq);
        within("a newer state", seen).await.expect("it watches");
    }

    /// Watches until the state holds the fact `seq`.
    pub(crate) async fn reach(self, seq: u64) -> Watcher {
        self.goal.send_replace(seq);
        self.end().await
    }

    /// Watches until the server says goodbye and ends the stream.
    pub(crate) async fn end(self) -> Watcher {
        let ended = within("the end of watching", self.task).await;
        ended.expect("a spectator found everything as it should be")
    }
}

impl Watcher {
    async fn watch(mut self, mut goal: watch::Receiver<u64>) -> Self {
        while !self.said_goodbye {
            let Ok(mut stream) = self.connect().await else {
                tokio::time::sleep(LOOK_AGAIN).await;
                continue;
            };
            let mut unread = Vec::new();
            // What is left unread where it ends is half an event: dropped.
            loop {
                if self.seq() >= *goal.borrow_and_update() {
                    return self;
                }
                tokio::select! {
                    chunk = stream.chunk() => match chunk {
                        Ok(Some(chunk)) => unread.extend(chunk),
                        Ok(None) | Err(_) => break,
                    },
                    _ = goal.changed() => {}
                }
                self.read(&mut unread);
            }
        }
        self
    }

    async fn connect(&mut self) -> reqwest::Result<Response> {
        let mut request = self.site.get(&format!("/api/races/{RACE}/live"));
        if let Some(id) = &self.last_id {
            request = request.header("Last-Event-ID", id);
        }
        let stream = within("a stream or none", request.send()).await?;
        assert_eq!(stream.status(), 200);
        self.connections += 1;
        Ok(stream)
    }

    /// Takes whole events, each of which an empty line ends.
    fn read(&mut self, unread: &mut Vec<u8>) {
        while let Some(end) = unread.windows(2).position(|pair| pair == b"\n\n") {
            let block: Vec<u8> = unread.drain(..end + 2).collect();
            self.event(&String::from_utf8(block).expect("streams are UTF-8"));
        }
    }

    fn event(&mut self, block: &str) {
        let field = |name: &str| {
            let value = |line: &str| {
                line.strip_prefix(name)?
                    .strip_prefix(": ")
                    .map(str::to_owned)
            };
            block.lines().find_map(value)
        };
        let Some(data) = field("data") else {
            return; // a comment or a reconnection time
        };
        let data: Value = serde_json::from_str(&data).expect("events carry JSON");
        let before = self.seq();
        match field("event").as_deref() {
            Some("snapshot") => {
                self.snapshots += 1;
                self.state = data;
            }
            Some("diff") => {
                self.diffs += 1;
                json_patch::merge(&mut self.state, &data);
            }
            Some("bye") => {
                self.said_goodbye = true;
                return;
            }
            other => panic!("{other:?} is no event of the contract"),
        }
        self.last_id = field("id");
        assert!(self.last_id.is_some(), "every event has an id");
        assert!(self.seq() >= before, "what was shown is never taken back");
        self.seen.send_replace(self.seq());
    }

    pub(crate) fn seq(&self) -> u64 {
        self.state["seq"].as_u64().unwrap_or(0)
    }
}

impl fmt::Display for Watcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (connections, snapshots, diffs) = (self.connections, self.snapshots, self.diffs);
        write!(
            f,
            "{connections} streams gave {snapshots} snapshots and {diffs} diffs"
        )
    }
}
