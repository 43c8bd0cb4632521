//! The operator's tools: a Prometheus that asks for the metrics, and a collector
//! that takes the traces in.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use reqwest::Client;
use tasuki_bench::figures::Figures;
use tasuki_bench::runtime::runtime;
use tokio::net::TcpListener;

/// Fifteen times as often as usual.
const SCRAPE_EVERY: Duration = Duration::from_secs(1);

#[derive(Default)]
struct Taken {
    trace_requests: AtomicU64,
    trace_bytes: AtomicU64,
    scrapes: AtomicU64,
    scrapes_failed: AtomicU64,
    is_over: AtomicBool,
}

/// Traces are taken in from the beginning, metrics from [`Tools::scrape`] on.
pub(crate) struct Tools {
    taken: Arc<Taken>,
    /// Where the server sends its traces.
    pub(crate) collector: String,
    collecting: JoinHandle<()>,
    scraping: Option<JoinHandle<()>>,
}

impl Tools {
    pub(crate) fn start() -> Result<Self> {
        let taken = Arc::new(Taken::default());
        let runtime = runtime()?;
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
        let collector = format!("http://{}", listener.local_addr()?);
        let own = Arc::clone(&taken);
        let collecting = thread::spawn(move || runtime.block_on(collect(listener, own)));
        Ok(Self {
            taken,
            collector,
            collecting,
            scraping: None,
        })
    }

    /// Begins to ask for the metrics at that address.
    pub(crate) fn scrape(&mut self, metrics: &str) {
        let (metrics, own) = (metrics.to_owned(), Arc::clone(&self.taken));
        self.scraping = Some(thread::spawn(move || scrape(&metrics, &own)));
    }

    /// Ends, and tells what they were given.
    pub(crate) fn end(self, figures: &mut Figures) -> Result<()> {
        self.taken.is_over.store(true, Ordering::Relaxed);
        for thread in self.scraping.into_iter().chain([self.collecting]) {
            thread.join().ok().context("one of the operator's tools")?;
        }
        let counts = [
            ("scrapes", &self.taken.scrapes),
            ("scrapes_failed", &self.taken.scrapes_failed),
            ("trace_requests", &self.taken.trace_requests),
        ];
        for (name, count) in counts {
            figures.set(name, count.load(Ordering::Relaxed) as f64);
        }
        let trace_bytes = self.taken.trace_bytes.load(Ordering::Relaxed);
        figures.set("trace_kb", trace_bytes as f64 / 1_000.0);
        Ok(())
    }
}

async fn collect(listener: TcpListener, taken: Arc<Taken>) {
    let over = Arc::clone(&taken);
    let routes = Router::new()
        .route("/v1/traces", post(take))
        .with_state(taken);
    let is_over = async move {
        while !over.is_over.load(Ordering::Relaxed) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::select! {
        _ = axum::serve(listener, routes) => {}
        () = is_over => {}
    }
}

/// Spans in Protobuf: an empty answer says that all are taken.
async fn take(State(taken): State<Arc<Taken>>, body: Bytes) {
    taken.trace_requests.fetch_add(1, Ordering::Relaxed);
    taken
        .trace_bytes
        .fetch_add(body.len() as u64, Ordering::Relaxed);
}

fn scrape(metrics: &str, taken: &Taken) {
    let Ok(runtime) = runtime() else { return };
    let client = Client::new();
    while !taken.is_over.load(Ordering::Relaxed) {
        let count = match runtime.block_on(ask(&client, metrics)) {
            Ok(()) => &taken.scrapes,
            Err(_) => &taken.scrapes_failed,
        };
        count.fetch_add(1, Ordering::Relaxed);
        thread::sleep(SCRAPE_EVERY);
    }
}

async fn ask(client: &Client, metrics: &str) -> Result<()> {
    let answer = client.get(metrics).send().await?.error_for_status()?;
    answer.bytes().await?;
    Ok(())
}
