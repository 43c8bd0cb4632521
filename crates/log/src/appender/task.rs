//! The appender's task: group after group.

use std::sync::Arc;
use std::time::Instant as Stopwatch;

use tracing::{Instrument, Span};

use super::clock::Clock;
use super::queue::Queue;
use super::recovery::Recovery;
use super::{Gate, Request, SubmitError, Waiting};
use crate::contract::{Log, Writer};
use crate::error::LogError;
use crate::record::{Appended, Draft};
use crate::vitals::Vitals;

pub(super) struct Task<G: Gate> {
    recovery: Recovery<G>,
    queue: Queue<G>,
    clock: Clock,
    vitals: Vitals,
}

/// A group that was admitted: whose drafts are whose, and who waits.
struct Admitted<G: Gate> {
    tickets: Vec<(G::Ticket, usize)>,
    waiting: Vec<Waiting<G::Answer>>,
    drafts: Vec<Draft>,
}

impl<G: Gate> Task<G> {
    pub(super) fn new(
        log: Arc<dyn Log>,
        writer: Box<dyn Writer>,
        gate: G,
        queue: Queue<G>,
    ) -> Self {
        Self {
            vitals: log.vitals(),
            recovery: Recovery { log, writer, gate },
            queue,
            clock: Clock::new(),
        }
    }

    pub(super) async fn run(mut self) {
        if let Err(error) = self.recovery.catch_up().await {
            self.recover(&error).await;
        }
        while let Some(group) = self.queue.group().await {
            self.append(group).await;
        }
    }

    async fn append(&mut self, group: Vec<Request<G>>) {
        let span = span(&group);
        let Admitted {
            tickets,
            waiting,
            drafts,
        } = self.admit(group);
        let started = Stopwatch::now();
        let written = if drafts.is_empty() {
            Ok(Vec::new())
        } else {
            let writing = tracing::debug_span!(parent: &span, "write", facts = drafts.len());
            self.write(drafts, started).instrument(writing).await
        };
        match written {
            Ok(outcomes) => {
                self.count(&outcomes, waiting.len(), started);
                let group = share_out(tickets, outcomes);
                let answers = span.in_scope(|| self.recovery.gate.committed(group));
                for (waiting, answer) in waiting.into_iter().zip(answers) {
                    waiting.answer(Ok(answer));
                }
            }
            Err(error) => {
                self.queue.shared().stats.failed();
                self.recovery.gate.abandoned();
                self.queue.set_writable(false);
                for waiting in waiting {
                    waiting.answer(Err(SubmitError::Unavailable));
                }
                self.recover(&error).await;
            }
        }
    }

    /// Writes, and lets it be known since when.
    async fn write(
        &mut self,
        drafts: Vec<Draft>,
        started: Stopwatch,
    ) -> Result<Vec<Appended>, LogError> {
        self.queue.shared().set_committing(Some(started));
        let written = self.recovery.writer.append(drafts).await;
        self.queue.shared().set_committing(None);
        written
    }

    /// Asks the gate about each submission of the group, in order.
    fn admit(&mut self, group: Vec<Request<G>>) -> Admitted<G> {
        let mut tickets = Vec::with_capacity(group.len());
        let mut waiting = Vec::with_capacity(group.len());
        let mut drafts = Vec::new();
        for request in group {
            drop(request.queued);
            let now = self.clock.now();
            let (ticket, admitted) = self.recovery.gate.admit(request.submission, now);
            tickets.push((ticket, admitted.len()));
            drafts.extend(admitted);
            waiting.push(request.waiting);
        }
        Admitted {
            tickets,
            waiting,
            drafts,
        }
    }

    fn count(&self, outcomes: &[Appended], submissions: usize, started: Stopwatch) {
        if !outcomes.is_empty() {
            let facts = outcomes
                .iter()
                .filter(|o| matches!(o, Appended::Accepted(_)))
                .count();
            self.queue
                .shared()
                .stats
                .committed(submissions, facts, started.elapsed());
            self.vitals.tell_slow("commit", "append", started.elapsed());
        }
    }

    /// Returns when the log can be written again, or nobody wants it to.
    async fn recover(&mut self, error: &LogError) {
        self.queue.set_writable(false);
        tracing::error!(
            error = error as &dyn std::error::Error,
            "the log cannot be written"
        );
        tokio::select! {
            () = self.recovery.until_recovered() => {}
            // Fails fast meanwhile; ends only when the queue is closed.
            () = self.queue.refuse_all() => {}
        }
        if !self.queue.is_closed() {
            tracing::info!("the log can be written again");
            self.queue.set_writable(true);
        }
    }
}

/// The way of a group: a part of that of its only submission, or one of its own that
/// is linked with those of all its submissions.
fn span<G: Gate>(group: &[Request<G>]) -> Span {
    if let [only] = group {
        return tracing::debug_span!(parent: &only.span, "group", submissions = 1);
    }
    let span = tracing::debug_span!(parent: None, "group", submissions = group.len());
    for request in group {
        span.follows_from(&request.span);
        request.span.follows_from(&span);
    }
    span
}

/// Gives each ticket the outcomes of its own drafts.
fn share_out<T>(tickets: Vec<(T, usize)>, outcomes: Vec<Appended>) -> Vec<(T, Vec<Appended>)> {
    let mut outcomes = outcomes.into_iter();
    let share = |(ticket, count)| (ticket, outcomes.by_ref().take(count).collect());
    tickets.into_iter().map(share).collect()
}
