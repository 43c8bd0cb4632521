//! One case on one server, from its start to its end.

use std::process;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use tasuki_bench::control::{Command, Report};
use tasuki_bench::crowds::Crowds;
use tasuki_bench::figures::{Figures, percentile_ms};
use tasuki_bench::machine;
use tasuki_bench::process::{busy, confine, processor_busy};
use tasuki_bench::standings::equal;

use crate::plan::{Case, Mode};
use crate::publisher::Publisher;
use crate::subject::{Kind, Needs, Subject};

/// Where the server runs when each side has a processor of its own.
const SERVER: usize = 0;
/// Where viewers and publisher run.
const CROWD: usize = 1;
/// Places for whoever comes anew before its old place is free.
const SPARE_VIEWERS: u32 = 10;
/// Until what was just done is over and done with.
const SETTLE: Duration = Duration::from_secs(1);
/// Everybody must be there, or have the last message, by then.
const PATIENCE: Duration = Duration::from_secs(120);
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// Requests before those that count: every path was taken once.
const WARM_UP: u32 = 5;

/// Puts a server through a case.
pub(crate) fn measure(case: &Case, kind: Kind, arguments: &[String]) -> Result<Figures> {
    let mut figures = Figures::default();
    let mut run = Run::start(case, kind, arguments, &mut figures)?;
    if case.idle_seconds > 0 {
        run.idle(&mut figures)?;
    }
    for _ in 0..WARM_UP {
        run.publish()?;
    }
    run.everybody_has_the_last()?;
    run.publisher.answers()?;
    run.phase(&mut figures)?;
    if case.mode == Mode::Stalled {
        figures.put_aside("before");
        run.crowds.tell(Command::Stall)?;
        sleep(SETTLE);
        run.phase(&mut figures)?;
        run.wake(&mut figures)?;
    }
    Ok(figures)
}

/// A server with everybody watching.
struct Run<'a> {
    case: &'a Case,
    subject: Subject,
    /// Where the server runs, if it has a processor of its own.
    processor: Option<usize>,
    crowds: Crowds,
    publisher: Publisher,
}

impl<'a> Run<'a> {
    fn start(
        case: &'a Case,
        kind: Kind,
        arguments: &[String],
        figures: &mut Figures,
    ) -> Result<Self> {
        let processors = machine::processors()?;
        let is_pinned = case.is_pinned() && processors > CROWD;
        let pin = |processor| is_pinned.then_some(processor);
        let everywhere = format!("0-{}", processors - 1);
        confine(process::id(), &everywhere)?;
        let subject = Subject::start(
            kind,
            &Needs {
                viewers: case.viewers + case.apart() + SPARE_VIEWERS,
                messages: case.messages_max(),
                processor: pin(SERVER),
                arguments,
            },
        )?;
        if is_pinned {
            confine(process::id(), &CROWD.to_string())?;
        }
        sleep(SETTLE);
        let before = subject.process().memory()?.rss_kb;
        let apart = case.apart();
        let crowds = Crowds::gather(subject.watched(), case.viewers, apart, pin(CROWD), PATIENCE)?;
        sleep(SETTLE);
        let viewers = f64::from(case.viewers);
        let took = crowds.took().as_secs_f64();
        let grown = subject.process().memory()?.rss_kb.saturating_sub(before);
        figures.set("connects_per_s", viewers / took);
        figures.set("idle_bytes_per_viewer", grown as f64 * 1_024.0 / viewers);
        Ok(Self {
            case,
            publisher: subject.publisher()?,
            subject,
            processor: pin(SERVER),
            crowds,
        })
    }

    /// What it costs when nothing happens.
    fn idle(&self, figures: &mut Figures) -> Result<()> {
        let seconds = self.case.idle_seconds;
        let before = self.subject.process().cpu()?;
        sleep(Duration::from_secs(seconds.into()));
        let used = self.subject.process().cpu()? - before;
        figures.set(
            "idle_cpu_percent",
            used.as_secs_f64() / f64::from(seconds) * 100.0,
        );
        Ok(())
    }

    /// Sends one request.
    fn publish(&mut self) -> Result<()> {
        let (first, last) = (self.crowds.last + 1, self.crowds.last + self.case.batch);
        let body = self.subject.body(first, last);
        self.crowds.sent(last)?;
        self.publisher.send(&body)
    }

    fn everybody_has_the_last(&mut self) -> Result<()> {
        let arrived = self
            .crowds
            .wait(self.crowds.last, Instant::now() + PATIENCE)?;
        ensure!(
            arrived,
            "not everybody had the last message in {PATIENCE:?}"
        );
        Ok(())
    }

