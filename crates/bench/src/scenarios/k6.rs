//! The people who enter passages: k6, playing a script.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;
use tasuki_bench::relay;

use crate::case::Case;
use crate::plan::Plan;

/// k6 ends with this where a threshold was crossed.
const CROSSED: i32 = 99;

/// How to play.
pub(crate) struct Recorders {
    program: PathBuf,
    scripts: PathBuf,
}

/// What k6 has to tell.
pub(crate) struct Played {
    /// By metric.
    metrics: Value,
    /// Requests that were kept, the first attempt of each.
    pub(crate) posts: Vec<Post>,
    /// Thresholds that were crossed.
    pub(crate) crossed: Vec<String>,
}

/// Passages that were entered together, as the script prints them.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Post {
    pub(crate) sent_ms: u64,
    pub(crate) seqs: Vec<u32>,
}

impl Recorders {
    pub(crate) fn find(plan: &Plan) -> Result<Self> {
        let recorders = Self {
            program: plan.k6.clone(),
            scripts: plan.scripts.clone(),
        };
        recorders.version()?;
        Ok(recorders)
    }

    /// `k6` and its number.
    pub(crate) fn version(&self) -> Result<String> {
        let output = Command::new(&self.program).arg("version").output();
        let output = output.context("k6 is not here: `cargo xtask bench scenarios` installs it")?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let words: Vec<&str> = text.split_whitespace().take(2).collect();
        Ok(words.join(" "))
    }

    /// Plays a case against a server, with passages to enter, in those sessions.
    pub(crate) fn play(
        &self,
        case: &Case,
        address: &str,
        passages: &[Value],
        sessions: &[String],
    ) -> Result<Played> {
        let folder = tempfile::tempdir().context("a folder for what k6 writes")?;
        let file = |name: &str| folder.path().join(name);
        fs::write(file("passages.json"), serde_json::to_vec(passages)?)?;
        fs::write(file("sessions.json"), serde_json::to_vec(sessions)?)?;
        let mut k6 = Command::new(&self.program);
        k6.args(["run", "--quiet", "--no-color", "--no-usage-report"])
            // Its own server is of no use here, and its port may be taken.
            .args(["--address", "127.0.0.1:0", "--log-format", "raw"])
            .arg("--console-output")
            .arg(file("posts"))
            .arg("--summary-export")
            .arg(file("summary.json"));
        let settings = [
            ("SERVER", format!("http://{address}")),
            ("RACE", relay::RACE.to_owned()),
            ("PASSAGES", file("passages.json").display().to_string()),
            ("SESSIONS", file("sessions.json").display().to_string()),
            ("PEOPLE", case.people.to_string()),
            ("TEAMS_PER_MINUTE", case.teams_per_minute.to_string()),
            ("SECONDS", case.seconds.to_string()),
        ];
        for (name, value) in settings {
            k6.args(["-e", &format!("{name}={value}")]);
        }
        k6.arg(self.scripts.join(format!("{}.js", case.scenario.name())));
        let output = k6.stdin(Stdio::null()).output().context("k6")?;
        if !output.status.success() && output.status.code() != Some(CROSSED) {
            bail!("k6: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Played::read(&file("summary.json"), &file("posts"))
    }
}

impl Played {
    fn read(summary: &Path, posts: &Path) -> Result<Self> {
        let mut summary: Value = serde_json::from_slice(&fs::read(summary)?)?;
        let metrics = summary["metrics"].take();
        let posts = fs::read_to_string(posts).context("nothing was entered")?;
        let posts = posts.lines().map(serde_json::from_str);
        Ok(Self {
            crossed: crossed(&metrics),
            posts: posts.collect::<Result<_, _>>().context("what k6 printed")?,
            metrics,
        })
    }

    /// A figure of a metric; nothing happened where it is not there.
    pub(crate) fn figure(&self, metric: &str, figure: &str) -> f64 {
        self.metrics[metric][figure].as_f64().unwrap_or_default()
    }
}

/// Thresholds stand beside the figures of their metric, true where crossed.
fn crossed(metrics: &Value) -> Vec<String> {
    let mut crossed = Vec::new();
    for (metric, figures) in metrics.as_object().into_iter().flatten() {
        let thresholds = figures["thresholds"].as_object().into_iter().flatten();
        let own = thresholds.filter(|(_, is_crossed)| **is_crossed == true);
        crossed.extend(own.map(|(threshold, _)| format!("{metric} is not {threshold}")));
    }
    crossed
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_threshold_that_was_crossed_is_named() {
        let metrics = json!({
            "http_req_duration": {"max": 1_200.5, "thresholds": {"max<1000": true}},
            "passages_lost": {"count": 0, "thresholds": {"count==0": false}},
        });
        assert_eq!(crossed(&metrics), ["http_req_duration is not max<1000"]);
    }
}
