//! Accepts connections: bounded in number, in all and from one address, in the size
//! of a request's head and in the time that it may take; drained when the server
//! stops.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use crate::http::answering::{Between, until_sent};
use crate::http::h2;
use crate::http::patience::Patient;
use crate::http::places::{Held, Places, turn_away};
use crate::http::proxies::Peer;
use crate::http::wire::{Next, Watched, Wire};
use crate::tls::{Handshakes, Shaken};
use crate::watching::{Refused, Usher};

/// A request's head arrives within this, or the connection is closed. Longer than
/// the ten seconds in which pages that poll ask again, each time on the connection
/// that they have.
pub(super) const HEAD_TIME_MAX: Duration = Duration::from_secs(20);
/// A request's head is at most this large.
pub(crate) const HEAD_BYTES_MAX: usize = 32 * 1024;
/// After a stop was asked for, connections have this long to finish.
const DRAIN_TIME_MAX: Duration = Duration::from_secs(8);
/// Rest after the process ran out of descriptors.
const ACCEPT_REST: Duration = Duration::from_millis(100);
/// And while more have come than can be let in.
const CROWDED_REST: Duration = Duration::from_millis(5);

/// What is spoken to who comes.
#[derive(Clone)]
pub(crate) enum Way {
    /// HTTP/1.1. Who asks for a live stream is left to the usher, where there is one on
    /// duty.
    Plain(Option<Usher>),
    /// TLS first, then HTTP/1.1 or HTTP/2.
    Secure(Handshakes),
}

impl Way {
    fn usher(&self) -> Option<&Usher> {
        match self {
            Self::Plain(usher) => usher.as_ref(),
            Self::Secure(_) => None,
        }
    }
}

/// Serves `router` on `listener` until `stop`, then drains.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    way: Way,
    places: Arc<Places>,
    stop: CancellationToken,
) {
    let connections = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = accept(&listener, &places, &way) => accepted,
        };
        let Some((stream, peer, place)) = accepted else {
            continue;
        };
        let (router, stop) = (router.clone(), stop.clone());
        match way.clone() {
            Way::Secure(handshakes) => connections.spawn(async move {
                shake_first(stream, peer, router, handshakes, stop).await;
                drop(place);
            }),
            Way::Plain(Some(usher)) if usher.is_on_duty() => {
                connections.spawn(look_first(stream, peer, place, router, usher, stop))
            }
            Way::Plain(_) => connections.spawn(async move {
                answer(stream, peer, router, Arc::default(), &stop).await;
                drop(place);
            }),
        };
    }
    drop(listener);
    connections.close();
    if tokio::time::timeout(DRAIN_TIME_MAX, connections.wait())
        .await
        .is_err()
    {
        tracing::warn!("connections were still open when the server stopped");
    }
}

async fn accept(
    listener: &TcpListener,
    places: &Places,
    way: &Way,
) -> Option<(TcpStream, Peer, Held)> {
    while way.usher().is_some_and(Usher::is_crowded) {
        tokio::time::sleep(CROWDED_REST).await;
    }
    // Without a place the kernel's backlog waits, not our memory.
    let place = places.vacant().await?;
    match listener.accept().await {
        Ok((stream, from)) => {
            let Some(place) = places.give(place, from.ip()) else {
                // Who speaks TLS would take the words for noise.
                if matches!(way, Way::Plain(_)) {
                    turn_away(&stream);
                }
                return None;
            };
            // A frame must not wait for the acknowledgement of the last one.
            let _ = stream.set_nodelay(true);
            Some((stream, Peer(from.ip()), place))
        }
        Err(error) => {
            tracing::warn!(%error, "cannot accept a connection");
            tokio::time::sleep(ACCEPT_REST).await;
            None
        }
    }
}

/// Speaks TLS, and what was agreed upon.
async fn shake_first(
    stream: TcpStream,
    peer: Peer,
    router: Router,
    handshakes: Handshakes,
    stop: CancellationToken,
) {
    let shaken = tokio::select! {
        () = stop.cancelled() => return,
        shaken = handshakes.shake(stream) => shaken,
    };
    match shaken {
        Some(Shaken::Http1(io)) => answer(io, peer, router, Arc::default(), &stop).await,
        Some(Shaken::Http2(io)) => h2::answer(io, peer, router, &stop).await,
        None => {}
    }
}

/// Lets the usher see every request for a live stream, and hyper all others.
async fn look_first(
    stream: TcpStream,
    peer: Peer,
    place: Held,
    router: Router,
    usher: Usher,
    stop: CancellationToken,
) {
    let mut wire = Wire::new(stream);
    loop {
        let next = tokio::select! {
            () = stop.cancelled() => return,
            next = tokio::time::timeout(HEAD_TIME_MAX, wire.next()) => next,
        };
        match next {
            Ok(Ok(Next::Live(head))) => match usher.find(&head, peer).await {
                Ok(found) => return usher.lead(wire.into_stream(), found, place),
                Err(Refused) => wire.pass(&head),
            },
            Ok(Ok(Next::Other)) => {}
            Ok(Err(_)) | Err(_) => return,
        }
        let (watched, between) = Watched::new(wire);
        // Boxed: most connections of a race day never come here.
        let answering = answer(watched, peer, router.clone(), Arc::clone(&between), &stop);
        Box::pin(answering).await;
        match between.take() {
            Some(taken) => wire = taken,
            None => return,
        }
    }
}

