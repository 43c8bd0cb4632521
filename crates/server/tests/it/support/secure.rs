//! A server that speaks TLS, and curl, which trusts its certificate.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tasuki_server::{Certificate, Options};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::support::certificates::{Authority, Pair};
use crate::support::curl::{Got, Stream, ask};
use crate::support::engine::Engine;
use crate::support::races::relay;
use crate::support::server::{ADMIN, Server, with_operations};
use crate::support::within;

/// How often these servers look at the files of their certificate.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// The year in which the first certificate ends.
pub(crate) const UNTIL: i32 = 2097;

pub(crate) const HTTP1: &str = "--http1.1";
pub(crate) const HTTP2: &str = "--http2";

pub(crate) struct Secure {
    pub(crate) server: Server,
    pub(crate) pair: Pair,
    pub(crate) authority: Authority,
    _engine: Engine,
}

impl Secure {
    /// One that has the race `relay`.
    pub(crate) async fn start() -> Self {
        Self::start_with(with_operations()).await
    }

    pub(crate) async fn start_with(options: Options) -> Self {
        let engine = Engine::sqlite();
        let authority = Authority::new();
        let pair = Pair::new(&authority.issue(UNTIL));
        std::fs::write(pair.path("ca.pem"), authority.pem()).expect("is written");
        let certificate = Certificate::looking_every(pair.files(), LOOK_EVERY);
        let options = Options {
            certificate: Some(certificate.expect("a pair")),
            ..options
        };
        let secure = Self {
            server: Server::start_with(&engine, options).await,
            pair,
            authority,
            _engine: engine,
        };
        secure.post(HTTP2, "/api/races", &relay()).ok();
        secure
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.server.address().port())
    }

    /// Asks with curl, trusting that authority.
    pub(crate) fn ask_trusting(&self, authority: &str, arguments: &[&str], path: &str) -> Got {
        let authority = self.pair.path(authority).display().to_string();
        let url = self.url(path);
        let ours = ["--cacert", &authority, &url];
        ask(ours.into_iter().chain(arguments.iter().copied()))
    }

    pub(crate) fn ask(&self, arguments: &[&str], path: &str) -> Got {
        self.ask_trusting("ca.pem", arguments, path)
    }

    pub(crate) fn post(&self, http: &str, path: &str, body: &Value) -> Got {
        let (bearer, body) = (format!("Authorization: Bearer {ADMIN}"), body.to_string());
        let json = "Content-Type: application/json";
        let arguments = [http, "-H", &bearer, "-H", json, "--data-raw", &body];
        self.ask(&arguments, path)
    }

    pub(crate) fn record(&self, http: &str, facts: &[Value]) -> Got {
        self.post(http, "/api/races/relay/events", &json!({"events": facts}))
            .ok()
    }

    /// The live stream of the race, from its first state on.
    pub(crate) fn watch(&self, http: &str) -> Stream {
        let authority = self.pair.path("ca.pem").display().to_string();
        let url = self.url("/api/races/relay/live");
        let mut stream = Stream::open(["--cacert", &authority, http, &url]);
        stream.until("event: snapshot");
        stream.until("data: ");
        stream
    }

    /// A metric that has no labels, or those.
    pub(crate) async fn metric(&self, name: &str) -> Option<f64> {
        let metrics = self.server.operate("/metrics").await;
        let mut lines = metrics.text().lines();
        let (_, value) =
            lines.find_map(|line| line.rsplit_once(' ').filter(|(it, _)| *it == name))?;
        value.parse().ok()
    }

    /// A connection after its handshake, to be spoken on by hand.
    pub(crate) async fn connect(&self, protocols: &[&str]) -> TlsStream<TcpStream> {
        let mut roots = RootCertStore::empty();
        let authority = CertificateDer::from_pem_slice(self.authority.pem().as_bytes());
        roots.add(authority.expect("a certificate")).expect("one");
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()));
        let mut config = config
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = protocols.iter().map(|it| it.as_bytes().to_vec()).collect();
        let stream = TcpStream::connect(self.server.address()).await;
        let name = ServerName::try_from("localhost").expect("a name");
        let connector = TlsConnector::from(Arc::new(config));
        let shaking = connector.connect(name, stream.expect("connects"));
        within("a handshake", shaking).await.expect("a handshake")
    }
}
