//! A stream of HTTP/2 that is given up when its client takes nothing of it any more.
//!
//! Such a client may read its connection, and answer pings, and never make room in that
//! one stream: what was worked out for it would wait for ever. Whether that is so is
//! known where the stream is polled: it was given a frame, and has not asked for the next.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tasuki_feed::STALLED_TIME_MAX;
use tokio::sync::watch;
use tokio::time::{Sleep, sleep};

tokio::task_local! {
    /// Of the stream that is being polled.
    static LEASH: Arc<Leash>;
}

/// What a body tells of its stream.
#[derive(Default)]
struct Leash {
    given: AtomicU64,
    /// The last frame that was given is not asked beyond yet.
    is_untaken: AtomicBool,
}

/// Runs the streams of one connection, and knows how many there are.
#[derive(Clone)]
pub(super) struct Streams {
    count: watch::Sender<usize>,
    /// There has been one.
    begun: Arc<AtomicBool>,
    time_max: Duration,
}

impl Streams {
    /// As patient as the fan-out is with a viewer.
    pub(super) fn new() -> Self {
        Self::for_time(STALLED_TIME_MAX)
    }

    fn for_time(time_max: Duration) -> Self {
        Self {
            count: watch::Sender::new(0),
            begun: Arc::default(),
            time_max,
        }
    }

    /// Whether there has been any.
    pub(super) fn have_begun(&self) -> bool {
        self.begun.load(Ordering::Relaxed)
    }

    /// Returns once there was no stream for so long.
    pub(super) async fn idle_for(&self, time: Duration) {
        let mut count = self.count.subscribe();
        loop {
            // Neither can fail: the sender is ours.
            let _ = count.wait_for(|count| *count == 0).await;
            tokio::select! {
                () = sleep(time) => return,
                _ = count.wait_for(|count| *count > 0) => {}
            }
        }
    }
}

impl<F> hyper::rt::Executor<F> for Streams
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, stream: F) {
        self.begun.store(true, Ordering::Relaxed);
        self.count.send_modify(|count| *count += 1);
        tokio::spawn(Leashed {
            stream: Box::pin(stream),
            leash: Arc::default(),
            given: 0,
            waiting: None,
            streams: self.clone(),
        });
    }
}

/// A stream, as long as its client takes something.
struct Leashed<F> {
    stream: Pin<Box<F>>,
    leash: Arc<Leash>,
    /// So many frames when the client began to be waited for.
    given: u64,
    /// Runs while nothing is taken.
    waiting: Option<Pin<Box<Sleep>>>,
    streams: Streams,
}

impl<F: Future<Output = ()>> Future for Leashed<F> {
    type Output = ();

    /// Once it is over, the stream is dropped: that resets it.
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        let (stream, leash) = (this.stream.as_mut(), Arc::clone(&this.leash));
        if LEASH.sync_scope(leash, || stream.poll(context)).is_ready() {
            return Poll::Ready(());
        }
        let given = this.leash.given.load(Ordering::Relaxed);
        if !this.leash.is_untaken.load(Ordering::Relaxed) || given != this.given {
            this.waiting = None;
        }
        this.given = given;
        if !this.leash.is_untaken.load(Ordering::Relaxed) {
            return Poll::Pending;
        }
        let time_max = this.streams.time_max;
        let waiting = this
            .waiting
            .get_or_insert_with(|| Box::pin(sleep(time_max)));
        waiting.as_mut().poll(context)
    }
}

impl<F> Drop for Leashed<F> {
    fn drop(&mut self) {
        self.streams.count.send_modify(|count| *count -= 1);
    }
}

/// A body that tells when its frames are taken.
pub(super) struct Told(pub(super) Body);

impl HttpBody for Told {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.0).poll_frame(context);
        let is_given = matches!(frame, Poll::Ready(Some(Ok(_))));
        // Fails only where nobody keeps a leash.
        let _ = LEASH.try_with(|leash| {
            leash
                .given
                .fetch_add(u64::from(is_given), Ordering::Relaxed);
            leash.is_untaken.store(is_given, Ordering::Relaxed);
        });
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use futures::stream;
    use http_body_util::BodyExt;
    use hyper::rt::Executor;
    use tokio::sync::oneshot;

    use super::*;

    const SHORT: Duration = Duration::from_millis(50);

    fn endless() -> Told {
        let frames = stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from_static(b"frame")));
        Told(Body::from_stream(frames))
    }

    #[tokio::test]
    async fn who_takes_nothing_is_given_up() {
        let streams = Streams::for_time(SHORT);
        let (dropped, when_dropped) = oneshot::channel::<()>();
        streams.execute(async move {
            let _dropped = dropped;
            let mut body = endless();
            body.frame().await.expect("a frame").expect("a frame");
            std::future::pending::<()>().await;
        });
        assert!(when_dropped.await.is_err());
        streams.idle_for(Duration::ZERO).await;
    }

    #[tokio::test]
    async fn who_takes_a_frame_now_and_then_is_not() {
        let streams = Streams::for_time(SHORT * 10);
        let (done, when_done) = oneshot::channel();
        streams.execute(async move {
            let mut body = endless();
            for _ in 0..16 {
                body.frame().await.expect("a frame").expect("a frame");
                sleep(SHORT).await;
            }
            let _ = done.send(());
        });
        when_done.await.expect("it goes on to its end");
    }

    #[tokio::test]
    async fn nobody_is_blamed_while_there_is_nothing_to_take() {
        let streams = Streams::for_time(SHORT);
        let (done, when_done) = oneshot::channel();
        streams.execute(async move {
            let silent = stream::pending::<Result<Bytes, std::io::Error>>();
            let mut body = Told(Body::from_stream(silent));
            let waited = tokio::time::timeout(SHORT * 10, body.frame()).await;
            let _ = done.send(waited.is_err());
        });
        assert!(when_done.await.expect("it goes on to its end"));
    }
}
