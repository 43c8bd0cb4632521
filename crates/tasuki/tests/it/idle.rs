//! Ten thousand who connect and say nothing: each costs little, nobody else notices, and
//! all are let go.

use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use rcgen::{CertificateParams, KeyPair};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::tasuki::{Folder, Server};

const IDLE: usize = 10_000;
/// One address may have half of what there is, and a little.
const ADDRESSES: [&str; 2] = ["127.0.0.2:0", "127.0.0.3:0"];
/// From here somebody asks for something.
const ELSEWHERE: &str = "127.0.0.4:0";
/// Who connect at the same time.
const AT_ONCE: usize = 200;
/// What one of them may cost: buffers of TLS and of HTTP among it, in a build for tests.
const EACH_KB_MAX: usize = 64;
/// Who says nothing is let go by then.
const LET_GO: Duration = Duration::from_secs(30);
/// Nothing that is waited for takes so long: who says nothing has 20 s.
const PATIENCE: Duration = Duration::from_secs(45);

trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

/// How a server is reached.
struct Way {
    address: SocketAddr,
    tls: Option<TlsConnector>,
}

impl Way {
    async fn connect(&self, from: &str) -> Box<dyn Wire> {
        let stream = within("a connection", self.reach(from)).await;
        match &self.tls {
            None => Box::new(stream),
            Some(tls) => {
                let name = ServerName::try_from("localhost").expect("a name");
                let shaken = within("a handshake", tls.connect(name, stream)).await;
                Box::new(shaken.expect("a handshake"))
            }
        }
    }

    async fn reach(&self, from: &str) -> TcpStream {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket
            .bind(from.parse().expect("an address"))
            .expect("one of this machine");
        socket.connect(self.address).await.expect("a connection")
    }

    /// Asks for something, and gets it.
    async fn is_answered(&self) {
        let mut stream = self.connect(ELSEWHERE).await;
        let request = b"GET /api/races HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        stream.write_all(request).await.expect("is taken");
        let mut answer = String::new();
        let reading = stream.read_to_string(&mut answer);
        // An end without a goodbye is one.
        let _ = within("an answer", reading).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
}

async fn within<T>(what: &str, waited_for: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, waited_for).await {
        Ok(came) => came,
        Err(_) => panic!("{what} did not come"),
    }
}

/// A certificate for who trusts it alone, written where the server finds it.
fn certificate(folder: &Folder) -> TlsConnector {
    let params = CertificateParams::new(["localhost".to_owned()]).expect("names");
    let key = KeyPair::generate().expect("a key");
    let pem = params.self_signed(&key).expect("a certificate").pem();
    folder.write("cert.pem", &pem);
    folder.write("key.pem", &key.serialize_pem());
    let mut roots = RootCertStore::empty();
    let authority = CertificateDer::from_pem_slice(pem.as_bytes());
    roots.add(authority.expect("a certificate")).expect("one");
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

/// Resident memory of a process.
fn memory_kb(pid: u32) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kb = line.and_then(|line| line.split_whitespace().next());
    kb.and_then(|kb| kb.parse().ok()).expect("a number")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_idle_connections_cost_little_and_are_let_go() {
    let folder = Folder::new();
    idle(&folder, &[], None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_idle_connections_over_tls_cost_little_and_are_let_go() {
    let folder = Folder::new();
    let tls = certificate(&folder);
    let flags = ["--tls-cert", "cert.pem", "--tls-key", "key.pem"];
    idle(&folder, &flags, Some(tls)).await;
}

async fn idle(folder: &Folder, flags: &[&str], tls: Option<TlsConnector>) {
    let server = Server::start_with(folder, &[], flags, Stdio::inherit());
    let (_, address) = server.url.rsplit_once('/').expect("an address");
    let way = Way {
        address: address.parse().expect("an address"),
        tls,
    };
    way.is_answered().await;
    let before = memory_kb(server.pid());
    let connecting = futures::stream::iter(0..IDLE).map(|n| way.connect(ADDRESSES[n % 2]));
    let idle: Vec<_> = connecting.buffer_unordered(AT_ONCE).collect().await;
    // Others notice nothing.
    for _ in 0..20 {
        way.is_answered().await;
    }
    let each_kb = (memory_kb(server.pid()).saturating_sub(before)) / IDLE;
    println!("{each_kb} KB for each of {IDLE}");
    assert!(each_kb <= EACH_KB_MAX, "{each_kb} KB each");
    let ends = idle.into_iter().map(async |mut stream| {
        let mut rest = Vec::new();
        // Closed or reset. Where many come at once the system may give up on one that it
        // has told is connected, and tells so only when something is sent.
        let ending = tokio::time::timeout(LET_GO, stream.read_to_end(&mut rest));
        if ending.await.is_err() {
            let _ = stream.write_all(b"x").await;
            let _ = stream.read_to_end(&mut rest).await;
        }
    });
    within("the end of all of them", futures::future::join_all(ends)).await;
    way.is_answered().await;
}
