//! A request's head, looked at before anybody answers.

use axum::http::header::{
    CONNECTION, CONTENT_LENGTH, EXPECT, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri};
use httparse::{EMPTY_HEADER, Header, Request, Status};

/// As many as hyper takes.
const HEADERS_MAX: usize = 100;
/// What announces a body, or that the connection is used in another way.
const NOT_PLAIN: [HeaderName; 6] = [
    CONTENT_LENGTH,
    TRANSFER_ENCODING,
    TE,
    TRAILER,
    UPGRADE,
    EXPECT,
];

/// What begins a connection's next request.
#[derive(Debug)]
pub(crate) enum Look {
    /// Not a whole head.
    Partial,
    /// Plainly asks for a live stream.
    Live(Head),
    /// Has no body, and ends after so many bytes.
    Plain(usize),
    /// Has a body, or is not understood.
    Odd,
}

/// The head of a request for a live stream.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    /// Its bytes.
    pub(crate) length: usize,
}

/// Looks at what a connection has sent. Strict: what is unusual is left to
/// hyper, which knows all of HTTP.
pub(crate) fn look(bytes: &[u8]) -> Look {
    let mut headers = [EMPTY_HEADER; HEADERS_MAX];
    let mut request = Request::new(&mut headers);
    let length = match request.parse(bytes) {
        Ok(Status::Complete(length)) => length,
        Ok(Status::Partial) => return Look::Partial,
        Err(_) => return Look::Odd,
    };
    if request.method == Some("CONNECT")
        || request
            .headers
            .iter()
            .any(|header| is_one_of(header, &NOT_PLAIN))
    {
        return Look::Odd;
    }
    match asks_for_live(&request) {
        Some((uri, headers)) => Look::Live(Head {
            uri,
            headers,
            length,
        }),
        None => Look::Plain(length),
    }
}

fn is_one_of(header: &Header<'_>, names: &[HeaderName]) -> bool {
    let mut names = names.iter();
    names.any(|name| header.name.eq_ignore_ascii_case(name.as_str()))
}

/// Address and headers of a plain `GET` of a live stream over HTTP/1.1.
fn asks_for_live(request: &Request<'_, '_>) -> Option<(Uri, HeaderMap)> {
    let plain = request.method == Some("GET") && request.version == Some(1);
    let target = request.path.filter(|target| plain && is_live(target))?;
    let mut headers = HeaderMap::with_capacity(request.headers.len());
    for header in request.headers.iter() {
        // Who wants the connection closed is told that it will be.
        let kept = header.value.eq_ignore_ascii_case(b"keep-alive");
        if is_one_of(header, &[CONNECTION]) && !kept {
            return None;
        }
        let name = HeaderName::from_bytes(header.name.as_bytes()).ok()?;
        headers.append(name, HeaderValue::from_bytes(header.value).ok()?);
    }
    Some((target.parse().ok()?, headers))
}

/// Whether a target is `/api/races/RACE/live`, written as plainly as that.
fn is_live(target: &str) -> bool {
    let path = target.split('?').next().unwrap_or_default();
    let race = path.strip_prefix("/api/races/");
    let race = race.and_then(|rest| rest.strip_suffix("/live"));
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    race.is_some_and(|race| !race.is_empty() && race.bytes().all(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looked(text: &str) -> String {
        match look(text.as_bytes()) {
            Look::Partial => "partial".to_owned(),
            Look::Live(head) => format!("live {} {}", head.uri, head.length),
            Look::Plain(length) => format!("plain {length}"),
            Look::Odd => "odd".to_owned(),
        }
    }

    #[test]
    fn only_a_plain_get_of_a_live_stream_is_one() {
        let live = "GET /api/races/demo/live?top=3 HTTP/1.1\r\nHost: a\r\n\r\n";
        assert_eq!(looked(live), "live /api/races/demo/live?top=3 52");
        assert_eq!(looked(&format!("{live}GET / HTTP/1.1")), looked(live));
        for (plain, instead) in [
            ("GET ", "HEAD "),
            ("HTTP/1.1", "HTTP/1.0"),
            ("/demo/", "/d%65mo/"),
            ("/demo/", "/demo//"),
            ("/api/", "http://a/api/"),
            ("Host: a", "Connection: close"),
            ("Host: a", "connection: keep-alive, x"),
            ("live?", "live/?"),
        ] {
            let other = live.replace(plain, instead);
            assert!(looked(&other).starts_with("plain"), "{other}");
        }
    }

    #[test]
    fn whatever_may_have_a_body_is_passed_on_unseen() {
        for odd in [
            "POST /x HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
            "GET /api/races/demo/live HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n",
            "GET / HTTP/1.1\r\nExpect: 100-continue\r\n\r\n",
            "GET / HTTP/1.1\r\nUpgrade: h2c\r\n\r\n",
            "CONNECT a:1 HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nA : b\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\n",
        ] {
            assert_eq!(looked(odd), "odd", "{odd}");
        }
    }

    #[test]
    fn a_head_is_complete_with_its_last_byte() {
        let head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        for end in 0..head.len() {
            assert_eq!(looked(&head[..end]), "partial", "{end}");
        }
        assert_eq!(looked(head), format!("plain {}", head.len()));
    }
}
