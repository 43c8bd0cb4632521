//! Reads what an answer left unread of a request.
//!
//! A connection that is closed with unread bytes is reset, and the reset
//! overtakes the answer: who sends a body that is too large, or with a token
//! that was revoked, would see a broken connection and try for ever. So the
//! rest of the body is read and thrown away before the answer goes out.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::header::EXPECT;
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::BodyExt;
use hyper::body::{Frame, SizeHint};

use crate::http::body::BODY_BYTES_MAX;

/// Who sends more than this in vain does not learn why.
const LEFTOVER_BYTES_MAX: usize = 4 * BODY_BYTES_MAX;
/// Who sends more slowly than this neither: the answer must not wait for it.
const LEFTOVER_TIME_MAX: Duration = Duration::from_secs(5);

/// Answers once the request is read to its end.
pub(crate) async fn read_leftover(request: Request, next: Next) -> Response {
    // Who asks before it sends is answered instead, and does not send.
    if request.body().is_end_stream() || request.headers().contains_key(EXPECT) {
        return next.run(request).await;
    }
    let (head, body) = request.into_parts();
    let shared = Shared(Arc::new(Mutex::new(body)));
    let answered = Request::from_parts(head, Body::new(shared.clone()));
    let response = next.run(answered).await;
    // In vain or not: the answer is the same.
    let _ = tokio::time::timeout(LEFTOVER_TIME_MAX, discard(shared)).await;
    response
}

async fn discard(mut body: Shared) {
    let mut bytes = 0;
    while bytes <= LEFTOVER_BYTES_MAX && !body.is_end_stream() {
        let Some(Ok(frame)) = body.frame().await else {
            return;
        };
        bytes += frame.data_ref().map_or(0, Bytes::len);
    }
}

/// A body that can be read on after its reader has dropped it.
#[derive(Clone)]
struct Shared(Arc<Mutex<Body>>);

impl Shared {
    // A plain lock: nothing awaits inside, and the readers take turns.
    fn body(&self) -> MutexGuard<'_, Body> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HttpBody for Shared {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut *self.body()).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body().is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body().size_hint()
    }
}
