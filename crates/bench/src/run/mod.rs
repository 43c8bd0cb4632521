//! One server with everybody watching, from its start to what it costs.
//!
//! ```text
//! Run ─┬─▶ subject     a server: tasuki, or what it is compared with
//!      ├─▶ publisher   requests on one connection, at a pace
//!      └─▶ crowds      the viewers
//!           └─▶ receipts ─▶ figures
//! ```

pub mod heads;
mod kernel;
mod pace;
pub mod publisher;
mod receipts;
pub mod subject;
pub mod tasuki;

use std::process;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::crowds::Crowds;
use crate::figures::Figures;
use crate::machine;
use crate::process::{busy, confine, processor_busy};

pub use self::pace::Pace;

use self::kernel::Kernel;
use self::publisher::Publisher;
use self::subject::{Needs, Subject};

/// Where the server runs when each side has a processor of its own.
const SERVER: usize = 0;
/// Where viewers and publisher run.
const CROWD: usize = 1;
/// Places for whoever comes anew before its old place is free.
const SPARE_VIEWERS: u32 = 10;
/// Until what was just done is over and done with.
pub const SETTLE: Duration = Duration::from_secs(1);
/// Everybody must be there, or have the last message, by then.
pub const PATIENCE: Duration = Duration::from_secs(120);
/// Requests before those that count: every path was taken once.
pub const WARM_UP: u32 = 5;

/// Who watches, and what they will be sent.
#[derive(Clone, Copy, Debug)]
pub struct Setup<'a> {
    /// How many.
    pub viewers: u32,
    /// Of them, those that will stop reading.
    pub apart: u32,
    /// Whether server and viewers have a processor each, where there are two.
    pub is_pinned: bool,
    /// Messages in a request.
    pub batch: u32,
    /// Messages in all, at most.
    pub messages_max: u32,
    /// Further arguments for tasuki.
    pub arguments: &'a [String],
}

/// A server with everybody watching.
pub struct Run {
    viewers: u32,
    batch: u32,
    subject: Box<dyn Subject>,
    /// Where the server runs, if it has a processor of its own.
    processor: Option<usize>,
    publisher: Publisher,
    /// All viewers.
    pub crowds: Crowds,
}