    /// Messages as the case wants them, and what they cost.
    fn phase(&mut self, figures: &mut Figures) -> Result<()> {
        self.crowds.begin()?;
        let base = self.crowds.last;
        let (server, crowd) = (self.subject.process().cpu()?, self.crowds.cpu()?);
        let own = self.processor.map(processor_busy).transpose()?;
        let (busy_before, begun) = (busy()?, Instant::now());
        match self.case.mode {
            Mode::Saturated => self.by_what_arrives(begun)?,
            _ => self.by_the_clock(begun)?,
        }
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
        figures.set("messages", messages);
        figures.set("messages_per_s", messages / took);
        figures.set("server_busy_percent", server / took * 100.0);
        figures.set("crowd_busy_percent", crowd / took * 100.0);
        figures.set(
            "else_busy_percent",
            (all - server - crowd).max(0.0) / took * 100.0,
        );
        figures.set("delivered_per_s", report.delivered as f64 / took);
        figures.set("delivered_per_cpu_s", report.delivered as f64 / server);
        if let Some(own) = own {
            figures.set("delivered_per_processor_s", report.delivered as f64 / own);
        }
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
        Ok(now
            .zip(before)
            .map(|(now, before)| (now - before).as_secs_f64()))
    }

    /// So many requests a second, whatever becomes of them.
    fn by_the_clock(&mut self, begun: Instant) -> Result<()> {
        let Case { rate, seconds, .. } = *self.case;
        for at in 0..rate * seconds {
            let due = begun + Duration::from_secs(1) * at / rate;
            sleep(due.saturating_duration_since(Instant::now()));
            self.publish()?;
        }
        Ok(())
    }

    /// The next when everybody has the one so many before it.
    fn by_what_arrives(&mut self, begun: Instant) -> Result<()> {
        let Case {
            outstanding,
            seconds,
            ..
        } = *self.case;
        let until = begun + Duration::from_secs(seconds.into());
        let end = self.subject.base + self.case.messages_max();
        while self.crowds.last < end {
            let awaited = (self.crowds.last + 1).saturating_sub(outstanding);
            if !self.crowds.wait(awaited, until)? || Instant::now() >= until {
                return Ok(());
            }
            self.publish()?;
        }
        Ok(())
    }

    fn receipts(&self, report: &Report, messages: f64, figures: &mut Figures) {
        let viewers = f64::from(self.case.viewers);
        let frames = (report.frames as f64).max(1.0);
        // Of a server that merges, everybody has all when everybody has the last.
        let merged = if self.subject.kind.merges() {
            0
        } else {
            report.merged
        };
        figures.set("lost", merged as f64);
        figures.set("backwards", report.backwards as f64);
        figures.set("closed", report.closed as f64);
        figures.set("bytes_per_event", report.bytes as f64 / frames);
        figures.set("bytes_per_viewer", report.bytes as f64 / viewers);
        figures.set("frames_per_viewer", frames / viewers);
        figures.set("messages_per_frame", report.delivered as f64 / frames);
        figures.set("frames_per_read", frames / (report.reads as f64).max(1.0));
        for (name, percent) in [("p50_ms", 50), ("p99_ms", 99), ("max_ms", 100)] {
            figures.set(name, percentile_ms(&report.delays_us, percent));
        }
        for (name, percent) in [("last_p50_ms", 50), ("last_p99_ms", 99)] {
            figures.set(name, percentile_ms(&report.last_us, percent));
        }
        figures.set("expected", viewers * messages);
    }

    /// Compares what the sample shows with the standings, byte for byte after
    /// canonical JSON; who has stopped reading is not asked.
    fn compare(&self, report: &Report, figures: &mut Figures) -> Result<()> {
        let Some(standings) = self.subject.standings()? else {
            return Ok(());
        };
        let equal = equal(&report.states, &standings)?;
        let expected = report.states.len();
        let is_whole = report.behind == 0;
        ensure!(
            !is_whole || equal == expected,
            "{equal} of {expected} states are what the standings say"
        );
        figures.set("states_equal", equal as f64);
        figures.set("rebased_in_sample", report.rebased as f64);
        Ok(())
    }

    /// Lets those who stopped read again, and waits until they are back.
    fn wake(&mut self, figures: &mut Figures) -> Result<()> {
        let behind = self.crowds.report(PATIENCE)?.behind;
        figures.set("behind_when_woken", behind as f64);
        let begun = Instant::now();
        self.crowds.tell(Command::Wake)?;
        let mut report = self.crowds.report(PATIENCE)?;
        while report.behind > 0 && begun.elapsed() < PATIENCE {
            sleep(LOOK_AGAIN);
            report = self.crowds.report(PATIENCE)?;
        }
        figures.set("back_after_ms", begun.elapsed().as_secs_f64() * 1_000.0);
        figures.set("never_back", report.behind as f64);
        let merged = if self.subject.kind.merges() {
            0
        } else {
            report.merged
        };
        figures.set("lost", merged as f64);
        figures.set("closed", report.closed as f64);
        self.compare(&report, figures)
            .context("after those who had stopped are back")
    }
}
