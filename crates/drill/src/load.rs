//! Everybody who uses the server during a drill.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tasuki_bench::relay;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::crowd::Crowd;
use crate::ledger::Ledger;
use crate::site::{Site, TOKEN};
use crate::tablets::{Desk, TABLETS};
use crate::visitors::{self, Errand, Fared};

/// Everybody must be there by then.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// People who look at pages, and what at; all of it comes from memory.
const READERS: usize = 2;
const READ_EVERY: Duration = Duration::from_millis(250);

/// Viewers, recorders and readers of one server.
pub(crate) struct Load {
    pub(crate) crowd: Crowd,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) admin: Desk,
    /// Of one route each.
    pub(crate) readers: Vec<Arc<Fared>>,
    visitors: JoinSet<()>,
    tablets: JoinSet<()>,
    ends: watch::Sender<bool>,
    base: String,
    handle: Handle,
}

impl Load {
    /// Creates the race and lets everybody come.
    pub(crate) async fn begin(site: &Site, viewers: usize) -> Result<Self> {
        let base = format!("http://{}", site.address);
        let admin = Desk {
            client: reqwest::Client::new(),
            base: base.clone(),
            token: TOKEN.to_owned(),
        };
        let definition = relay::definition(relay::PASSAGES_MAX);
        admin.post("api/races", &definition, 201).await?;
        let events = format!("api/races/{}/events", relay::RACE);
        let gun = json!({"events": [relay::gun()]});
        admin.post(&events, &gun, 200).await?;
        let mut load = Self {
            crowd: Crowd::gather(&site.address, viewers),
            ledger: Arc::new(Ledger::new()),
            admin,
            readers: Vec::new(),
            visitors: JoinSet::new(),
            tablets: JoinSet::new(),
            ends: watch::Sender::new(false),
            base,
            handle: Handle::current(),
        };
        for number in 1..=TABLETS {
            let desk = load.admin.admitted(&format!("Tablet {number}")).await?;
            let entering = desk.enter(Arc::clone(&load.ledger), load.ends.subscribe());
            load.tablets.spawn(entering);
        }
        for path in [
            "api/races",
            "api/races/fanout",
            "api/races/fanout/standings?top=10",
        ] {
            let readers = load.visit(READERS, path, READ_EVERY, false);
            load.readers.push(readers);
        }
        load.all_watch().await?;
        Ok(load)
    }

    /// Lets so many visitors come for something, again and again.
    pub(crate) fn visit(
        &mut self,
        count: usize,
        path: &str,
        pause: Duration,
        is_admin: bool,
    ) -> Arc<Fared> {
        let errand = Errand {
            url: format!("{}/{path}", self.base),
            token: is_admin.then(|| TOKEN.to_owned()),
            pause,
        };
        visitors::send(&mut self.visitors, &self.handle, count, &errand)
    }

    /// Waits until everybody watches.
    pub(crate) async fn all_watch(&self) -> Result<()> {
        let until = Instant::now() + PATIENCE;
        while self.crowd.there() < self.crowd.size() {
            let (there, all) = (self.crowd.there(), self.crowd.size());
            ensure!(Instant::now() < until, "{there} of {all} viewers are there");
            sleep(LOOK_AGAIN).await;
        }
        Ok(())
    }

    /// Waits until something is acknowledged that was not before `since`.
    pub(crate) async fn entry_works(&self, since: Instant) -> Result<()> {
        let until = Instant::now() + PATIENCE;
        while self.ledger.last() < since {
            ensure!(Instant::now() < until, "nothing is acknowledged");
            sleep(LOOK_AGAIN).await;
        }
        Ok(())
    }

    /// Lets all who record finish what they have begun.
    pub(crate) async fn end_entry(&mut self) -> Result<()> {
        self.ends.send_replace(true);
        let all = async { while self.tablets.join_next().await.is_some() {} };
        timeout(PATIENCE, all)
            .await
            .context("a tablet does not finish")
    }

    /// Ends visits, and gives what viewers show once they have the last fact.
    pub(crate) async fn end(self, last: u64) -> Vec<Value> {
        let Self {
            crowd, visitors, ..
        } = self;
        drop(visitors);
        crowd.states(last, PATIENCE).await
    }
}