impl Run {
    /// Starts a server, and waits until everybody is there.
    ///
    /// # Errors
    /// Says what stood in the way.
    pub fn start(
        setup: &Setup<'_>,
        start: impl FnOnce(&Needs<'_>) -> Result<Box<dyn Subject>>,
        figures: &mut Figures,
    ) -> Result<Self> {
        let Setup { viewers, apart, .. } = *setup;
        let processors = machine::processors()?;
        let is_pinned = setup.is_pinned && processors > CROWD;
        let pin = |processor| is_pinned.then_some(processor);
        let everywhere = format!("0-{}", processors - 1);
        confine(process::id(), &everywhere)?;
        let subject = start(&Needs {
            viewers: viewers + apart + SPARE_VIEWERS,
            messages: setup.messages_max,
            processor: pin(SERVER),
            arguments: setup.arguments,
        })?;
        if is_pinned {
            confine(process::id(), &CROWD.to_string())?;
        }
        sleep(SETTLE);
        let before = Held::look(&*subject)?;
        let crowds = Crowds::gather(subject.watched(), viewers, apart, pin(CROWD), PATIENCE)?;
        sleep(SETTLE);
        Held::look(&*subject)?.since(&before, viewers, figures);
        let took = crowds.took().as_secs_f64();
        figures.set("connects_per_s", f64::from(viewers) / took);
        Ok(Self {
            viewers,
            batch: setup.batch,
            publisher: subject.publisher()?,
            subject,
            processor: pin(SERVER),
            crowds,
        })
    }

    /// What it costs when nothing happens.
    ///
    /// # Errors
    /// When the server is gone.
    pub fn idle(&self, seconds: u32, figures: &mut Figures) -> Result<()> {
        let before = self.subject.process().cpu()?;
        sleep(Duration::from_secs(seconds.into()));
        let used = self.subject.process().cpu()? - before;
        let busy = used.as_secs_f64() / f64::from(seconds);
        figures.set("idle_cpu_percent", busy * 100.0);
        Ok(())
    }

    /// Some requests that do not count.
    ///
    /// # Errors
    /// When not everybody has what they brought.
    pub fn warm_up(&mut self) -> Result<()> {
        for _ in 0..WARM_UP {
            self.publish()?;
        }
        self.everybody_has_the_last()?;
        self.publisher.answers().map(drop)
    }

    /// Messages at that pace, and what they cost.
    ///
    /// # Errors
    /// When not everybody has the last of them, or the server refuses one.
    pub fn phase(&mut self, pace: Pace, figures: &mut Figures) -> Result<()> {
        self.crowds.begin()?;
        let base = self.crowds.last;
        let (server, crowd) = (self.subject.process().cpu()?, self.crowds.cpu()?);
        let own = self.processor.map(processor_busy).transpose()?;
        let (busy_before, begun) = (busy()?, Instant::now());
        self.keep_pace(pace, begun)?;
        self.everybody_has_the_last()?;
        let took = begun.elapsed().as_secs_f64();
        let server = (self.subject.process().cpu()? - server).as_secs_f64();
        let crowd = (self.crowds.cpu()? - crowd).as_secs_f64();
        let all = (busy()? - busy_before).as_secs_f64();
        let own = self.own_since(own)?;
        let answers = self.publisher.answers()?;
        let memory = self.subject.process().memory()?;
        let report = self.crowds.report(PATIENCE)?;
        let messages = f64::from(self.crowds.last - base);
        let delivered = report.delivered as f64;
        figures.set("messages", messages);
        figures.set("messages_per_s", messages / took);
        figures.set("server_busy_percent", server / took * 100.0);
        figures.set("crowd_busy_percent", crowd / took * 100.0);
        figures.set(
            "else_busy_percent",
            (all - server - crowd).max(0.0) / took * 100.0,
        );
        figures.set("delivered_per_s", delivered / took);
        figures.set("delivered_per_cpu_s", delivered / server);
        if let Some(own) = own {
            figures.set("delivered_per_processor_s", delivered / own);
        }
        figures.set("cpu_us_per_delivery", server * 1e6 / delivered);
        figures.set("memory_mb", memory.rss_kb as f64 / 1_024.0);
        figures.set("answer_p50_ms", answers.percentile_ms(50));
        figures.set("answer_p99_ms", answers.percentile_ms(99));
        self.receipts(&report, messages, figures);
        self.compare(&report, figures)
    }

    /// Seconds for which the server's processor was busy, whoever they are said to
    /// belong to.
    fn own_since(&self, before: Option<Duration>) -> Result<Option<f64>> {
        let now = self.processor.map(processor_busy).transpose()?;
        let since = now
            .zip(before)
            .map(|(now, before)| now.saturating_sub(before));
        Ok(since.map(|it| it.as_secs_f64()))
    }

    /// Sends one request.
    fn publish(&mut self) -> Result<()> {
        let (first, last) = (self.crowds.last + 1, self.crowds.last + self.batch);
        let body = self.subject.body(first, last);
        self.crowds.sent(last)?;
        self.publisher.send(&body)
    }

    fn everybody_has_the_last(&mut self) -> Result<()> {
        let until = Instant::now() + PATIENCE;
        if self.crowds.wait(self.crowds.last, until)? {
            return Ok(());
        }
        let report = self.crowds.report(PATIENCE)?;
        let (behind, closed) = (report.behind, report.closed);
        bail!("after {PATIENCE:?} {behind} lacked the last message; {closed} were closed")
    }
}

/// What is kept for viewers, in the process and beside it.
struct Held {
    rss_kb: u64,
    kernel: Kernel,
}

impl Held {
    fn look(subject: &dyn Subject) -> Result<Self> {
        Ok(Self {
            rss_kb: subject.process().memory()?.rss_kb,
            kernel: Kernel::look()?,
        })
    }

    /// What it grew by for each of so many viewers, none of whom was there before.
    fn since(&self, before: &Self, viewers: u32, figures: &mut Figures) {
        let each = |now: u64, before: u64| (now as f64 - before as f64) / f64::from(viewers);
        let rss = each(self.rss_kb, before.rss_kb) * 1_024.0;
        let tcp = each(self.kernel.tcp_bytes, before.kernel.tcp_bytes);
        let slab = each(self.kernel.slab_bytes, before.kernel.slab_bytes);
        figures.set("idle_memory_mb", self.rss_kb as f64 / 1_024.0);
        figures.set("idle_bytes_per_viewer", rss.max(0.0));
        figures.set("idle_tcp_bytes_per_viewer", tcp);
        figures.set("idle_slab_bytes_per_viewer", slab);
    }
}
