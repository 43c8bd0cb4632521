//! Reads the live stream as far as is needed to know how far it is.

use http_body_util::BodyExt;
use hyper::body::Incoming;
use serde::Deserialize;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::canary::http::{Caller, Unheard};

/// A stream whose line is longer than this is none of ours.
const LINE_BYTES_MAX: usize = 64 * 1024;

/// Listens to a live stream.
pub(super) struct Listener {
    /// The last fact that it has told of.
    heard: watch::Receiver<u64>,
    task: JoinHandle<()>,
}

#[derive(Deserialize)]
struct Data {
    seq: u64,
}

impl Listener {
    pub(super) async fn open(caller: &Caller, race: &tasuki_race::RaceId) -> Result<Self, Unheard> {
        let stream = caller.listen(race).await?;
        let (tell, heard) = watch::channel(0);
        let task = tokio::spawn(listen(stream, tell));
        Ok(Self { heard, task })
    }

    /// Whether the stream goes on.
    pub(super) fn is_open(&self) -> bool {
        !self.task.is_finished()
    }

    /// Waits until the stream has told of that fact; false if it ends before.
    pub(super) async fn hear(&mut self, seq: u64) -> bool {
        self.heard.wait_for(|heard| *heard >= seq).await.is_ok()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn listen(mut stream: Incoming, tell: watch::Sender<u64>) {
    let mut line = Vec::new();
    while let Some(Ok(frame)) = stream.frame().await {
        let Ok(bytes) = frame.into_data() else {
            continue;
        };
        for byte in bytes {
            if byte != b'\n' {
                line.push(byte);
                if line.len() > LINE_BYTES_MAX {
                    return;
                }
                continue;
            }
            if let Some(seq) = seq_in(&line) {
                tell.send_replace(seq);
            }
            line.clear();
        }
    }
}

/// The number in a line of data.
fn seq_in(line: &[u8]) -> Option<u64> {
    let data = line.strip_prefix(b"data:")?;
    let data: Data = serde_json::from_slice(data).ok()?;
    Some(data.seq)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_data_tells_how_far_the_stream_is() {
        assert_eq!(seq_in(b"data: {\"as_of\":\"x\",\"seq\":12}"), Some(12));
        for other in ["event: diff", ": comment", "data: {}", "id: 12"] {
            assert_eq!(seq_in(other.as_bytes()), None, "{other}");
        }
    }
}
