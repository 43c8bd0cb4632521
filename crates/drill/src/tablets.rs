//! People who enter passages: each has a device's token, sends again what was not
//! acknowledged, and never gives up.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rand::RngExt as _;
use reqwest::Client;
use serde_json::{Value, json};
use tasuki_bench::relay;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::ledger::Ledger;

/// Who enter, as in the race that this project began with.
pub(crate) const TABLETS: u32 = 4;
/// Between two batches of one: far more than people can.
const EVERY: Duration = Duration::from_millis(400);
/// Passages of a batch.
const BATCH: u32 = 2;
/// As the entry page does.
const GIVE_UP_AFTER: Duration = Duration::from_secs(10);
const PAUSE_FIRST_MS: u64 = 250;
const PAUSE_MAX_MS: u64 = 2_000;

/// Where facts are sent, and as whom.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) client: Client,
    pub(crate) base: String,
    pub(crate) token: String,
}

impl Desk {
    /// Admits a device and sits down at it.
    pub(crate) async fn admitted(&self, name: &str) -> Result<Self> {
        let path = format!("api/races/{}/devices", relay::RACE);
        let device = self.post(&path, &json!({"name": name}), 201).await?;
        let token = device["token"].as_str().context("a token")?.to_owned();
        Ok(Self {
            token,
            ..self.clone()
        })
    }

    /// Sends something that is to be answered so.
    pub(crate) async fn post(&self, path: &str, body: &Value, status: u16) -> Result<Value> {
        let request = self.client.post(format!("{}/{path}", self.base));
        let answer = request.bearer_auth(&self.token).json(body).send().await?;
        let got = answer.status().as_u16();
        let text = answer.text().await?;
        ensure!(got == status, "{path}: {got}: {text}");
        serde_json::from_str(&text).context("JSON")
    }

    /// Sends passages once; the places that they were given.
    pub(crate) async fn send(&self, passages: &[u32]) -> Result<Vec<(u32, u64)>> {
        let events: Vec<Value> = passages.iter().copied().map(relay::passage).collect();
        let path = format!("api/races/{}/events", relay::RACE);
        let body = json!({ "events": events });
        let sent = self.post(&path, &body, 200);
        let answer = timeout(GIVE_UP_AFTER, sent).await??;
        let results = answer["results"].as_array().context("results")?;
        ensure!(results.len() == passages.len(), "an answer for each");
        let places = passages.iter().zip(results);
        places
            .map(|(number, result)| Ok((*number, result["seq"].as_u64().context("a place")?)))
            .collect()
    }

    /// Enters one batch after the other until it is told to end; what it has taken by
    /// then is sent all the same.
    pub(crate) async fn enter(self, ledger: Arc<Ledger>, mut ends: watch::Receiver<bool>) {
        loop {
            let passages = ledger.take(BATCH);
            if passages.is_empty() {
                return;
            }
            self.deliver(&passages, &ledger).await;
            if timeout(EVERY, ends.wait_for(|ends| *ends)).await.is_ok() {
                return;
            }
        }
    }

    async fn deliver(&self, passages: &[u32], ledger: &Ledger) {
        let mut pause_ms = PAUSE_FIRST_MS;
        loop {
            match self.send(passages).await {
                Ok(places) => return ledger.acknowledge(places),
                Err(_) => ledger.refuse(),
            }
            let jitter = rand::rng().random_range(0..pause_ms);
            sleep(Duration::from_millis(pause_ms / 2 + jitter)).await;
            pause_ms = (pause_ms * 2).min(PAUSE_MAX_MS);
        }
    }
}
