//! Those who record: each sends batch after batch, and a batch that was not
//! acknowledged once more, with the same ids.

use std::sync::Arc;

use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::facts::{Observations, RACE};
use super::ledger::Ledger;
use super::site::Site;
use super::waiting::{LOOK_AGAIN, within};

/// A device whose answer was lost long ago sends an old batch.
const REPEATS_ONE_IN: u32 = 8;

/// Several who record at the same time.
pub(crate) struct Crew {
    pub(crate) ledger: Arc<Ledger>,
    orders: watch::Sender<Orders>,
    writers: JoinSet<()>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Orders {
    GoOn,
    /// Begin nothing new, but bring home what is under way.
    FinishUp,
    /// The server is not coming back.
    GiveUp,
}

struct Writer {
    site: Arc<Site>,
    ledger: Arc<Ledger>,
    orders: watch::Receiver<Orders>,
    observations: Observations,
}

impl Crew {
    /// Sets `size` writers to work.
    pub(crate) fn hire(site: &Arc<Site>, size: u64, seed: u64) -> Self {
        let ledger = Arc::new(Ledger::default());
        let orders = watch::Sender::new(Orders::GoOn);
        let mut writers = JoinSet::new();
        for number in 1..=size {
            let writer = Writer {
                site: Arc::clone(site),
                ledger: Arc::clone(&ledger),
                orders: orders.subscribe(),
                observations: Observations::new(seed.wrapping_add(number)),
            };
            writers.spawn(writer.work());
        }
        Self {
            ledger,
            orders,
            writers,
        }
    }

    /// Ends the work with every batch acknowledged.
    pub(crate) async fn finish(self) -> Arc<Ledger> {
        self.end(Orders::FinishUp).await
    }

    /// Ends the work as it stands.
    pub(crate) async fn give_up(self) -> Arc<Ledger> {
        self.end(Orders::GiveUp).await
    }

    async fn end(mut self, orders: Orders) -> Arc<Ledger> {
        self.orders.send_replace(orders);
        while let Some(ended) = within("a writer's end", self.writers.join_next()).await {
            ended.expect("a writer found everything as it should be");
        }
        self.ledger
    }
}

impl Writer {
    async fn work(mut self) {
        let mut done: Vec<Vec<Value>> = Vec::new();
        while *self.orders.borrow() == Orders::GoOn {
            let again = self.observations.one_in(REPEATS_ONE_IN);
            let batch = match done.pop().filter(|_| again) {
                Some(batch) => batch,
                None => self.observations.batch(),
            };
            self.ledger.send(&batch);
            while !self.send(&batch).await {
                if *self.orders.borrow() == Orders::GiveUp {
                    return;
                }
                tokio::time::sleep(LOOK_AGAIN).await;
            }
            done.push(batch);
        }
    }

    /// Sends a batch; is it acknowledged?
    async fn send(&self, batch: &[Value]) -> bool {
        let path = format!("/api/races/{RACE}/events");
        let request = self.site.post(&path, &json!({"events": batch}));
        let Ok(answer) = within("an answer or none", request.send()).await else {
            self.ledger.go_unanswered();
            return false;
        };
        let status = answer.status();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            check_headers(&answer);
        }
        let Ok(body) = answer.json::<Value>().await else {
            self.ledger.go_unanswered();
            return false;
        };
        match status {
            StatusCode::OK => self.ledger.acknowledge(batch, &body),
            StatusCode::SERVICE_UNAVAILABLE => {
                assert_eq!(body["status"], 503, "{body}");
                self.ledger.refuse(body["code"].as_str().expect("a code"));
            }
            _ => panic!("{status}: {body}"),
        }
        status == StatusCode::OK
    }
}

/// Whoever is told to come again is told when.
fn check_headers(refusal: &Response) {
    let text = |name| {
        refusal
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    assert_eq!(text(CONTENT_TYPE), Some("application/problem+json"));
    let seconds = text(RETRY_AFTER).and_then(|seconds| seconds.parse::<u32>().ok());
    assert!(seconds.is_some_and(|seconds| seconds >= 1), "{refusal:?}");
}
