//! Who speaks HTTP where TLS is spoken: a browser in which an address was typed is led
//! to the right one; everybody else is told.
//!
//! A request that carries a credential is never led on: it has shown its credential to
//! the network, and whoever wrote the address must learn of it.

use std::io;

use axum::http::StatusCode;
use httparse::{EMPTY_HEADER, Request};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::problem::Problem;

/// A browser's first request is smaller; of others no more is needed.
const HEAD_BYTES_MAX: usize = 8 * 1024;
/// As many as hyper takes.
const HEADERS_MAX: usize = 100;
/// What is read away after the answer, so that no reset overtakes it.
const LEFTOVER_BYTES_MAX: usize = 64 * 1024;

/// Answers, and closes the connection. Bounded in time by the handshake.
pub(super) async fn tell(mut stream: TcpStream, public_url: Option<&str>) -> io::Result<()> {
    let head = read_head(&mut stream).await?;
    let answer = match asked(&head, public_url) {
        Asked::Page(location) => redirect(&location),
        Asked::Other => refusal(),
        // Noise: an answer in HTTP would be noise, too.
        Asked::NotHttp => return Ok(()),
    };
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await?;
    let mut left = stream.take(LEFTOVER_BYTES_MAX as u64);
    tokio::io::copy(&mut left, &mut tokio::io::sink()).await?;
    Ok(())
}

/// What was sent, up to the end of a head.
async fn read_head(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(HEAD_BYTES_MAX);
    while head.len() < HEAD_BYTES_MAX && !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let room = (HEAD_BYTES_MAX - head.len()) as u64;
        if (&mut *stream).take(room).read_buf(&mut head).await? == 0 || !may_be_http(&head) {
            break;
        }
    }
    Ok(head)
}

/// A request begins with a method, in capital letters.
fn may_be_http(head: &[u8]) -> bool {
    head.first().is_some_and(u8::is_ascii_uppercase)
}

#[derive(Debug, PartialEq, Eq)]
enum Asked {
    /// For something that is found at this address instead.
    Page(String),
    /// For anything else.
    Other,
    NotHttp,
}

fn asked(head: &[u8], public_url: Option<&str>) -> Asked {
    if !may_be_http(head) {
        return Asked::NotHttp;
    }
    let mut headers = [EMPTY_HEADER; HEADERS_MAX];
    let mut request = Request::new(&mut headers);
    if !request.parse(head).is_ok_and(|status| status.is_complete()) {
        return Asked::Other;
    }
    let header = |name: &str| {
        let mut headers = request.headers.iter();
        headers.find(|header| header.name.eq_ignore_ascii_case(name))
    };
    let carries_credential = header("authorization").is_some() || header("cookie").is_some();
    let reads = matches!(request.method, Some("GET" | "HEAD"));
    let path = request.path.filter(|path| path.starts_with('/'));
    let host = header("host").and_then(|host| std::str::from_utf8(host.value).ok());
    let host = host.filter(|host| is_host(host));
    let base = public_url.filter(|url| url.starts_with("https://"));
    let base = base.map(str::to_owned);
    let base = base.or_else(|| host.map(|host| format!("https://{host}")));
    match (base, path) {
        (Some(base), Some(path)) if reads && !carries_credential => {
            Asked::Page(format!("{base}{path}"))
        }
        _ => Asked::Other,
    }
}

fn is_host(text: &str) -> bool {
    let is_of_host = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    !text.is_empty() && text.bytes().all(is_of_host)
}

/// For now: a browser that was told so for ever would never again ask a server that
/// was started without TLS.
fn redirect(location: &str) -> String {
    let status = StatusCode::TEMPORARY_REDIRECT;
    format!(
        "HTTP/1.1 {status}\r\nlocation: {location}\r\ncache-control: no-store\r\n\
         content-length: 0\r\nconnection: close\r\n\r\n"
    )
}

fn refusal() -> String {
    let detail = "this port speaks TLS: write https:// instead of http://";
    let body = Problem::bad_request("tls_required", detail).json();
    let (status, length) = (StatusCode::BAD_REQUEST, body.len());
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/problem+json\r\n\
         cache-control: no-store\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked_for(head: &str) -> Asked {
        asked(head.as_bytes(), None)
    }

    #[test]
    fn a_typed_address_leads_to_the_same_place_over_tls() {
        let head = "GET /races/demo?top=3 HTTP/1.1\r\nHost: timing.local:8443\r\n\r\n";
        let there = "https://timing.local:8443/races/demo?top=3";
        assert_eq!(asked_for(head), Asked::Page(there.to_owned()));
        let known = asked(head.as_bytes(), Some("https://timing.example.org"));
        let there = "https://timing.example.org/races/demo?top=3";
        assert_eq!(known, Asked::Page(there.to_owned()));
    }

    #[test]
    fn who_shows_a_credential_or_writes_is_told_instead() {
        for head in [
            "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nCookie: x=y\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
            "GET / HTTP/1.1\r\n\r\n",
            "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        ] {
            assert_eq!(asked_for(head), Asked::Other, "{head}");
        }
    }

    #[test]
    fn noise_gets_no_answer() {
        for noise in [&b"\x80\x2e\x01\x00\x02"[..], b"\0\0\0", b"", b"ssh-2.0"] {
            assert_eq!(asked(noise, None), Asked::NotHttp);
        }
    }
}
