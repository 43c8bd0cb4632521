//! What becomes of a connection until HTTP can be spoken on it.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::certificate::{Certificate, HTTP2};
use super::misdirected::tell;
use crate::http::patience::Patient;
use crate::metrics::{Handshake, Metrics};

/// A handshake is done within this, or the connection is closed: two round trips, over
/// whatever network a phone has.
const HANDSHAKE_TIME_MAX: Duration = Duration::from_secs(10);
/// What the first record of a client begins with.
const TLS_HANDSHAKE: u8 = 0x16;

/// A connection on which nobody listens in. Patience stands beneath TLS, where it sees
/// what the client really takes.
pub(crate) type Secured = TlsStream<Patient<TcpStream>>;

/// What was agreed upon.
pub(crate) enum Shaken {
    /// To speak HTTP/1.1.
    Http1(Secured),
    /// To speak HTTP/2.
    Http2(Secured),
}

/// Shakes hands with who comes.
#[derive(Clone)]
pub(crate) struct Handshakes {
    acceptor: TlsAcceptor,
    /// Where people reach the server, if that is known.
    public_url: Option<Arc<str>>,
    metrics: Arc<Metrics>,
}

impl Handshakes {
    pub(crate) fn new(
        certificate: &Certificate,
        public_url: Option<&str>,
        metrics: Arc<Metrics>,
    ) -> Result<Self, rustls::Error> {
        let config = certificate.server_config()?;
        certificate.tell_concerns();
        Ok(Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            public_url: public_url.map(Arc::from),
            metrics,
        })
    }

    /// Agrees with a client, or lets it go.
    pub(crate) async fn shake(&self, stream: TcpStream) -> Option<Shaken> {
        let shaking = tokio::time::timeout(HANDSHAKE_TIME_MAX, self.agree(stream));
        let (outcome, shaken) = match shaking.await {
            Ok(Ok(Some(secured))) => (Handshake::Done, Some(secured)),
            Ok(Ok(None)) => (Handshake::NotTls, None),
            Ok(Err(error)) => {
                // Scanners, old browsers, who does not trust the certificate: no news.
                tracing::debug!(%error, "a handshake failed");
                (Handshake::Failed, None)
            }
            Err(_) => (Handshake::Late, None),
        };
        self.metrics.shook(outcome);
        shaken.map(|secured| match secured.get_ref().1.alpn_protocol() {
            Some(HTTP2) => Shaken::Http2(secured),
            _ => Shaken::Http1(secured),
        })
    }

    /// Nothing where the client does not speak TLS.
    async fn agree(&self, stream: TcpStream) -> io::Result<Option<Secured>> {
        let mut first = [0];
        match stream.peek(&mut first).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ if first[0] != TLS_HANDSHAKE => {
                tell(stream, self.public_url.as_deref()).await?;
                Ok(None)
            }
            _ => self.acceptor.accept(Patient::new(stream)).await.map(Some),
        }
    }
}
