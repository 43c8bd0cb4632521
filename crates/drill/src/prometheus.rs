//! A real Prometheus with the rules of `deploy/prometheus`, read as often as
//! `prometheus.yml` there says.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tasuki_bench::process::{Process, pinned};
use tempfile::TempDir;

use crate::runbook::deploy;
use crate::site::{Site, free_address};

/// Where its program is.
const PROGRAM_VARIABLE: &str = "TASUKI_TEST_PROMETHEUS";
/// What the configuration in `deploy` watches.
const TARGET: &str = "127.0.0.1:9464";
const RULES: &str = "tasuki.rules.yml";
const START_TIME_MAX: Duration = Duration::from_secs(30);
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// One that watches a server; it ends when this is dropped.
pub(crate) struct Prometheus {
    _process: Process,
    _folder: TempDir,
    base: String,
}

/// An alert that is not silent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Alert {
    pub(crate) name: String,
    pub(crate) firing: bool,
}

impl Prometheus {
    /// Starts one, and waits until it has read the server once.
    pub(crate) async fn watch(site: &Site) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("drill-prom-").tempdir()?;
        let rules = deploy().join("prometheus");
        let given = fs::read_to_string(rules.join("prometheus.yml"))?;
        ensure!(given.contains(TARGET), "prometheus.yml watches {TARGET}");
        let rules = rules.join(RULES).canonicalize()?;
        let config = given
            .replace(TARGET, &site.ops)
            .replace(RULES, &rules.display().to_string());
        let file = folder.path().join("prometheus.yml");
        fs::write(&file, config)?;
        let address = free_address()?;
        let process = Process::spawn(
            pinned(None, program().as_ref())
                .arg(format!("--config.file={}", file.display()))
                .arg(format!("--storage.tsdb.path={}", folder.path().display()))
                .arg(format!("--web.listen-address={address}"))
                .arg("--log.level=error")
                .stdout(Stdio::null()),
        )?;
        let prometheus = Self {
            _process: process,
            _folder: folder,
            base: format!("http://{address}/api/v1"),
        };
        prometheus.wait_until_it_watches().await?;
        Ok(prometheus)
    }

    async fn wait_until_it_watches(&self) -> Result<()> {
        let until = Instant::now() + START_TIME_MAX;
        loop {
            let up = self.get("query?query=up").await;
            let value = up.ok().and_then(|it| {
                let value = it["data"]["result"][0]["value"][1].as_str()?;
                Some(value == "1")
            });
            if value == Some(true) {
                return Ok(());
            }
            ensure!(
                Instant::now() < until,
                "Prometheus does not watch the server"
            );
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Where its API is.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// All that are pending or firing.
    pub(crate) async fn alerts(&self) -> Result<Vec<Alert>> {
        let answer = self.get("alerts").await?;
        let alerts = answer["data"]["alerts"].as_array().context("alerts")?;
        let alert = |alert: &Value| {
            Some(Alert {
                name: alert["labels"]["alertname"].as_str()?.to_owned(),
                firing: alert["state"] == "firing",
            })
        };
        Ok(alerts.iter().filter_map(alert).collect())
    }

    async fn get(&self, path: &str) -> Result<Value> {
        let answer = reqwest::get(format!("{}/{path}", self.base)).await?;
        Ok(answer.json().await?)
    }
}

fn program() -> String {
    std::env::var(PROGRAM_VARIABLE).unwrap_or_else(|_| "prometheus".to_owned())
}

/// Its version, for the results.
pub(crate) fn version() -> String {
    let output = Command::new(program()).arg("--version").output();
    let said = output.map(|it| {
        let said = [it.stdout, it.stderr].concat();
        String::from_utf8_lossy(&said).into_owned()
    });
    let said = said.unwrap_or_default();
    let words: Vec<&str> = said.split_whitespace().take(3).collect();
    words.join(" ").trim_end_matches(',').to_owned()
}
