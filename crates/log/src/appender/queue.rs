//! The receiving end of the queue: gathers groups, and knows when to stop.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::{Gate, Request, Shared, State, SubmitError};

pub(super) struct Queue<G: Gate> {
    inbox: mpsc::Receiver<Request<G>>,
    /// Taken from the inbox, but too much for the group before it.
    next: Option<Request<G>>,
    shared: Arc<Shared>,
}

impl<G: Gate> Queue<G> {
    pub(super) fn new(inbox: mpsc::Receiver<Request<G>>, shared: Arc<Shared>) -> Self {
        Self {
            inbox,
            next: None,
            shared,
        }
    }

    pub(super) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// Waits for a submission; takes with it everything that waits behind it
    /// and fits. None when there will be no more.
    pub(super) async fn group(&mut self) -> Option<Vec<Request<G>>> {
        let first = self.receive().await?;
        let mut facts = first.weight;
        let mut group = vec![first];
        while let Ok(request) = self.inbox.try_recv() {
            facts += request.weight;
            if facts > self.shared.limits.group_facts {
                self.next = Some(request);
                break;
            }
            group.push(request);
        }
        Some(group)
    }

    /// The next submission. After a stop those that wait are still given out.
    async fn receive(&mut self) -> Option<Request<G>> {
        if let Some(request) = self.next.take() {
            return Some(request);
        }
        tokio::select! {
            biased;
            () = self.shared.stop.notified() => {
                self.close();
                self.inbox.recv().await
            }
            request = self.inbox.recv() => request,
        }
    }

    /// Refuses submissions as they come, until the queue is closed.
    pub(super) async fn refuse_all(&mut self) {
        while let Some(request) = self.receive().await {
            request.waiting.answer(Err(SubmitError::Unavailable));
        }
    }

    /// Was it told to stop?
    pub(super) fn is_closed(&self) -> bool {
        self.inbox.is_closed()
    }

    pub(super) fn set_writable(&self, writable: bool) {
        let state = if writable {
            State::Writable
        } else {
            State::Unavailable
        };
        self.shared.state.send_if_modified(|now| {
            let changes = *now != State::Stopping && *now != state;
            if changes {
                *now = state;
            }
            changes
        });
    }

    fn close(&mut self) {
        self.shared.state.send_replace(State::Stopping);
        self.inbox.close();
    }
}

impl<G: Gate> Drop for Queue<G> {
    /// However the task ends, nobody may believe that the log can be written.
    fn drop(&mut self) {
        self.close();
    }
}
