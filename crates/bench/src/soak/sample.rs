//! The server at a moment.

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use tasuki_bench::server::Server;

/// What is looked at.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Sample {
    /// Since the beginning.
    pub(crate) at_s: u64,
    /// In use.
    pub(crate) memory_kb: u64,
    pub(crate) descriptors: u64,
    /// As the server counts them.
    pub(crate) viewers: u64,
    pub(crate) threads: u64,
    /// In the log.
    pub(crate) facts: u64,
    /// Put together for viewers so far, of all views.
    pub(crate) frames: u64,
    /// What the log takes on the disk.
    pub(crate) log_kb: u64,
    /// Processor time since its start.
    pub(crate) cpu_ms: u64,
}

impl Sample {
    /// Open beside one for each viewer.
    pub(crate) fn descriptors_beside(&self) -> u64 {
        self.descriptors.saturating_sub(self.viewers)
    }

    /// Looks at it.
    pub(crate) async fn take(server: &Server, at_s: u64, facts: u64) -> Result<Self> {
        let metrics = reqwest::get(&server.metrics).await?.text().await?;
        let of = |name| gauge(&metrics, name).with_context(|| format!("no metric {name}"));
        Ok(Self {
            at_s,
            memory_kb: server.process.memory()?.rss_kb,
            descriptors: server.process.descriptors()? as u64,
            viewers: of("tasuki_viewers")?,
            threads: server.process.threads()? as u64,
            facts,
            frames: of("tasuki_frames_total")?,
            log_kb: server.log_bytes()? / 1_024,
            cpu_ms: u64::try_from(server.process.cpu()?.as_millis())?,
        })
    }
}

fn gauge(metrics: &str, name: &str) -> Option<u64> {
    let value = |line: &str| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok();
    metrics.lines().find_map(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_is_found_by_its_whole_name() {
        let text = "# TYPE tasuki_viewers gauge\ntasuki_viewers_max 9\ntasuki_viewers 7\n";
        assert_eq!(gauge(text, "tasuki_viewers"), Some(7));
        assert_eq!(gauge(text, "tasuki"), None);
    }
}
