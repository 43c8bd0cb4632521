//! Group commit: concurrent submissions share one transaction.
//!
//! [`Appender::submit`] puts a submission in a bounded queue; one task
//! ([`task`]) takes everything that waits, has the [`Gate`] admit it in order,
//! writes it in one transaction and only then answers. While one group is
//! being synced to disk the next gathers, so the busier it gets, the more
//! submissions share the price of a sync.
//!
//! Where the log cannot be written, everybody is told so at once, and the task
//! tries to recover by itself.

mod clock;
mod gate;
mod queue;
mod recovery;
mod spreads;
mod stats;
mod task;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, mpsc, oneshot, watch};
use tracing::{Instrument, Span};

pub use gate::Gate;
pub use spreads::Spreads;
pub use stats::AppenderStats;

use crate::contract::{Log, Writer};
use queue::Queue;
use task::Task;

/// Submissions that may wait: at a few thousand groups' worth per second this
/// is well under a second of work, and a tablet's timeout is ten.
const QUEUE_SUBMISSIONS_MAX: usize = 4_096;
/// Facts that may wait: about 50 MB of them.
const QUEUE_FACTS_MAX: usize = 50_000;
/// Facts that share a transaction: one submission of the largest size and as
/// much behind it; more would only make everybody in the group wait longer.
const GROUP_FACTS_MAX: usize = 20_000;
/// A commit that takes longer hangs: the largest takes a second, and whoever waits
/// for one is told to send again after eight.
const COMMIT_TIME_MAX: Duration = Duration::from_secs(5);

/// The appender's bounds.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Submissions that may wait.
    pub queue_submissions: usize,
    /// Facts that may wait. One submission always may, however many it has.
    pub queue_facts: usize,
    /// Facts at which a group is full.
    pub group_facts: usize,
    /// How long a commit may take until the log counts as one that cannot be written.
    pub commit_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            queue_submissions: QUEUE_SUBMISSIONS_MAX,
            queue_facts: QUEUE_FACTS_MAX,
            group_facts: GROUP_FACTS_MAX,
            commit_time: COMMIT_TIME_MAX,
        }
    }
}

/// Why a submission was not answered. Send it again: what was written all
/// the same is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
    /// The queue is full; nothing was kept.
    #[error("too many submissions are waiting")]
    Overloaded,
    /// The log cannot be written now, or it is unknown whether it was.
    #[error("the log cannot be written at the moment")]
    Unavailable,
    /// The server is about to stop; nothing was kept.
    #[error("the server is stopping")]
    Stopping,
}

/// Waits for the appender to finish; ends when it was told to stop, or when
/// the last handle is gone.
pub type AppenderTask = tokio::task::JoinHandle<()>;

/// Hands submissions to the appender. Cheap to clone.
pub struct Appender<G: Gate> {
    queue: mpsc::Sender<Request<G>>,
    shared: Arc<Shared>,
}

/// What the handles and the task share.
struct Shared {
    limits: Limits,
    /// Permits for the facts that may wait.
    facts: Arc<Semaphore>,
    state: watch::Sender<State>,
    stop: Notify,
    stats: AppenderStats,
    /// Since when a commit is under way.
    committing: Mutex<Option<Instant>>,
}

impl Shared {
    /// A commit begins, or has ended.
    fn set_committing(&self, since: Option<Instant>) {
        let committing = self.committing.lock();
        *committing.unwrap_or_else(PoisonError::into_inner) = since;
    }

    /// Is a commit under way for longer than any should be?
    fn hangs(&self) -> bool {
        let committing = self.committing.lock();
        let since = *committing.unwrap_or_else(PoisonError::into_inner);
        since.is_some_and(|since| since.elapsed() > self.limits.commit_time)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Writable,
    Unavailable,
    Stopping,
}

/// A submission on its way.
struct Request<G: Gate> {
    submission: G::Submission,
    weight: usize,
    waiting: Waiting<G::Answer>,
    /// Of its way through here, for traces.
    span: Span,
    /// Of the queue, until it is taken from there.
    queued: Span,
}

/// Who waits for an answer, and what the waiting costs.
struct Waiting<T> {
    reply: oneshot::Sender<Result<T, SubmitError>>,
    /// Its part of the facts that may wait; given back with the answer.
    permit: OwnedSemaphorePermit,
}

impl<T> Waiting<T> {
    fn answer(self, answer: Result<T, SubmitError>) {
        drop(self.permit);
        // Who has gone meanwhile needs no answer.
        let _ = self.reply.send(answer);
    }
}

impl<G: Gate> Clone for Appender<G> {
    fn clone(&self) -> Self {
        Self {
            queue: self.queue.clone(),
            shared: self.shared.clone(),
        }
    }
}

impl<G: Gate> Appender<G> {
    /// Starts the task, which first shows the gate what it has not seen yet of
    /// the log.
    pub fn start(log: Arc<dyn Log>, writer: Box<dyn Writer>, gate: G) -> (Self, AppenderTask) {
        Self::start_with(log, writer, gate, Limits::default())
    }

