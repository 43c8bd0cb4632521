//! HTTP/2, which is spoken over TLS only: many requests on one connection, each of them
//! bounded as one of HTTP/1.1 is.
//!
//! Keep-alive pings find who is gone; [`crate::http::leash`] lets go who takes nothing
//! of one stream; a connection without a request is closed as one of HTTP/1.1 is.

use std::time::Duration;

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::HOST;
use hyper::body::Incoming;
use hyper::server::conn::http2::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::http::leash::{Streams, Told};
use crate::http::listener::{HEAD_BYTES_MAX, HEAD_TIME_MAX};
use crate::http::proxies::Peer;
use crate::tls::Secured;

/// Requests at a time on one connection: a page with all that is on it, and its stream.
const STREAMS_MAX: u32 = 100;
/// Heads may be so large, unpacked.
const HEADERS_BYTES_MAX: u32 = 32 * 1024;
const _: () = assert!(HEADERS_BYTES_MAX as usize == HEAD_BYTES_MAX);
/// What a client may send of one body before it is read, and of all of them.
const STREAM_WINDOW_BYTES: u32 = 256 * 1024;
const CONNECTION_WINDOW_BYTES: u32 = 1024 * 1024;
/// What waits to be sent of one answer.
const SEND_BYTES_MAX: usize = 64 * 1024;
/// Requests that were taken back before anybody saw them: more, and the client is up
/// to no good (CVE-2023-44487).
const TAKEN_BACK_MAX: usize = 20;
/// And so many that are reset for what the client did wrong.
const RESETS_MAX: usize = 64;
/// Whether the client is there is asked so often, and it has so long to say so.
const PING_EVERY: Duration = Duration::from_secs(30);
const PONG_TIME_MAX: Duration = Duration::from_secs(20);
/// What was handed over to be sent may still be on its way when its request is over.
const LINGER_TIME_MAX: Duration = Duration::from_secs(120);
/// When the server stops, for less long.
const GOAWAY_TIME_MAX: Duration = Duration::from_secs(1);

/// Answers requests until the client goes, asks for nothing, or the server stops.
pub(super) async fn answer(io: Secured, peer: Peer, router: Router, stop: &CancellationToken) {
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(peer);
        name_host(&mut request);
        let answer = router.clone().oneshot(request);
        async move { Ok::<_, std::convert::Infallible>(answer.await?.map(Told)) }
    });
    let streams = Streams::new();
    let builder = builder(streams.clone());
    let mut connection = std::pin::pin!(builder.serve_connection(TokioIo::new(io), service));
    let ended = tokio::select! {
        ended = connection.as_mut() => Some(ended),
        () = stop.cancelled() => None,
        () = streams.idle_for(HEAD_TIME_MAX) => None,
    };
    let ended = match ended {
        Some(ended) => ended,
        None => {
            connection.as_mut().graceful_shutdown();
            tokio::select! {
                ended = connection => ended,
                () = lingers(&streams, stop) => Ok(()),
            }
        }
    };
    // A client that hangs up midway is no news.
    if let Err(error) = ended {
        tracing::debug!(%error, "connection ended");
    }
}

fn builder(streams: Streams) -> Builder<Streams> {
    let mut builder = Builder::new(streams);
    builder
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS_MAX)
        .max_header_list_size(HEADERS_BYTES_MAX)
        .initial_stream_window_size(STREAM_WINDOW_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .max_send_buf_size(SEND_BYTES_MAX)
        .max_pending_accept_reset_streams(TAKEN_BACK_MAX)
        .max_local_error_reset_streams(RESETS_MAX)
        .keep_alive_interval(PING_EVERY)
        .keep_alive_timeout(PONG_TIME_MAX);
    builder
}

/// Returns once a connection that is to end has had its time: at once where nothing was
/// ever asked, and the client may not even have said what it speaks.
async fn lingers(streams: &Streams, stop: &CancellationToken) {
    if !streams.have_begun() {
        return;
    }
    let stopping = async {
        stop.cancelled().await;
        streams.idle_for(GOAWAY_TIME_MAX).await;
    };
    tokio::select! {
        () = streams.idle_for(LINGER_TIME_MAX) => {}
        () = stopping => {}
    }
}

/// HTTP/2 says in its address to whom a request is sent; everybody else looks for it
/// where HTTP/1.1 says it.
fn name_host(request: &mut hyper::Request<Incoming>) {
    if request.headers().contains_key(HOST) {
        return;
    }
    let authority = request.uri().authority().map(|it| it.as_str());
    if let Some(Ok(host)) = authority.map(HeaderValue::from_str) {
        request.headers_mut().insert(HOST, host);
    }
}
