//! Whether the server answers: asked as anybody would ask it, for who starts it again
//! when it does not.
//!
//! The question goes to the operator's listener, over a socket. A crowd before the
//! public one is no reason to be started again: that would only make it come back at
//! once. Where nobody listens for operators, the question takes the same way from the
//! first layer on.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tower::ServiceExt;

use crate::app;
use crate::state::AppState;

const PATH: &str = "/health";
/// What the answer begins with.
const WELL: &[u8; 13] = b"HTTP/1.1 200 ";

/// Feels whether a server answers.
#[derive(Clone)]
pub struct Pulse(Way);

#[derive(Clone)]
enum Way {
    Socket(SocketAddr),
    Within(Router),
}

impl Pulse {
    pub(crate) fn new(state: &AppState, ops_address: Option<SocketAddr>) -> Self {
        Self(match ops_address {
            Some(address) => Way::Socket(reachable(address)),
            None => Way::Within(app::operations(state)),
        })
    }

    /// Whether an answer came, and said that all is well. As patient as who asks.
    pub async fn is_felt(&self) -> bool {
        match &self.0 {
            Way::Socket(address) => ask(*address).await.unwrap_or(false),
            Way::Within(router) => {
                let request = Request::get(PATH).body(Body::empty());
                let Ok(request) = request else { return false };
                let answer = router.clone().oneshot(request).await;
                answer.is_ok_and(|answer| answer.status() == StatusCode::OK)
            }
        }
    }
}

/// Who listens everywhere is found at this machine.
fn reachable(address: SocketAddr) -> SocketAddr {
    let here: IpAddr = match address {
        SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    let everywhere = address.ip().is_unspecified();
    SocketAddr::new(if everywhere { here } else { address.ip() }, address.port())
}

async fn ask(address: SocketAddr) -> io::Result<bool> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET {PATH} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = [0; WELL.len()];
    stream.read_exact(&mut answer).await?;
    Ok(answer == *WELL)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::net::TcpListener;

    use super::*;

    /// Somebody who takes connections and says that, if anything.
    async fn listener(says: Option<&'static [u8]>) -> Pulse {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = [0; 1024];
                let _ = stream.read(&mut request).await;
                match says {
                    Some(text) => stream.write_all(text).await.expect("is taken"),
                    None => std::future::pending().await,
                }
            }
        });
        Pulse(Way::Socket(address))
    }

    #[tokio::test]
    async fn a_pulse_is_felt_only_where_all_is_well() {
        let well = listener(Some(b"HTTP/1.1 200 OK\r\n\r\n")).await;
        assert!(well.is_felt().await);
        let ill = listener(Some(b"HTTP/1.1 500 Internal Server Error\r\n\r\n")).await;
        assert!(!ill.is_felt().await);
        let address = SocketAddr::from(([127, 0, 0, 1], 9));
        assert!(!Pulse(Way::Socket(address)).is_felt().await);
    }

    #[tokio::test]
    async fn who_does_not_answer_is_waited_for_by_who_asks() {
        let mute = listener(None).await;
        let felt = tokio::time::timeout(Duration::from_millis(200), mute.is_felt());
        assert!(felt.await.is_err());
    }

    #[test]
    fn who_listens_everywhere_is_asked_here() {
        let everywhere = "0.0.0.0:9464".parse().expect("an address");
        assert_eq!(reachable(everywhere).to_string(), "127.0.0.1:9464");
        let one = "[::1]:9464".parse().expect("an address");
        assert_eq!(reachable(one).to_string(), "[::1]:9464");
    }
}