    /// The same with other bounds.
    pub fn start_with(
        log: Arc<dyn Log>,
        writer: Box<dyn Writer>,
        gate: G,
        limits: Limits,
    ) -> (Self, AppenderTask) {
        let (queue, inbox) = mpsc::channel(limits.queue_submissions.max(1));
        let shared = Arc::new(Shared {
            limits,
            facts: Arc::new(Semaphore::new(limits.queue_facts.max(1))),
            state: watch::Sender::new(State::Writable),
            stop: Notify::new(),
            stats: AppenderStats::default(),
            committing: Mutex::default(),
        });
        let task = Task::new(log, writer, gate, Queue::new(inbox, shared.clone()));
        (Self { queue, shared }, tokio::spawn(task.run()))
    }

    /// Hands in a submission and waits until it is durable.
    ///
    /// # Errors
    /// Says why there is no answer. Once handed in, a submission goes on even
    /// if the caller stops waiting.
    pub async fn submit(&self, submission: G::Submission) -> Result<G::Answer, SubmitError> {
        match *self.shared.state.borrow() {
            State::Writable => {}
            State::Unavailable => return Err(SubmitError::Unavailable),
            State::Stopping => return Err(SubmitError::Stopping),
        }
        let handed_in = Instant::now();
        let weight = G::weight(&submission).max(1);
        let permit = self.permit(weight)?;
        let (reply, answer) = oneshot::channel();
        let waiting = Waiting { reply, permit };
        let span = tracing::debug_span!("append", facts = weight);
        let queued = tracing::debug_span!(parent: &span, "queue");
        let request = Request {
            submission,
            weight,
            waiting,
            span: span.clone(),
            queued,
        };
        self.queue.try_send(request).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => SubmitError::Overloaded,
            mpsc::error::TrySendError::Closed(_) => SubmitError::Stopping,
        })?;
        let answer = answer
            .instrument(span)
            .await
            .unwrap_or(Err(SubmitError::Unavailable));
        if answer.is_ok() {
            self.shared.stats.answered(handed_in.elapsed());
        }
        answer
    }

    fn permit(&self, weight: usize) -> Result<OwnedSemaphorePermit, SubmitError> {
        let permits = u32::try_from(weight.min(self.shared.limits.queue_facts.max(1)));
        let permits = permits.map_err(|_| SubmitError::Overloaded)?;
        let taken = self.shared.facts.clone().try_acquire_many_owned(permits);
        taken.map_err(|_| SubmitError::Overloaded)
    }

    /// Can the log be written, as far as is known? Not while a commit hangs: the
    /// database may be there and answer nobody. What is submitted meanwhile waits.
    #[must_use]
    pub fn writable(&self) -> bool {
        *self.shared.state.borrow() == State::Writable && !self.shared.hangs()
    }

    /// Returns once the log can be written, or never will be again: what
    /// [`Self::writable`] then says.
    pub async fn settled(&self) -> bool {
        let mut state = self.shared.state.subscribe();
        let settled = state.wait_for(|state| *state != State::Unavailable).await;
        settled.is_ok_and(|state| *state == State::Writable)
    }

    /// What was done so far.
    #[must_use]
    pub fn stats(&self) -> &AppenderStats {
        &self.shared.stats
    }

    /// Submissions that wait, for the metrics.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }

    /// Facts in them, and in those that are being written.
    #[must_use]
    pub fn waiting_facts(&self) -> usize {
        let free = self.shared.facts.available_permits();
        self.shared.limits.queue_facts.max(1).saturating_sub(free)
    }

    /// How many may wait.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.shared.limits
    }

    /// Refuses further submissions, answers those that wait, and ends the
    /// task; await the task to know that it has.
    pub fn stop(&self) {
        self.shared.stop.notify_one();
    }
}
