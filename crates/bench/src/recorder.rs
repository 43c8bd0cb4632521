//! Records facts at a steady pace, in small batches.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use reqwest::Client;
use serde_json::{Value, json};

use crate::relay;
use crate::server::TOKEN;
use crate::tally::Delays;
use crate::viewer::Sent;

/// Whoever records.
pub struct Recorder {
    client: Client,
    events: String,
    races: String,
}

/// How it went.
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    /// Facts.
    pub facts: usize,
    /// From the first request to the last answer.
    pub took: Duration,
    /// By request, from sending to the answer.
    pub delays: Delays,
}

impl Recorder {
    /// For one race of a server.
    #[must_use]
    pub fn new(address: &str, race: &str) -> Self {
        Self {
            client: Client::new(),
            races: format!("http://{address}/api/races"),
            events: format!("http://{address}/api/races/{race}/events"),
        }
    }

    /// Creates the relay of that definition, and fires its gun.
    ///
    /// # Errors
    /// When the server refuses either.
    pub async fn begin(&self, definition: &Value) -> Result<()> {
        self.create(definition).await?;
        self.record(&[relay::gun()]).await.map(drop)
    }

    /// Creates the race.
    ///
    /// # Errors
    /// When the server refuses it.
    pub async fn create(&self, definition: &Value) -> Result<()> {
        self.post(&self.races, definition, 201).await.map(drop)
    }

    /// Records facts as fast as they are taken; gives the log's last number.
    ///
    /// # Errors
    /// When the server refuses one.
    pub async fn record(&self, facts: &[Value]) -> Result<u64> {
        let answer = self
            .post(&self.events, &json!({"events": facts}), 200)
            .await?;
        Ok(answer["head"]["seq"].as_u64().unwrap_or(0))
    }

    /// Records facts, which get the numbers from `seq` on, at so many a second
    /// in such batches.
    ///
    /// # Errors
    /// When the server refuses one, or gives other numbers.
    pub async fn pace(
        &self,
        facts: &[Value],
        seq: u64,
        per_second: u32,
        batch: usize,
        sent: &Sent,
    ) -> Result<Recorded> {
        let begun = Instant::now();
        let mut recorded = Recorded::default();
        for (facts, first) in facts.chunks(batch).zip((seq..).step_by(batch)) {
            let so_far = u32::try_from(recorded.facts).unwrap_or(u32::MAX);
            let due = begun + Duration::from_secs(1) * so_far / per_second;
            tokio::time::sleep_until(due.into()).await;
            let numbers = first..first + facts.len() as u64;
            numbers.clone().for_each(|seq| sent.note(seq));
            let posted = Instant::now();
            let head = self.record(facts).await?;
            recorded.delays.add(posted.elapsed());
            recorded.facts += facts.len();
            if head + 1 != numbers.end {
                bail!("the log ends at {head}, and not before {}", numbers.end);
            }
        }
        recorded.took = begun.elapsed();
        Ok(recorded)
    }

    async fn post(&self, url: &str, body: &Value, status: u16) -> Result<Value> {
        let request = self.client.post(url).bearer_auth(TOKEN).json(body);
        let answer = request.send().await?;
        let got = answer.status().as_u16();
        let json: Value = answer.json().await?;
        if got != status {
            bail!("answered {got}: {json}");
        }
        Ok(json)
    }
}
