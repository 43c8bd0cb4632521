//! What the reader of a connection, its writer and whoever answers know of each
//! other: when one request is over and the next may begin.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::response::Response;
use futures::task::AtomicWaker;
use hyper::body::{Frame, SizeHint};

use crate::http::wire::Wire;

/// The time between two requests of a connection.
#[derive(Default)]
pub(crate) struct Between {
    /// A request was passed on, and its answer is not complete.
    answering: AtomicBool,
    /// What was answered has left hyper's buffer.
    flushed: AtomicBool,
    reader: AtomicWaker,
    /// The wire, taken away from hyper.
    taken: Mutex<Option<Wire>>,
}

/// Held while a request is answered, up to the last byte of the answer.
pub(crate) struct Answering(Arc<Between>);

impl Between {
    /// A request is passed on.
    pub(crate) fn begin(&self) {
        self.answering.store(true, Ordering::Release);
    }

    /// Whoever answers holds this.
    pub(crate) fn answer(self: &Arc<Self>) -> Answering {
        Answering(Arc::clone(self))
    }

    /// Whether the last request is answered; the reader is woken when it is.
    pub(crate) fn is_answered(&self, context: &Context<'_>) -> bool {
        // First: what happens in between wakes us.
        self.reader.register(context.waker());
        !self.answering.load(Ordering::Acquire)
    }

    /// Everything is written.
    pub(crate) fn flush(&self) {
        self.flushed.store(true, Ordering::Release);
    }

    pub(crate) fn is_flushed(&self) -> bool {
        self.flushed.load(Ordering::Acquire)
    }

    fn taken(&self) -> MutexGuard<'_, Option<Wire>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The wire is taken away from hyper.
    pub(crate) fn give(&self, wire: Wire) {
        *self.taken() = Some(wire);
    }

    /// The wire, if it was taken away.
    pub(crate) fn take(&self) -> Option<Wire> {
        self.taken().take()
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.flushed.store(false, Ordering::Release);
        self.0.answering.store(false, Ordering::Release);
        self.0.reader.wake();
    }
}

/// An answer that holds on to `answering` until its body is sent.
pub(crate) fn until_sent(answer: Response, answering: Answering) -> hyper::Response<UntilSent> {
    answer.map(|body| UntilSent {
        body,
        _answering: answering,
    })
}

/// A body that is known to be sent when it is dropped.
pub(crate) struct UntilSent {
    body: Body,
    _answering: Answering,
}

impl HttpBody for UntilSent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