/// Answers request after request, until the end or the stop.
async fn answer<I>(
    io: I,
    peer: Peer,
    router: Router,
    between: Arc<Between>,
    stop: &CancellationToken,
) where
    I: AsyncRead + AsyncWrite + Unpin,
{
    let service = service_fn(|mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(peer);
        let answering = between.answer();
        let answer = router.clone().oneshot(request);
        async move { Ok::<_, std::convert::Infallible>(until_sent(answer.await?, answering)) }
    });
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIME_MAX)
            .max_buf_size(HEAD_BYTES_MAX)
            .serve_connection(TokioIo::new(Patient::new(io)), service)
    );
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    // A client that hangs up midway is no news.
    if let Err(error) = ended {
        tracing::debug!(%error, "connection ended");
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use axum::http::Uri;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::sync::oneshot;

    use super::*;

    const LIVE: &str = "GET /api/races/demo/live HTTP/1.1\r\nHost: a\r\n\r\n";
    const LARGE_BYTES: usize = 8 * 1024 * 1024;

    fn router() -> Router {
        Router::new().fallback(async |uri: Uri| match uri.path() {
            "/large" => "#".repeat(LARGE_BYTES),
            path => path.replace('/', " "),
        })
    }

    /// A connection that hyper answers; at its end, whether it was taken away.
    async fn connect() -> (TcpStream, oneshot::Receiver<Option<Wire>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let client = TcpStream::connect(address).await.expect("a connection");
        let (socket, _) = listener.accept().await.expect("a connection");
        let (taken, when_taken) = oneshot::channel();
        tokio::spawn(async move {
            let (watched, between) = Watched::new(Wire::new(socket));
            let stop = CancellationToken::new();
            let peer = Peer(IpAddr::from([127, 0, 0, 1]));
            answer(watched, peer, router(), Arc::clone(&between), &stop).await;
            let _ = taken.send(between.take());
        });
        (client, when_taken)
    }

    async fn answered(client: &mut TcpStream, end: &str) -> String {
        let mut read = Vec::new();
        while !read.ends_with(end.as_bytes()) {
            let reading = tokio::time::timeout(Duration::from_secs(20), client.read_buf(&mut read));
            let count = reading.await.expect("an answer").expect("an answer");
            assert!(count > 0, "{}", String::from_utf8_lossy(&read));
        }
        String::from_utf8(read).expect("text")
    }

    async fn is_live(taken: oneshot::Receiver<Option<Wire>>) {
        let mut wire = taken.await.expect("it ends").expect("it was taken");
        assert!(matches!(wire.next().await, Ok(Next::Live(_))));
    }

    #[tokio::test]
    async fn a_connection_that_was_used_before_is_taken_for_a_live_stream() {
        let (mut client, taken) = connect().await;
        for _ in 0..3 {
            let request = b"GET /small HTTP/1.1\r\nHost: a\r\n\r\n";
            client.write_all(request).await.expect("is taken");
            answered(&mut client, "small").await;
        }
        client.write_all(LIVE.as_bytes()).await.expect("is taken");
        is_live(taken).await;
    }

    #[tokio::test]
    async fn answers_before_it_arrive_whole_however_the_requests_are_cut() {
        let small = "GET /small HTTP/1.1\r\nHost: a\r\n\r\n";
        let requests = format!("{small}{small}{LIVE}");
        for cut in [1, 2, 7, requests.len()] {
            let (mut client, taken) = connect().await;
            for piece in requests.as_bytes().chunks(cut) {
                client.write_all(piece).await.expect("is taken");
                tokio::task::yield_now().await;
            }
            let answers = answered(&mut client, "small").await;
            let answers = match answers.matches("HTTP/1.1 200").count() {
                1 => answers + &answered(&mut client, "small").await,
                _ => answers,
            };
            assert_eq!(answers.matches("HTTP/1.1 200").count(), 2);
            is_live(taken).await;
        }
    }

    #[tokio::test]
    async fn an_answer_that_is_not_read_yet_is_not_cut_off() {
        let (mut client, _taken) = connect().await;
        let requests = format!("GET /large HTTP/1.1\r\nHost: a\r\n\r\n{LIVE}");
        client
            .write_all(requests.as_bytes())
            .await
            .expect("is taken");
        tokio::time::sleep(Duration::from_millis(200)).await;
        let mut read = Vec::new();
        while read.iter().filter(|byte| **byte == b'#').count() < LARGE_BYTES {
            let reading = tokio::time::timeout(Duration::from_secs(20), client.read_buf(&mut read));
            assert!(reading.await.expect("more").expect("more") > 0);
        }
        let first = read.iter().position(|byte| *byte == b'#').expect("a body");
        assert!(
            read[first..][..LARGE_BYTES]
                .iter()
                .all(|byte| *byte == b'#')
        );
    }

    #[tokio::test]
    async fn a_request_in_the_body_of_another_is_none() {
        for announced in [
            format!("Content-Length: {}", LIVE.len()),
            "Transfer-Encoding: chunked".to_owned(),
        ] {
            let (mut client, taken) = connect().await;
            let hidden = format!("POST /deaf HTTP/1.1\r\nHost: a\r\n{announced}\r\n\r\n{LIVE}");
            client.write_all(hidden.as_bytes()).await.expect("is taken");
            let answer = answered(&mut client, "deaf").await;
            assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
            // And no later one either: only hyper knows where the next begins.
            let _ = client.write_all(LIVE.as_bytes()).await;
            let mut rest = String::new();
            let _ = client.shutdown().await;
            let _ = client.read_to_string(&mut rest).await;
            assert!(taken.await.expect("it ends").is_none(), "{announced}");
        }
    }
}
