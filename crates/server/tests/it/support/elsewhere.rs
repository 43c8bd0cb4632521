//! Clients at other addresses, and connections without a client library: all of
//! 127.0.0.0/8 leads to this machine.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use reqwest::Client;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::support::server::Server;
use crate::support::within;

/// Where the clients of [`Server`] are.
pub(crate) const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// Another address.
pub(crate) const ELSEWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

/// A client at that address.
pub(crate) fn client_at(address: IpAddr) -> Client {
    let client = Client::builder().local_address(address);
    client.build().expect("a client")
}

/// A connection from that address.
pub(crate) async fn connect_from(server: &Server, address: IpAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    let from = SocketAddr::new(address, 0);
    socket.bind(from).expect("an address of this machine");
    let connecting = socket.connect(server.address());
    within("a connection", connecting)
        .await
        .expect("a connection")
}

/// Sends a request on it; gives the head of the answer and what came with it.
pub(crate) async fn ask(stream: &mut TcpStream, request: &str) -> String {
    // Who is turned away may be so before all is sent.
    let _ = stream.write_all(request.as_bytes()).await;
    let mut answer = Vec::new();
    let reading = async {
        while !answer.windows(4).any(|end| end == b"\r\n\r\n") {
            match stream.read_buf(&mut answer).await {
                Ok(1..) => {}
                Ok(0) | Err(_) => break,
            }
        }
    };
    within("an answer", reading).await;
    String::from_utf8_lossy(&answer).into_owned()
}

/// A request without a body.
pub(crate) fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: test\r\n\r\n")
}
