//! Whoever asks for something else than a live stream: pages, polls, exports.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use reqwest::Client;
use tokio::runtime::Handle;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// Who waits longer has gone.
const PATIENCE: Duration = Duration::from_secs(30);

/// What one group of them asks for.
#[derive(Clone, Debug)]
pub(crate) struct Errand {
    pub(crate) url: String,
    pub(crate) token: Option<String>,
    /// Between an answer and the next request of the same visitor.
    pub(crate) pause: Duration,
}

/// How they fare.
#[derive(Debug, Default)]
pub(crate) struct Fared {
    answered: AtomicU64,
    failed: AtomicU64,
    last_us: AtomicU64,
}

impl Fared {
    /// Answers that are what was asked for.
    pub(crate) fn answered(&self) -> u64 {
        self.answered.load(Ordering::Relaxed)
    }

    /// Refusals, errors, and no answer at all.
    pub(crate) fn failed(&self) -> u64 {
        self.failed.load(Ordering::Relaxed)
    }

    /// How long the last answer took, whatever it was.
    pub(crate) fn last_took(&self) -> Duration {
        Duration::from_micros(self.last_us.load(Ordering::Relaxed))
    }

    async fn go(&self, client: &Client, errand: &Errand) {
        let begun = Instant::now();
        let mut request = client.get(&errand.url);
        if let Some(token) = &errand.token {
            request = request.bearer_auth(token);
        }
        let answered = async {
            let answer = request.send().await?;
            let status = answer.status();
            answer.bytes().await?;
            Ok::<_, reqwest::Error>(status)
        };
        let is_good = match timeout(PATIENCE, answered).await {
            Ok(Ok(status)) => status.is_success(),
            _ => false,
        };
        let count = if is_good {
            &self.answered
        } else {
            &self.failed
        };
        count.fetch_add(1, Ordering::Relaxed);
        let took = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.last_us.store(took, Ordering::Relaxed);
    }
}

/// Sends so many visitors on an errand, again and again, for as long as the set lives.
pub(crate) fn send(
    visitors: &mut JoinSet<()>,
    handle: &Handle,
    count: usize,
    errand: &Errand,
) -> Arc<Fared> {
    let fared = Arc::new(Fared::default());
    for _ in 0..count {
        let (fared, errand, client) = (Arc::clone(&fared), errand.clone(), Client::new());
        let visits = async move {
            loop {
                fared.go(&client, &errand).await;
                sleep(errand.pause).await;
            }
        };
        visitors.spawn_on(visits, handle);
    }
    fared
}
